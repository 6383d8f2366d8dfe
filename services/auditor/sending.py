"""What the auditor says to agencies: signed with its service key, and published until the broker has stored it.

Nothing is kept of what was sent. The newest checkpoint is told again after every start, and an agency whose question
got no answer asks again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import structlog
from nats.aio.client import Client

from events.content import Content
from events.decision import compose, decide
from events.draft import Draft
from events.facts import Facts
from events.instants import whole_milliseconds
from events.signature import Signer, sign_envelope
from events.signed_event import SignedEvent
from events.types.transparency import CheckpointPublished
from services.agency.context import Context, draw_randomness
from services.agency.copies import copies
from services.broker.errors import BrokerError
from services.broker.publish import MAX_BATCH, publish_batch
from services.broker.wire import OutMessage

_log = structlog.get_logger(__name__)

_MOST_WAITING = 10_000
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0


class _Waiting(NamedTuple):
    content: Content
    to: tuple[str, ...]
    cause: str | None
    asked_at: datetime | None


class Sending:
    """The messages that wait to be signed and sent. Used from one event loop."""

    def __init__(
        self, client: Client, signer: Signer, context: Callable[[], Context], now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._signer = signer
        self._context = context
        self._now = now
        self._waiting: deque[_Waiting] = deque(maxlen=_MOST_WAITING)
        self._newest: _Waiting | None = None
        self._wake = asyncio.Event()
        self._last: datetime | None = None

    def tell(
        self, content: Content, to: tuple[str, ...], *, cause: str | None = None, asked_at: datetime | None = None
    ) -> None:
        """Have something told; `cause` is the id of what it answers, dated `asked_at`.

        Where too much waits the oldest is dropped: it is asked for again.
        """
        self._waiting.append(_Waiting(content, to, cause, asked_at))
        self._wake.set()

    def publish_checkpoint(self, note: str, to: str | None = None) -> None:
        """Have a checkpoint told to every agency, or to one; an older one that still waits is not sent any more."""
        context = self._context()
        everybody = tuple(sorted(set(context.directory.agencies) - {context.me}))
        content = CheckpointPublished(checkpoint=note)
        if to is not None:
            self.tell(content, (to,))
        elif everybody:
            self._newest = _Waiting(content, everybody, None, None)
            self._wake.set()

    async def run(self) -> None:
        """Sign and publish until cancelled; a broker that is away is waited for."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._next():
                await self._until_stored(batch)

    def _next(self) -> list[OutMessage]:
        """The copies of the next messages, as many as fit into one batch; the newest checkpoint comes first."""
        batch: list[OutMessage] = []
        if (newest := self._newest) is not None:
            self._newest = None
            batch += copies(self._sign(newest))
        while self._waiting and len(batch) + len(self._waiting[0].to) + 1 <= MAX_BATCH:
            batch += copies(self._sign(self._waiting.popleft()))
        return batch

    def _sign(self, waiting: _Waiting) -> SignedEvent:
        context = self._context()
        # Never before what is answered nor before what was said last, whatever this machine's clock does.
        known = [moment for moment in (waiting.asked_at, self._last) if moment is not None]
        self._last = max([whole_milliseconds(self._now()), *known])
        facts = Facts(me=context.me, now=self._last, directory=context.directory, rules=context.rules)
        decided = decide(Draft(waiting.content, waiting.to), "service", facts)
        chance = draw_randomness()
        envelope, content = compose(replace(decided, cause=waiting.cause), {}, 0, "", chance, facts)
        data = envelope.to_bytes()
        return SignedEvent(envelope, data, chance.salt, content, sign_envelope(data, self._signer))

    async def _until_stored(self, messages: list[OutMessage]) -> None:
        pause_seconds, retry = _FIRST_PAUSE_SECONDS, False
        while True:
            try:
                await publish_batch(self._client, messages, retry=retry)
            except BrokerError as error:
                _log.warning("publishing waits", reason=str(error), messages=len(messages))
                retry = True
            else:
                return
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, 2 * pause_seconds)
