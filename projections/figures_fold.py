"""What reports count, noted as events pass: a table of event types, and how a case stood after each change.

Only the types that a report asks for leave a row, so any other event costs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from events.canonical import JSON, parse_canonical
from events.errors import InvalidValue
from events.instants import format_instant, parse_instant
from events.types.case import CaseOutcome
from events.types.information import WithholdingGround
from events.values.labelled import Labelled
from events.values.matter import Category
from events.values.money import MAX_DONG
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

    from events.case import CaseState
    from events.content import Content
    from events.record_entry import RecordEntry

SQL = named_sql("figures.sql")

_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of what a correction leaves without one."""


@dataclass(frozen=True)
class _Fact:
    category: str | None = None
    detail: str | None = None
    about: str | None = None
    ends_at: datetime | None = None
    amount_dong: int | None = None
    things: int = 1


_Read = Callable[[Any, str], _Fact]
"""(content, the event's id) → what it states."""


def _executed(content: Any, event_id: str) -> _Fact:
    ends_at = content.ends.at if content.ends else None
    return _Fact(about=content.order or event_id, ends_at=ends_at)


def _decided(content: Any, _event_id: str) -> _Fact:
    fines = [sanction.amount_dong or 0 for violator in content.violators for sanction in violator.sanctions]
    # Some hundred fines, each within its bound, add up to what neither JSON nor SQLite can hold.
    return _Fact(category=content.category, amount_dong=min(sum(fines), MAX_DONG))


def _corrected(content: Any, _event_id: str) -> _Fact:
    """What of the counted members a correction states anew; the amount is by how much fines went up or down."""
    category = detail = None
    ends_at: datetime | None = None
    by_dong = 0
    for one in content.corrections:
        now = None if one.now is None else parse_canonical(one.now.encode())
        match one.member:
            case "/category":
                category = _member_of(Category, now) or category
            case "/ground":
                detail = _member_of(WithholdingGround, now) or detail
            case "/outcome":
                detail = _member_of(CaseOutcome, now) or detail
            case "/ends/at":
                ends_at = _end(now)
            case "/ends":
                ends_at = _end(now.get("at") if isinstance(now, dict) else None)
            case member if f"{member}/".startswith("/violators/"):
                was = None if one.was is None else parse_canonical(one.was.encode())
                last = member.rpartition("/")[2]
                by_dong += _fines(last, now) - _fines(last, was)
    return _Fact(category=category, detail=detail, about=content.event, ends_at=ends_at, amount_dong=by_dong)


def _member_of(kind: type[Labelled], value: JSON) -> str | None:
    return next((member.value for member in kind if member.value == value), None)


def _end(value: JSON) -> datetime:
    try:
        return parse_instant(value) if isinstance(value, str) else _NEVER
    except InvalidValue:
        return _NEVER


def _fines(name: str, value: JSON) -> int:
    """All amounts of fines in a member of this name."""
    if isinstance(value, dict):
        return sum(_fines(inner, part) for inner, part in value.items())
    if isinstance(value, list):
        return sum(_fines(name, part) for part in value)
    return value if name == "amount_dong" and type(value) is int else 0


READS: Mapping[str, _Read] = {
    "SuspicionReported": lambda content, _: _Fact(category=content.category),
    "SuspicionReferred": lambda content, _: _Fact(category=content.category, about=content.suspicion),
    "SuspicionDismissed": lambda content, _: _Fact(about=content.suspicion),
    "CaseOpened": lambda content, _: _Fact(category=content.category, things=len(content.suspicions)),
    "CaseClosed": lambda content, _: _Fact(detail=content.outcome),
    "InfoWithheld": lambda content, _: _Fact(detail=content.ground),
    "SuspensionOrdered": lambda content, event_id: _Fact(about=event_id, ends_at=content.ends.at),
    "SuspensionExecuted": _executed,
    "SuspensionImpossible": lambda content, _: _Fact(about=content.order),
    "SuspensionLifted": lambda content, _: _Fact(about=content.suspension),
    "ViolationDecided": _decided,
    "DossierTransferred": lambda _content, _: _Fact(),
    "EventRecalled": lambda content, _: _Fact(about=content.event),
    "EventCorrected": _corrected,
}
"""Event type → what of it is counted."""

NEED_CONTENT = frozenset(READS)
"""The types whose content is read for the figures."""


def fold_figures(cursor: sqlite3.Cursor, entry: RecordEntry, content: Content | None) -> None:
    """Note what a sent or admitted document event adds to the figures."""
    envelope = entry.event.envelope
    read = READS.get(envelope.event_type)
    if read is None or content is None:
        return
    fact = read(content, envelope.id)
    cursor.execute(
        SQL["note"],
        {
            "position": entry.position,
            "event_id": envelope.id,
            "event_type": envelope.event_type,
            "kind": entry.kind.value,
            "sender": envelope.sender,
            "signed_at": format_instant(envelope.time),
            "case_id": envelope.case,
            "category": fact.category,
            "detail": fact.detail,
            "about": fact.about,
            "ends_at": format_instant(fact.ends_at) if fact.ends_at else None,
            "amount_dong": fact.amount_dong,
            "things": fact.things,
        },
    )


def fold_case_moment(cursor: sqlite3.Cursor, entry: RecordEntry, old: CaseState | None, new: CaseState) -> None:
    """Note how a case stands, if its status, lead or category changed with the entry."""
    if old is not None and _standing(old) == _standing(new):
        return
    status, since, lead, led_before, category = _standing(new)
    cursor.execute(
        SQL["note_case"],
        {
            "case_id": new.case,
            "position": entry.position,
            "at": format_instant(entry.event.envelope.time),
            "status": status,
            "since": format_instant(since),
            "lead": lead,
            "led_before": led_before,
            "category": category,
        },
    )


def _standing(state: CaseState) -> tuple[str, datetime, str | None, str | None, str | None]:
    passed = (gone for gone, taken in state.succeeded.items() if taken.led and taken.by == state.lead)
    return (state.status.value, state.status_since, state.lead, min(passed, default=None), state.category)
