"""From a step to a draft: references become event ids, spans become moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from events.canonical import JSON, canonical_json
from events.catalogue import content_model, newest_version
from events.draft import Draft
from events.instants import format_instant, vietnam_date, whole_milliseconds
from events.signed_event import SignedEvent
from services.demo.step import MOMENT, REFERENCE, SPAN, Step

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def draft_of(step: Step, told: Mapping[str, SignedEvent], now: datetime) -> Draft:
    """The draft of a step, given the events of earlier ones by label.

    Raises `Malformed` if the content is not of its type's form: the scenario file is wrong then.
    """
    content = canonical_json(_resolved(step.content, told, now))
    model = content_model(step.type, newest_version(step.type))
    return Draft(
        content=model.from_json(content),
        recipients=tuple(sorted(step.to)),
        case=told[step.case].envelope.case if step.case else None,
        clause=step.clause,
        role=step.role,
        cause=told[step.cause].envelope.id if step.cause else None,
        basis=told[step.basis].envelope.id if step.basis else None,
        due=whole_milliseconds(now + span(step.due)) if step.due else None,
    )


def span(text: str) -> timedelta:
    """A time span such as `90m`, `3h` or `2d`."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no span like 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _resolved(value: Any, told: Mapping[str, SignedEvent], now: datetime) -> JSON:
    match value:
        case str() if moment := MOMENT.fullmatch(value):
            shift = span(f"{moment[3]}{moment[4]}") if moment[2] else timedelta()
            then = now - shift if moment[2] == "-" else now + shift
            return format_instant(then) if moment[1] == "now" else vietnam_date(then).isoformat()
        case str() if reference := REFERENCE.fullmatch(value):
            return told[reference[1]].envelope.id
        case dict():
            return {name: _resolved(member, told, now) for name, member in value.items()}
        case list() | tuple():
            return [_resolved(member, told, now) for member in value]
        case _:
            return value
