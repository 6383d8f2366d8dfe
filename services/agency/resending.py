"""Publishing own events once more: for a peer that lacks them, or that lacks the receipt for its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import structlog

from events.record_entry import Entry, EntryKind, RecordEntry
from events.signed_event import SignedEvent
from services.agency.allowance import RESENDING, Allowance
from services.agency.outbox import Outbox
from services.agency.record import Record
from services.agency.record_transaction import OUT

_log = structlog.get_logger(__name__)

_EVENTS_PER_RESEND = 500


class Resender:
    """Sends again what the record holds, within each peer's allowance.

    What is wanted is noted and sent by `run`: a broker that takes nothing must not keep mail from being taken in.
    """

    def __init__(self, record: Record, outbox: Outbox) -> None:
        self._record = record
        self._outbox = outbox
        self._allowance = Allowance(RESENDING)
        self._from: dict[str, int] = {}
        self._positions: set[int] = set()
        self._wanted = asyncio.Event()

    def want(self, from_counts: Mapping[str, int], positions: Iterable[int]) -> None:
        """Have sent again: to each peer what it lacks from a count on, and own messages at positions of the record."""
        for peer, count in from_counts.items():
            self._from[peer] = min(count, self._from.get(peer, count))
        self._positions.update(positions)
        if self._from or self._positions:
            self._wanted.set()

    async def run(self) -> None:
        """Send again what is wanted, until cancelled. Whoever still lacks something after a failure asks once more."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            from_counts, self._from = self._from, {}
            positions, self._positions = self._positions, set()
            for peer, count in from_counts.items():
                await self.from_count(peer, count)
            await self.at_positions(sorted(positions))

    async def from_count(self, peer: str, count: int) -> None:
        """Own events to a peer from a count on, some hundreds at a time."""
        rows = self._record.rows(
            "SELECT position FROM pair_links WHERE peer = ? AND direction = ? AND count >= ? AND position IS NOT NULL "
            "ORDER BY count LIMIT ?",
            (peer, OUT, count, _EVENTS_PER_RESEND),
        )
        # What the outbox has not published yet is on its way by itself.
        await self._publish(peer, (row[0] for row in rows if row[0] <= self._outbox.follower.position))

    async def at_positions(self, positions: Iterable[int]) -> None:
        """Own messages at positions of the record, to whom they are addressed."""
        for position in positions:
            for peer in self._event_at(position).envelope.agencies:
                await self._publish(peer, (position,))

    async def _publish(self, peer: str, positions: Iterable[int]) -> None:
        events: list[SignedEvent] = []
        for position in positions:
            event = self._event_at(position)
            if not self._allowance.take(peer, len(event.payload), asyncio.get_running_loop().time()):
                _log.warning("a peer asks for more again than it may have", agency=self._record.agency, peer=peer)
                break
            events.append(event)
        await self._outbox.publish_again(events, peer)

    def _event_at(self, position: int) -> SignedEvent:
        entry: Entry = self._record.entry_at(position)
        if not isinstance(entry, RecordEntry) or entry.kind is not EntryKind.SENT:
            raise LookupError(f"entry {position} of the record is no own event, though a link says so")
        return entry.event
