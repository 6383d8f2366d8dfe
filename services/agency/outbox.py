"""The outbox: follows the record and publishes own events, each with all its copies in one atomic batch.

How far it has come is noted in the record only now and then: after a crash the last events are published once more
under the same ids, which the broker or, at the latest, the recipient recognises.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

import structlog
from nats.aio.client import Client

from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent
from services.agency.copies import copies
from services.agency.follower import Follower
from services.agency.record import Record
from services.broker.errors import BrokerError
from services.broker.publish import MAX_BATCH, BatchOutcome, PublishCounts, publish_batch
from services.broker.wire import OutMessage

_log = structlog.get_logger(__name__)

CURSOR = "outbox"
_ENTRIES_AT_ONCE = 500
_NOTE_EVERY_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_ANY_POSITION = 2**63


class Outbox:
    """Publishes what the record says was sent. `published` is called with the entries that the broker has stored."""

    def __init__(
        self,
        record: Record,
        client: Client,
        *,
        note: Callable[[str, int], Awaitable[None]],
        published: Callable[[list[RecordEntry]], None] | None = None,
    ) -> None:
        position = record.cursor_position(CURSOR)
        self._client = client
        self._note_cursor = note
        self._published = published
        self.follower = Follower(record, position)
        self.counts = PublishCounts()
        self._done = position
        self._moved_on = asyncio.Event()
        self._noted_at = 0.0
        # What stands behind the noted position may have been sent before the last stop.
        self._maybe_sent_upto = record.last_position

    async def run(self) -> None:
        """Publish until cancelled; a broker that is away is waited for."""
        self.follower.rewind(self._done)
        while True:
            batch = await self.follower.next_batch(_ENTRIES_AT_ONCE)
            sent = [e for e in batch if isinstance(e, RecordEntry) and e.kind is EntryKind.SENT]
            for group in _batches(sent):
                await self._publish_until_stored(group)
            self._done = batch[-1].position
            self._moved_on.set()
            await self._note()

    @property
    def published_position(self) -> int:
        """Up to which position of the record all that was sent is stored by the broker."""
        return self._done

    async def note_position(self) -> None:
        """Note how far publishing has come; called when the service stops in order."""
        await self._note_cursor(CURSOR, self._done)

    def expect_repeats(self) -> None:
        """What is published from now on may have been published by a record that was lost: repeats are no alarm."""
        self._maybe_sent_upto = _ANY_POSITION

    async def drained(self, position: int) -> None:
        """Wait until everything up to a position of the record is stored by the broker."""
        while self._done < position:
            self._moved_on.clear()
            await self._moved_on.wait()

    async def publish_again(self, events: Iterable[SignedEvent], to: str) -> None:
        """Store events for one recipient once more, under new ids."""
        attempt = time.time_ns()
        messages = [message for event in events for message in copies(event, to=(to,), attempt=attempt)]
        for start in range(0, len(messages), MAX_BATCH // 2):
            await self._until_stored(messages[start : start + MAX_BATCH // 2], retry=False)

    async def _publish_until_stored(self, group: list[RecordEntry]) -> None:
        messages = [message for entry in group for message in copies(entry.event)]
        retry = group[0].position <= self._maybe_sent_upto
        outcome = await self._until_stored(messages, retry=retry)
        if outcome.suspicious:
            # Somebody used our ids before us: the copies under them are not ours. Send under others.
            taken = set(outcome.suspicious)
            for entry in group:
                squatted = [m for m in copies(entry.event) if m.msg_id in taken]
                recipients = tuple(m.subject.split(".")[3] for m in squatted)
                if recipients:
                    again = copies(entry.event, to=recipients, attempt=time.time_ns())
                    await self._until_stored(again, retry=False)
        if self._published is not None:
            self._published(group)

    async def _until_stored(self, messages: list[OutMessage], *, retry: bool) -> BatchOutcome:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await publish_batch(self._client, messages, retry=retry, counts=self.counts)
            except BrokerError as error:
                _log.warning("publishing waits", reason=str(error), messages=len(messages))
                retry = True
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, 2 * pause_seconds)

    async def _note(self) -> None:
        now = time.monotonic()
        if now - self._noted_at > _NOTE_EVERY_SECONDS:
            self._noted_at = now
            await self._note_cursor(CURSOR, self._done)


def _batches(entries: list[RecordEntry]) -> Iterable[list[RecordEntry]]:
    """Groups whose copies fit into one atomic batch; the copies of one event are never parted."""
    group: list[RecordEntry] = []
    size = 0
    for entry in entries:
        number = len(entry.event.envelope.recipients) + 1
        if group and size + number > MAX_BATCH:
            yield group
            group, size = [], 0
        group.append(entry)
        size += number
    if group:
        yield group
