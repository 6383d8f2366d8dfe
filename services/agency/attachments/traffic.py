"""The attachments of a running agency: what its documents name is fetched, what its peers may have is given.

Everything it needs after a restart is on disk: the record says which files are named, the store which are here and how
far the others have come.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from nats.aio.client import Client

from events import base64url
from events.content import Content
from events.instants import whole_milliseconds
from events.record_entry import Entry, RecordEntry
from events.signature import Signer
from events.types.attachment import AttachmentChunk, AttachmentReceived, AttachmentRequested, AttachmentUnavailable
from services.agency.attachments.fetching import Fetching, Patience
from services.agency.attachments.index import AttachmentIndex
from services.agency.attachments.serving import AttachmentServing
from services.agency.attachments.store import AttachmentDiffers, AttachmentStore
from services.agency.context import Context
from services.agency.issuing import issue_protocol
from services.agency.outbox import Outbox
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.agency.writer import Writer
from services.identity.errors import DiskRefused

_log = structlog.get_logger(__name__)

LOOK_SECONDS = 60.0
"""At the latest after so long missing files are looked for again."""
_FILE_MARK = b'"sha256":"'


class AttachmentTraffic:
    """Index, fetching and serving of one agency. Used from one event loop."""

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
        patience: Patience | None = None,
    ) -> None:
        self.store = store
        self.index = AttachmentIndex(store, record)
        self._record = record
        self._writer = writer
        self._service = service
        self._context = context
        self._now = now
        self._fetching = Fetching(record.agency, patience)
        self._serving = AttachmentServing(store, record, writer, outbox, client, service, context, now, self._lost)
        self._changed = asyncio.Event()
        self._chunk = asyncio.Lock()

    # --- what the service calls ---

    def committed(self, entries: Iterable[Entry]) -> None:
        """Entries were appended: if one may name a file, missing files are looked for."""
        if any(isinstance(e, RecordEntry) and _FILE_MARK in e.event.content_bytes for e in entries):
            self._changed.set()

    def poke(self) -> None:
        """Another process may have appended entries or put files here."""
        self._changed.set()

    async def act_on(self, messages: list[tuple[str, Content]]) -> None:
        """Do what peers' messages about attachments ask for; parts of files are on disk when this returns."""
        for peer, content in messages:
            match content:
                case AttachmentRequested():
                    self._serving.ask(peer, content)
                case AttachmentChunk():
                    async with self._chunk:
                        await self._take(peer, content)
                case AttachmentUnavailable():
                    self._fetching.unavailable(peer, content.sha256, self._clock())
                    self._changed.set()

    async def serve(self) -> None:
        """Give what is asked for, until cancelled."""
        await self._serving.run()

    async def fetch(self) -> None:
        """Fetch what is missing, until cancelled."""
        await asyncio.to_thread(self.index.catch_up)
        await asyncio.to_thread(self.index.look_for_files)
        while True:
            self._changed.clear()
            await asyncio.to_thread(self.index.catch_up)
            await self._confirm()
            await self._ask()
            pause_seconds = min(LOOK_SECONDS, max(0.05, self._fetching.next_due_seconds(self._clock())))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_seconds):
                    await self._changed.wait()

    # --- inside ---

    async def _ask(self) -> None:
        missing = await asyncio.to_thread(self.index.missing)
        here = {one.sha256 for one in missing if self.store.has(one.sha256)}
        for sha256 in here:  # put here by a person meanwhile
            await asyncio.to_thread(self.index.arrived, sha256)
        directory = self._context().directory
        self._fetching.want(
            [one for one in missing if one.sha256 not in here],
            frozenset(directory.agencies),
            directory.heirs_at(self._now()),
        )
        async with self._chunk:
            for sha256 in self._fetching.complete(self._arrived()):
                await self._finish(sha256)  # it was killed between the last part and the end
        await self._request(self._fetching.requests(self._clock(), self._arrived()))

    def _arrived(self) -> dict[str, int]:
        return {sha256: self.store.arrived(sha256) for sha256 in self._fetching.under_way}

    async def _take(self, peer: str, chunk: AttachmentChunk) -> None:
        if not self._fetching.expects(peer, chunk):
            _log.info("a part of a file that is not wanted", agency=self._record.agency, peer=peer)
            return
        data = base64url.decode(chunk.data)
        try:
            before = self.store.arrived(chunk.sha256)
            here = await asyncio.to_thread(self.store.append, chunk.sha256, chunk.offset, data)
        except DiskRefused as error:
            # What does not fit is asked for again; the documents must not wait for it.
            _log.warning("a part of a file cannot be kept", agency=self._record.agency, reason=str(error))
            return
        if here == before:
            return
        following = self._fetching.progressed(peer, chunk.sha256, here, self._clock())
        if here >= chunk.size_bytes:
            await self._finish(chunk.sha256)
        elif following is not None:
            await self._request([(peer, following)])

    async def _finish(self, sha256: str) -> None:
        try:
            await asyncio.to_thread(self.store.finish, sha256)
        except AttachmentDiffers:
            gave = self._fetching.differs(sha256, self._clock())
            _log.error("an attachment is not the one that was signed", agency=self._record.agency, given_by=gave)
            about = {"given_by": list(gave)}
            await self._writer.run(
                lambda transaction: transaction.append_local("AttachmentDiffers", sha256, about, self._now())
            )
        except DiskRefused as error:
            _log.warning("an attachment cannot be kept", agency=self._record.agency, reason=str(error))
        else:
            self._fetching.done(sha256)
            await asyncio.to_thread(self.index.arrived, sha256)
        self._changed.set()

    async def _confirm(self) -> None:
        """State, signed, which files are here whole and verified, to the sender of each document that names them."""
        whole = await asyncio.to_thread(self.index.unconfirmed, self._record.agency)
        if not whole:
            return

        def command(transaction: RecordTransaction) -> None:
            context, now = self._context(), self._now()
            heirs = context.directory.heirs_at(now)
            for one in whole:
                sender = heirs.get(one.sender, one.sender)
                if sender in context.directory.agencies and sender != context.me:
                    content = AttachmentReceived(
                        event=one.event,
                        sha256=one.sha256,
                        size_bytes=self.store.size(one.sha256),
                        verified_at=whole_milliseconds(now),
                    )
                    issue_protocol(transaction, content, (sender,), self._service, context, now)

        await self._writer.run_alone(command)
        await asyncio.to_thread(self.index.catch_up)

    async def _request(self, requests: list[tuple[str, AttachmentRequested]]) -> None:
        if not requests:
            return

        def command(transaction: RecordTransaction) -> None:
            for peer, content in requests:
                issue_protocol(transaction, content, (peer,), self._service, self._context(), self._now())

        await self._writer.run(command)

    def _lost(self, sha256: str) -> None:
        self.index.lost(sha256)
        self._changed.set()

    @staticmethod
    def _clock() -> float:
        return asyncio.get_running_loop().time()
