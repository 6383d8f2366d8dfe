"""What was done to a draft, in words: who wrote, edited or sent it back, when, and what each edition changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.draft import Draft
from services.agency.kept_drafts import SavedDraft
from services.web.content_view import Shown, shown
from services.web.house import House
from services.web.rendering import agency_names, show_moment
from services.web.texts import PageTexts


@dataclass(frozen=True)
class Changed:
    """One member by its label, before and after; empty where it was not there, or is gone."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class StepShown:
    """One step as a page shows it; `number` is the revision that it made."""

    number: int
    name: str
    by: str
    at: datetime
    remark: str
    changes: tuple[Changed, ...]


def steps_in_words(saved: SavedDraft, house: House, lang: str) -> tuple[StepShown, ...]:
    """Every step, the first one first."""
    found = []
    before = saved.steps[0].draft
    for number, step in enumerate(saved.steps, 1):
        changes = tuple(_changes(_said(before, house, lang), _said(step.draft, house, lang)))
        found.append(StepShown(number, step.name, step.by, step.at, step.remark, changes))
        before = step.draft
    return tuple(found)


_Said = dict[tuple[str, int], str]
"""Label, and the how many-th of that label → text."""


def _said(draft: Draft, house: House, lang: str) -> _Said:
    text, names = PageTexts(lang), agency_names(house, lang)
    found = [
        (text("write.recipients"), "; ".join(names.get(one, one) for one in draft.recipients)),
        (text("write.due"), show_moment(draft.due)),
        (text("obligation_table.clause"), draft.clause or ""),
        *_flat(shown(draft.content, lang, names), ""),
    ]
    told: Counter[str] = Counter()
    said: _Said = {}
    for label, value in found:
        said[label, told[label]] = value
        told[label] += 1
    return said


def _flat(parts: Sequence[Shown], within: str) -> Iterator[tuple[str, str]]:
    for part in parts:
        label = f"{within} › {part.label}" if within else part.label
        if part.parts:
            yield from _flat(part.parts, label)
        else:
            yield label, part.text


def _changes(before: _Said, after: _Said) -> Iterator[Changed]:
    for place in dict.fromkeys((*before, *after)):
        was, now = before.get(place, ""), after.get(place, "")
        if was != now:
            yield Changed(place[0], was, now)
