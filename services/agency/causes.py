"""Asking for single events that parked mail waits for: its sender, who cited them, is asked by id."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from events.types.protocol import RepairRequested
from services.agency.record import Record

ASK_AFTER_SECONDS = 5.0
"""What is cited is mostly on its way: only what has not come by then is asked for."""
_LONGEST_DOUBLINGS = 6


@dataclass
class _Waiting:
    """Since when something is waited for, or was last asked for, and how often it was."""

    at: float
    times: int = 0


class Causes:
    """The events that parked messages of one agency wait for, by who cited them. Used from one event loop.

    A sender that does not answer keeps waiting what it sent itself, and nobody else's mail; the inbox shows why.
    """

    def __init__(self, record: Record, ask: Callable[[RepairRequested, str], Awaitable[None]]) -> None:
        self._record = record
        self._ask = ask
        self._waiting: dict[tuple[str, str], _Waiting] = {}

    def load(self) -> None:
        """Read from the record what is parked and waits for an event."""
        for sender, event_id in self._record.rows("SELECT sender, waits_for FROM parked WHERE waits_for <> ''"):
            self.note(sender, event_id)

    def note(self, sender: str, event_id: str) -> None:
        """Something that the sender wrote waits for an event."""
        self._waiting.setdefault((sender, event_id), _Waiting(asyncio.get_running_loop().time()))

    async def ask_again(self) -> None:
        """Ask for what is still waited for, ever more rarely; forget what is not."""
        now = asyncio.get_running_loop().time()
        for (sender, event_id), waiting in list(self._waiting.items()):
            if now - waiting.at <= ASK_AFTER_SECONDS * 2 ** min(waiting.times, _LONGEST_DOUBLINGS):
                continue
            held = "SELECT 1 FROM parked WHERE sender = ? AND waits_for = ?"
            if not self._record.rows(held, (sender, event_id)):
                del self._waiting[sender, event_id]
                continue
            waiting.at = now
            waiting.times += 1
            await self._ask(request_for(sender, self._record.agency, event_id), sender)


def request_for(sender: str, me: str, event_id: str) -> RepairRequested:
    """The request by id for an event that mail of a sender cites."""
    return RepairRequested(of=sender, addressed_to=me, from_count=1, event=event_id)
