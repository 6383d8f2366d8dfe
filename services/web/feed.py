"""Who is told when an agency's views have moved: each open live page waits on one condition, whatever moves."""

from __future__ import annotations

import asyncio

from events.record_entry import Entry, LocalEntry


class Feed:
    """Counts what is new at one agency. `moved` fits `AgencyService`; it is called in the loop's thread."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = asyncio.Event()

    def moved(self, entries: list[Entry]) -> None:
        """Views have folded these entries."""
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
