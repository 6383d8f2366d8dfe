"""Giving attachments: who asked and may have them gets the next part, a megabyte at a time, behind all documents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from nats.aio.client import Client

from events import base64url
from events.signature import Signer
from events.types.attachment import (
    MAX_CHUNK_BYTES,
    AttachmentChunk,
    AttachmentObstacle,
    AttachmentRequested,
    AttachmentUnavailable,
)
from services.agency.allowance import Allowance, Rate
from services.agency.attachments.passing import sign_passing
from services.agency.attachments.store import AttachmentDiffers, AttachmentStore
from services.agency.context import Context
from services.agency.copies import copies
from services.agency.issuing import issue_protocol
from services.agency.outbox import Outbox
from services.agency.record import Record
from services.agency.writer import Writer
from services.broker.errors import BrokerError
from services.broker.publish import publish_batch

_log = structlog.get_logger(__name__)

WINDOW_BYTES = 4 * MAX_CHUNK_BYTES
"""So much is sent on one request: what lies between a recipient and its next document is never more for each sender."""
BYTES_PER_SECOND = 8_000_000
"""At this pace parts leave, so that they do not fill the link."""
GIVEN = Rate(burst_bytes=256_000_000, bytes_per_second=500_000)
"""What one peer may fetch: enough for a dossier at once, too little to wear out the broker's disk."""


class AttachmentServing:
    """The queue of requests of one agency's peers; the newest request of a peer for a file replaces the one before."""

    def __init__(
        self,
        store: AttachmentStore,
        record: Record,
        writer: Writer,
        outbox: Outbox,
        client: Client,
        service: Signer,
        context: Callable[[], Context],
        now: Callable[[], datetime],
        lost: Callable[[str], None],
    ) -> None:
        self._store = store
        self._record = record
        self._writer = writer
        self._outbox = outbox
        self._client = client
        self._service = service
        self._context = context
        self._now = now
        self._lost = lost
        self._queue: dict[tuple[str, str], AttachmentRequested] = {}
        self._work = asyncio.Event()
        self._allowance = Allowance(GIVEN)

    def ask(self, peer: str, request: AttachmentRequested) -> None:
        """A peer that may have it asks for a part of an attachment."""
        self._queue[peer, request.sha256] = request
        self._work.set()

    async def run(self) -> None:
        """Serve until cancelled; what is under way when the service ends is asked for again."""
        while True:
            self._work.clear()
            while self._queue:
                (peer, sha256) = next(iter(self._queue))
                await self._serve(peer, self._queue.pop((peer, sha256)))
            await self._work.wait()

    async def _serve(self, peer: str, request: AttachmentRequested) -> None:
        clock = asyncio.get_running_loop().time
        offset, end = request.from_offset, request.from_offset + WINDOW_BYTES
        if request.to_offset is not None:
            end = min(end, request.to_offset)
        try:
            size_bytes = await asyncio.to_thread(self._store.size, request.sha256)
            while offset < (end := min(end, size_bytes)):
                length = min(MAX_CHUNK_BYTES, end - offset)
                if not self._allowance.take(peer, length, clock()):
                    _log.warning("a peer has fetched more than its allowance", agency=self._record.agency, peer=peer)
                    return
                data = await asyncio.to_thread(self._store.read, request.sha256, offset, length)
                await self._send(peer, request, size_bytes, offset, data)
                offset += length
        except FileNotFoundError:
            await self._unavailable(peer, request, AttachmentObstacle.NOT_HELD)
        except AttachmentDiffers:
            self._lost(request.sha256)
            await self._unavailable(peer, request, AttachmentObstacle.DIGEST_DIFFERS)
        except BrokerError as error:
            # The peer asks again when nothing comes.
            _log.warning("an attachment waits for the broker", peer=peer, reason=str(error))

    async def _send(self, peer: str, request: AttachmentRequested, size_bytes: int, offset: int, data: bytes) -> None:
        content = AttachmentChunk(
            event=request.event,
            sha256=request.sha256,
            size_bytes=size_bytes,
            offset=offset,
            data=base64url.encode(data),
        )
        # Documents first: whatever is signed by now leaves before this part does.
        await self._outbox.drained(self._record.last_position)
        event = await asyncio.to_thread(sign_passing, content, peer, self._service, self._context(), self._now())
        await publish_batch(self._client, copies(event), counts=self._outbox.counts)
        await asyncio.sleep(len(data) / BYTES_PER_SECOND)  # the pace of sending, not a wait for anything

    async def _unavailable(self, peer: str, request: AttachmentRequested, reason: AttachmentObstacle) -> None:
        content = AttachmentUnavailable(event=request.event, sha256=request.sha256, reason=reason)
        await self._writer.run(
            lambda transaction: issue_protocol(
                transaction, content, (peer,), self._service, self._context(), self._now()
            )
        )
