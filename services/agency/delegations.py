"""The delegations of signing that this agency's record holds: its own, and those it was told of."""

from __future__ import annotations

from events.record_entry import RecordEntry
from events.regulation.delegation import Delegation, delegations
from services.agency.entry_codec import decode_entry
from services.agency.known_entries import known_event
from services.agency.record import Record

_DELEGATIONS = """
SELECT e.rowid, e.topic, e.state
FROM delegations d JOIN event_index i ON i.event_id = d.event_id JOIN entries e ON e.rowid = i.position
WHERE d.sender = ? ORDER BY e.rowid
"""
_SENDERS = "SELECT DISTINCT sender FROM delegations ORDER BY sender"


def held_delegations(record: Record, agency: str | None = None) -> tuple[Delegation, ...]:
    """Those that `agency` granted, in the record's order; of every agency, one after the other, if it names none."""
    senders = [row[0] for row in record.rows(_SENDERS)] if agency is None else [agency]
    found: list[Delegation] = []
    for sender in senders:
        entries = [decode_entry(*row) for row in record.rows(_DELEGATIONS, (sender,))]
        documents = [known_event(entry) for entry in entries if isinstance(entry, RecordEntry)]
        found += delegations(known for known in documents if known is not None)
    return tuple(found)
