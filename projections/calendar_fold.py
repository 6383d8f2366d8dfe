"""Acts that settle a duty of the calendar, noted as they pass: reports, meetings, focal points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.instants import format_instant
from events.types.focal_point import FocalPointDesignated
from events.types.meeting import MeetingCalled
from events.types.report import ReportConsolidated, ReportSubmitted
from events.values.period import ReportingPeriod
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

    from events.content import Content
    from events.record_entry import RecordEntry

SQL = named_sql("calendar.sql")

NEED_CONTENT = frozenset({"ReportSubmitted", "ReportConsolidated", "MeetingCalled", "FocalPointDesignated"})
"""The types that can settle a duty of the calendar."""


def fold_calendar(cursor: sqlite3.Cursor, entry: RecordEntry, content: Content | None) -> None:
    """Note a sent or admitted act."""
    kind: str | None = None
    period: ReportingPeriod | None = None
    counted_until: str | None = None
    match content:
        case ReportSubmitted() | ReportConsolidated():
            period = content.period
            counted_until = format_instant(content.figures.counted_until)
        case MeetingCalled():
            kind, period = content.kind.value, content.period
        case FocalPointDesignated():
            pass
        case _:
            return
    envelope = entry.event.envelope
    cursor.execute(
        SQL["note_act"],
        {
            "position": entry.position,
            "event_type": envelope.event_type,
            "sender": envelope.sender,
            "meeting_kind": kind,
            "period_kind": period.kind.value if period else None,
            "first_day": period.first_day.isoformat() if period else None,
            "last_day": period.last_day.isoformat() if period else None,
            "counted_until": counted_until,
        },
    )
