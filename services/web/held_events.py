"""Events that a house's record holds, by id: for pages and API alike."""

from __future__ import annotations

import asyncio

from events.record_entry import RecordEntry
from services.web.house import House
from services.web.problems import PageError, Problem


async def held(house: House, event_id: str) -> RecordEntry:
    """The entry of an event that this house's record holds. Raises `PageError`."""
    entry = await asyncio.to_thread(find_event, house, event_id)
    if entry is None:
        raise PageError(Problem.NOT_FOUND, event_id[:64])
    return entry


def find_event(house: House, event_id: str) -> RecordEntry | None:
    """The same; None if it is not held. Blocks."""
    record = house.service.record
    rows = record.rows("SELECT position FROM event_index WHERE event_id = ?", (event_id,))
    entry = record.entry_at(rows[0][0]) if rows else None
    return entry if isinstance(entry, RecordEntry) else None
