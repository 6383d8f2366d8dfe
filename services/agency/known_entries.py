"""Entries of the record as the rules see them."""

from __future__ import annotations

from events.catalogue import read_content
from events.known_event import KnownEvent
from events.record_entry import EntryKind, RecordEntry

UNREADABLE = frozenset({"unknown-type", "content", "id-reused"})
"""Reasons for a refusal after which the bytes are kept but not folded: the content was not, or could not be, read."""


def known_event(entry: RecordEntry) -> KnownEvent | None:
    """An entry as the rules see it; None where its content cannot be read, which is why it was refused."""
    if entry.refusal is not None and entry.refusal.reason in UNREADABLE:
        return None
    return KnownEvent(
        entry.event.envelope,
        read_content(entry.event),
        refused=entry.kind is EntryKind.REFUSED,
        admitted_at=entry.recorded_at if entry.kind is EntryKind.ADMITTED else None,
        heirs=entry.heirs,
    )
