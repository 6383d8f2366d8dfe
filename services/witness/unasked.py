"""Events of the record of which it has not been asked yet whether they are in the log, in order, in bounded memory."""

from __future__ import annotations

import asyncio
from collections import deque

from events.audit.logged_event import is_logged
from events.audit.stated_entry import HeldEvent
from events.record_entry import Entry, EntryKind, RecordEntry
from services.agency.record import Record

_KEPT = 20_000
"""Some 12 MB; beyond that they are read from the record when their turn comes."""
_PAGE = 500
_OURS = frozenset({EntryKind.SENT, EntryKind.ADMITTED, EntryKind.REFUSED})
"""An inherited document was sent to the predecessor: the auditor knows this agency as no party of it."""


def held_event(entry: Entry) -> HeldEvent | None:
    """The event of an entry that must be in the log; None for anything else."""
    if not isinstance(entry, RecordEntry) or entry.kind not in _OURS or not is_logged(entry.event.envelope):
        return None
    return HeldEvent.of(entry, own=entry.kind is EntryKind.SENT)


class Unasked:
    """The events behind a position of the record. `note` is told of every entry behind `noted`, in order."""

    def __init__(self, record: Record, position: int, noted: int) -> None:
        self._record = record
        self._held: deque[HeldEvent] = deque()
        self.position = position
        """Up to here every event was handed out."""
        self._noted = noted
        self._loaded = position
        self._behind = True  # what was committed before the start has been told to nobody here

    def note(self, entry: Entry, held: HeldEvent | None) -> None:
        """An entry was read; `held` is its event if that must be in the log."""
        if entry.position <= self._noted:
            return
        self._noted = entry.position
        if held is not None and not self._behind:
            if len(self._held) < _KEPT:
                self._held.append(held)
            else:
                self._behind = True

    def has(self, upto: int, number: int) -> bool:
        """Whether so many are known to be there up to a position of the record, or it has to be read to know."""
        if len(self._held) < number:
            return self._behind and self.position < upto
        return self._held[number - 1].position <= upto

    async def next(self, upto: int, limit: int) -> list[HeldEvent]:
        """The next events up to a position of the record, at most `limit`; they are not handed out again."""
        if self._behind:
            await self._catch_up()
        found: list[HeldEvent] = []
        while len(found) < limit and self._held and self._held[0].position <= upto:
            found.append(self._held.popleft())
        if found:
            self.position = found[-1].position
        if not self._held or self._held[0].position > upto:
            self.position = max(self.position, min(upto, self._loaded if self._behind else self._noted))
        return found

    async def _catch_up(self) -> None:
        """Read from the record what was not told, as much as may be kept; after that, being told is enough."""
        if self._held:
            self._loaded = max(self._loaded, self._held[-1].position)
        while self._behind and len(self._held) < _KEPT // 2:
            page = await asyncio.to_thread(self._record.entries, self._loaded, _PAGE)
            self._held.extend(held for entry in page if (held := held_event(entry)) is not None)
            if page:
                self._loaded = page[-1].position
            if self._loaded >= self._noted:
                self._noted = self._loaded
                self._behind = False
            elif not page:
                return
