"""Who is told when an agency's views have moved.

Each open live page waits on one condition, whatever moves, and all of them are told together: 200 pages must not cost
what the events themselves cost.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterable

from events.record_entry import Entry, EntryKind, RecordEntry

_ANSWERS = frozenset({"EventReceived", "EventRefused"})
_NEWS = _ANSWERS | {"GapDeclared", "LogAlarmRaised"}
"""The protocol's messages that tell a reader something; the others are the services' own affair."""

TOGETHER_SECONDS = 0.5
"""News within this time is told in one."""


class Feed:
    """Counts what is new at one agency. `moved` fits `AgencyService`; it is called in the loop's thread."""

    def __init__(self) -> None:
        self.count = 0
        self.start = secrets.token_hex(4)
        """Tells what was counted since this start from what was counted since another."""
        self.answered: Counter[str] = Counter()
        """How many receipts and refusals have come from each agency since the start."""
        self._changed = asyncio.Event()
        self._told_count = 0
        self._told = asyncio.Event()
        self._telling: asyncio.TimerHandle | None = None
        self.closed = False
        """Set when serving ends: whoever waits is told at once, and has to end."""

    def moved(self, entries: list[Entry]) -> None:
        """Views have folded these entries: documents, and what others say of them, are news."""
        news = 0
        for entry in entries:
            if not isinstance(entry, RecordEntry):
                continue
            envelope, incoming = entry.event.envelope, entry.kind is EntryKind.ADMITTED
            news += not envelope.is_protocol or (incoming and envelope.event_type in _NEWS)
            self.answered[envelope.sender] += incoming and envelope.event_type in _ANSWERS
        self.add(news)

    @property
    def mark(self) -> str:
        """How far it has counted, `<start>-<count>`: a page's is held against a later one."""
        return self.mark_at(self.count)

    def mark_without(self, agencies: Iterable[str]) -> str:
        """The mark without what these agencies answered, for a page that shows their answers as they come."""
        return self.mark_at(self.count - sum(self.answered[one] for one in set(agencies)))

    def mark_at(self, count: int) -> str:
        """The mark of a count since this start."""
        return f"{self.start}-{count}"

    def add(self, news: int) -> None:
        """So many things are new."""
        if news:
            self.count += news
            # Everybody waiting wakes on the old event; whoever comes later waits on the new one.
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()
            if self._telling is None:
                self._telling = asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self._tell)

    def _tell(self) -> None:
        self._telling, self._told_count = None, self.count
        told, self._told = self._told, asyncio.Event()
        told.set()

    def close(self) -> None:
        """Serving ends: an open page would keep the server waiting."""
        self.closed = True
        self._changed.set()
        self._told.set()

    async def beyond(self, count: int) -> int:
        """Wait until more than `count` was new, or the feed is closed; gives the count then."""
        while self.count <= count and not self.closed:
            await self._changed.wait()
        return self.count

    async def gathered(self, count: int) -> int:
        """Wait until it is told that more than `count` was new, or the feed is closed; gives the count told then."""
        while self._told_count <= count and not self.closed:
            await self._told.wait()
        return self._told_count
