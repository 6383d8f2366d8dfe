"""What reports count, noted as events pass: a table of event types, and how a case stood after each change.

Only the types that a report asks for leave a row, so any other event costs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from events.instants import format_instant
from events.values.money import MAX_DONG
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

    from events.case import CaseState
    from events.content import Content
    from events.record_entry import RecordEntry

SQL = named_sql("figures.sql")


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
