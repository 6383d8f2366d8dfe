"""Who is told when an agency's views have moved: each open live page waits on one condition, whatever moves."""

from __future__ import annotations

import asyncio
from collections import Counter

from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry

_ANSWERS = frozenset({"EventReceived", "EventRefused"})


class Feed:
    """Counts what is new at one agency. `moved` fits `AgencyService`; it is called in the loop's thread."""

    def __init__(self) -> None:
        self.count = 0
        self.answered: Counter[str] = Counter()
        """How many receipts and refusals have come from each agency since the start."""
        self._changed = asyncio.Event()

    def moved(self, entries: list[Entry]) -> None:
        """Views have folded these entries."""
        for entry in entries:
            if isinstance(entry, RecordEntry) and entry.kind is EntryKind.ADMITTED:
                envelope = entry.event.envelope
                self.answered[envelope.sender] += envelope.event_type in _ANSWERS
        self.add(sum(1 for entry in entries if not isinstance(entry, LocalEntry)))

    def add(self, news: int) -> None:
        """So many things are new."""
        if news:
            self.count += news
            # Everybody waiting wakes on the old event; whoever comes later waits on the new one.
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    async def beyond(self, count: int) -> int:
        """Wait until more than `count` was new; gives the count then."""
        while self.count <= count:
            await self._changed.wait()
        return self.count
