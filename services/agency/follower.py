"""Following the record: hands its entries on, in order, each once, as they are committed.

What this process commits is offered at once and needs no reading; what another process committed is read when
somebody pokes. Either way entries come in the order of their positions, without gaps.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from events.record_entry import Entry
from services.agency.record import Record

_OFFERS_KEPT = 20_000
"""Entries held in memory for a slow follower; beyond that it reads them from the record, so memory stays flat."""


class Follower:
    """One reader of the record, from a position on. Used from one event loop."""

    def __init__(self, record: Record, position: int) -> None:
        self._record = record
        self._taken = position
        self._offered: deque[Entry] = deque()
        self._offered_upto = position
        self._may_have_more = True
        self._awake = asyncio.Event()
        self._awake.set()

    @property
    def position(self) -> int:
        """The position of the last entry handed on."""
        return self._taken

    def rewind(self, position: int) -> None:
        """Go on from another position."""
        self._taken = self._offered_upto = position
        self._offered.clear()
        self.poke()

    def offer(self, entries: Sequence[Entry]) -> None:
        """Entries that were just committed here, all of one or more whole transactions, in order."""
        if not entries:
            return
        if entries[0].position == self._offered_upto + 1 and len(self._offered) < _OFFERS_KEPT:
            self._offered.extend(entries)
            self._offered_upto = entries[-1].position
        else:
            self._may_have_more = True
        self._awake.set()

    def poke(self) -> None:
        """Something may have been committed elsewhere."""
        self._may_have_more = True
        self._awake.set()

    async def next_batch(self, limit: int) -> list[Entry]:
        """The next entries, at least one and at most `limit`; waits until there are some."""
        while True:
            if self._offered:
                batch = [self._offered.popleft() for _ in range(min(limit, len(self._offered)))]
            elif self._may_have_more:
                self._may_have_more = False
                batch = await asyncio.to_thread(self._record.entries, self._taken, limit)
                if len(batch) == limit:
                    self._may_have_more = True
                self._catch_up(batch)
            else:
                self._awake.clear()
                await self._awake.wait()
                continue
            if batch:
                self._taken = batch[-1].position
                return batch

    def _catch_up(self, batch: list[Entry]) -> None:
        # Offers may have come in while the record was read.
        upto = batch[-1].position if batch else self._taken
        while self._offered and self._offered[0].position <= upto:
            self._offered.popleft()
        if self._offered and self._offered[0].position != upto + 1:
            self._offered.clear()
            self._may_have_more = True
        self._offered_upto = self._offered[-1].position if self._offered else max(upto, self._taken)
