"""A draft from what was typed: a JSON file, or members given one by one; short ids are made whole.

`--set subject="Nghi vấn"` sets a text, `--set 'fields:=["telecom"]'` anything else as JSON, and a dot leads into an
object: `--set target.note=…`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TextIO

from events.case_succession import facts_at
from events.decision import CASE_STARTERS, DraftFault, NotLawful, decide
from events.draft import Draft, draft_from_json
from events.errors import InvalidValue, Malformed
from events.facts import Facts
from events.instants import format_instant, whole_milliseconds
from services.agency.context import Context, new_id
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.cli.prefixes import case_to_name, event_id
from services.errors import UsageFault
from services.moments import read_moment
from services.reports.answer_time import with_answer_time


class SettingUnreadable(UsageFault):
    """`--set` was not given as `name=text` or `name:=json`."""


@dataclass(frozen=True)
class Lawfulness:
    """Whether a draft may be signed as things stand: by which clause and role, or what stands against it."""

    draft: Draft
    refusal: NotLawful | DraftFault | None

    @property
    def clause(self) -> str | None:
        """The clause by which it is lawful, or the one that stands against it."""
        return self.refusal.clause if isinstance(self.refusal, NotLawful) else self.draft.clause

    def reason(self, lang: str) -> str:
        """Why it is not lawful, in a language; empty if it is."""
        if isinstance(self.refusal, NotLawful):
            return self.refusal.explanation_vi if lang == "vi" else self.refusal.explanation_en
        return "" if self.refusal is None else str(self.refusal)

    def to_json(self) -> dict[str, Any]:
        """The member `lawfulness` of the commands' documents."""
        refusal = self.refusal
        return {
            "lawful": refusal is None,
            "clause": self.clause,
            "role": self.draft.role if refusal is None else None,
            "reason": refusal.reason if isinstance(refusal, NotLawful) else refusal and "draft",
            "explanation_vi": self.reason("vi") or None,
            "explanation_en": self.reason("en") or None,
        }


def members_of_file(source: TextIO) -> dict[str, Any]:
    """The members of a draft in a JSON text; raises `Malformed`."""
    try:
        members = json.load(source)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Malformed("json", f"the draft is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise Malformed("draft", "a draft is a JSON object with type, recipients and content")
    return members


def members_of_settings(settings: Sequence[str]) -> dict[str, Any]:
    """The content's members from `name=text` and `name:=json`; raises `SettingUnreadable`."""
    content: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        value: Any = text
        if name.endswith(":"):
            name = name.removesuffix(":")
            try:
                value = json.loads(text)
            except json.JSONDecodeError as error:
                raise _unreadable(setting, f"what follows := is not JSON ({error.msg})") from error
        if not equals or not name:
            raise _unreadable(setting, "there is no = behind a name")
        place = content
        *path, last = name.split(".")
        for step in path:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise _unreadable(setting, f"{step} is no object")
            place = inner
        place[last] = value
    return content


def read_draft(members: dict[str, Any], record: Record, now: datetime) -> Draft:
    """The draft of some members, its ids made whole and its due time an instant. Raises `Malformed`, `IdUnclear`."""
    members = dict(members)
    for name in ("cause", "basis"):
        if isinstance(members.get(name), str):
            members[name] = event_id(record, members[name])
    if isinstance(members.get("case"), str):
        members["case"] = case_to_name(record, members["case"])
    try:
        if isinstance(members.get("due"), str):
            members["due"] = format_instant(read_moment(members["due"], now))
        return draft_from_json(members)
    except InvalidValue as error:
        raise Malformed("draft", str(error)) from error


def with_standing(draft: Draft, transaction: RecordTransaction, context: Context, now: datetime) -> Draft:
    """The draft with its `basis`, unless it names one: what gives the agency its standing, and recipients were told."""
    if draft.basis is not None or draft.case is None or (state := transaction.case_state(draft.case)) is None:
        return draft
    facts = Facts(context.me, now, context.directory, context.rules, case=state)
    state = facts_at(facts, context.me, context.directory.heirs_at(now)).case or state
    return replace(draft, basis=state.basis_of(context.me, draft.recipients))


def lawfulness(
    draft: Draft, transaction: RecordTransaction, context: Context, capacity: str, now: datetime
) -> Lawfulness:
    """Judge a draft as it would be judged if it were signed now."""
    if draft.case is None and draft.event_type in CASE_STARTERS:
        draft = replace(draft, case=new_id())
    draft = with_answer_time(draft, whole_milliseconds(now))
    try:
        facts = context.facts(transaction, draft, whole_milliseconds(now))
        return Lawfulness(decide(draft, capacity, facts), None)
    except (NotLawful, DraftFault) as refusal:
        return Lawfulness(draft, refusal)


def _unreadable(setting: str, why: str) -> SettingUnreadable:
    return SettingUnreadable(
        what=f"--set {setting!r} cannot be read", why=why, next_step="write --set name=text or --set 'name:=JSON'"
    )
