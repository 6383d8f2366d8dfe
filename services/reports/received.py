"""Events of the record that reports rest on: the request that one answers, and what others have reported."""

from __future__ import annotations

from events.known_event import KnownEvent
from events.record_entry import RecordEntry
from events.types.report import ReportSubmitted
from services.agency.known_entries import known_event
from services.agency.record import Record


def held_event(record: Record, event_id: str) -> KnownEvent:
    """An event of the record by its whole id; raises `LookupError` if it is not held or cannot be read."""
    rows = record.rows("SELECT position FROM event_index WHERE event_id = ?", (event_id,))
    entry = record.entry_at(rows[0][0]) if rows else None
    known = known_event(entry) if isinstance(entry, RecordEntry) else None
    if known is None:
        raise LookupError(f"the record holds no event {event_id} that can be read")
    return known


def received_report(record: Record, event_id: str) -> ReportSubmitted:
    """A report that was received, by its event id; raises `LookupError` if the event is none."""
    content = held_event(record, event_id).content
    if isinstance(content, ReportSubmitted):
        return content
    raise LookupError(f"event {event_id} is no report")
