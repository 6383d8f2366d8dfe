"""What one connection may take: time for its request, time for its answer, and a place among a bounded number.

Whoever has said all that a request needs, and waits for the answer, keeps its place. Whoever still owes a request, or
the rest of one, has a limited time for it, and gives way first where places run out: a stranger who only opens
connections shuts nobody out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_OWES = {h11.IDLE: "head", h11.SEND_BODY: "body"}


@dataclass(frozen=True)
class ConnectionLimits:
    """Seconds for the head of a request, for its body, and for a reader to take what is written; places in all.

    Places stay well below 1,024, the files that a process may have open where nobody says otherwise: the record, the
    broker's connection and uploads need some as well.
    """

    head_seconds: float = 20.0
    body_seconds: float = 300.0
    reading_seconds: float = 60.0
    most: int = 512


class Connection(H11Protocol):
    """uvicorn's connection within `limits`."""

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()

    owed: str | None = None
    """What the client is to send: the `head` of a request, the rest of its `body`, or nothing now."""
    owed_since: float = 0.0
    """On the loop's clock, in seconds."""
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place; of too many the one gives way that has owed its request for the longest time."""
        super().connection_made(transport)
        self._look()
        if len(self.connections) > self.limits.most:
            waiting = (one for one in self.connections if isinstance(one, Connection) and one.owed)
            min(waiting, key=lambda one: one.owed_since, default=self).give_up()

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """An answer is out: the next request is owed."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """The reader is slow."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.limits.reading_seconds, self.give_up)

    def resume_writing(self) -> None:
        """The reader goes on."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self.owed = None
        for timer in (self._deadline, self._unread):
            if timer is not None:
                timer.cancel()

    def give_up(self) -> None:
        """End it at once, whatever is under way."""
        self.transport.abort()

    def _look(self) -> None:
        """Begin, keep or end the time that is given, by what is owed now: more bytes of the same give no more time."""
        owed = _OWES.get(self.conn.their_state)
        if owed == self.owed:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self.owed, self.owed_since, self._deadline = owed, self.loop.time(), None
        if owed is not None:
            # Between two requests the server's own, longer or shorter, patience comes first.
            idle = self.timeout_keep_alive if owed == "head" and self.cycle is not None else 0
            given = self.limits.head_seconds if owed == "head" else self.limits.body_seconds
            self._deadline = self.loop.call_later(idle + given, self.give_up)


def connections(limits: ConnectionLimits) -> type[Connection]:
    """Connections within other limits."""
    return type("Connection", (Connection,), {"limits": limits})
