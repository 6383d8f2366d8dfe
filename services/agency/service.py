"""One agency's service: everything of it that runs, and the order in which it starts and stops.

command ─→ Writer (decide, sign, store: one commit) ─→ Outbox ─→ broker
broker ─→ Mailroom ─→ Writer (admit, store, receipts: one commit) ─→ ack
record ─→ Projector (views), Reactor (policies), Exchange (receipts owed, heads, repair)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Self

import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.aio.msg import Msg

from events.draft import Draft
from events.record_entry import Entry, RecordEntry
from events.signature import Signer
from projections.views import Views
from services.agency.attachments.store import AttachmentStore
from services.agency.attachments.traffic import AttachmentTraffic
from services.agency.clock import system_now
from services.agency.context import Context
from services.agency.directory_keeper import DirectoryKeeper
from services.agency.exchange import Exchange
from services.agency.folder import AgencyFolder, lock_agency
from services.agency.issuing import issue
from services.agency.mail import arrival_of
from services.agency.mailroom import Mailroom
from services.agency.outbox import Outbox
from services.agency.projector import Moved, Projector, discard_foreign_views
from services.agency.reactor import Policy, Reactor
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.agency.standing_work import StandingWork
from services.agency.start_checks import check_start
from services.agency.wake import WakeListener, tell_waiting
from services.agency.writer import Writer
from services.broker.connection import ConnectionLog, end_connection
from services.broker.errors import BrokerUnreachable
from services.broker.health import BrokerHealth, broker_health
from services.broker.reader import faststream_options, make_reader, stop_reading
from services.identity.signer import FileSigner
from services.witness.of_service import witness_of
from services.witness.settings import WitnessSettings

_log = structlog.get_logger(__name__)

HEADS_GRACE_SECONDS = 3.0
"""How long signing waits after a start for peers to say what they hold from here."""
_CONNECT_SECONDS = 10.0
_DRAIN_SECONDS = 5.0


class AgencyService:
    """A running agency; an async context manager.

    `folder` is the state folder (`--dir`). Raises on start what a person must act on: `CannotRun` and its kin for key
    files, directory, record, folder in use; the broker's errors; `BrokerUnsound` if the broker would lose mail.
    """

    def __init__(
        self,
        folder: Path,
        agency: str,
        *,
        broker_url: str,
        monitor_url: str | None = None,
        policies: Sequence[Policy] = (),
        now: Callable[[], datetime] = system_now,
        moved: Moved | None = None,
        heads_grace_seconds: float = HEADS_GRACE_SECONDS,
        witness: WitnessSettings | None = None,
    ) -> None:
        self.folder = AgencyFolder(folder, agency)
        self.agency = agency
        self.now = now
        self._broker_url = broker_url
        self._monitor_url = monitor_url
        self.policies = tuple(policies)
        self._moved = moved
        self._heads_grace_seconds = heads_grace_seconds
        self._witness_settings = witness or WitnessSettings()
        self._stack = AsyncExitStack()
        self.standing = StandingWork(agency)
        self._may_sign = asyncio.Event()
        self._directory = DirectoryKeeper(folder, agency)

    # --- life ---

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        _log.info("agency stopped", agency=self.agency)

    async def _start(self) -> None:
        # Each step says how it is undone; the stack undoes them in reverse order, also after a failed start.
        self._stack.enter_context(lock_agency(self.folder))
        directory = (await asyncio.to_thread(self._directory.open)).directory
        self.folder.check_listed(directory)
        await asyncio.to_thread(check_start, self.folder.root, self.agency, directory)
        self.service_signer: Signer = FileSigner.of(self.folder.root, self.agency, "service")
        self.record = Record(self.folder.record, self.agency, directory.province)
        self._stack.callback(self.record.close)
        discard_foreign_views(self.folder.views, self.record, self._directory.roles_of)
        self.views = self._stack.enter_context(Views(self.folder.views, roles_of=self._directory.roles_of))
        self.writer = Writer(self.record, self._committed)
        self._stack.push_async_callback(self.writer.close)
        broker, self.client = await self._connect(directory.province)
        self._stack.push_async_callback(end_connection, self.client)
        self._stack.push_async_callback(stop_reading, broker)

        self.outbox = Outbox(self.record, self.client, note=self._note_cursor, published=self._published)
        self.projector = Projector(self.record, self.writer, self.views, self._moved)
        self.exchange = Exchange(
            self.record, self.writer, self.outbox, self.service_signer,
            lambda: self.context, self.now, self._directory.note,
        )  # fmt: skip
        self.attachments = AttachmentTraffic(
            AttachmentStore(self.folder.path), self.record, self.writer, self.outbox, self.client, self.service_signer,
            lambda: self.context, self.now,
        )  # fmt: skip
        self.mailroom = Mailroom(
            self.writer, self.exchange, self.attachments, self._directory, self.service_signer, self.now
        )
        self.reactor = Reactor(
            self.record, self.writer, self.service_signer, self.policies, lambda: self.context, self.now
        )
        self.exchange.load()
        self.witness, self.view_statements = await witness_of(self, self._witness_settings, self._stack)
        await self._stack.enter_async_context(WakeListener(self.folder.path, self._woken))
        self._stack.push_async_callback(self._end_work)
        for name, work in (
            ("outbox", self.outbox.run), ("projector", self.projector.run), ("exchange", self.exchange.run),
            ("resending", self.exchange.resender.run),
            ("reactor", self._react), ("signing gate", self._open_gate),
            ("attachments fetched", self.attachments.fetch), ("attachments given", self.attachments.serve),
            ("log read", self.witness.read), ("log witnessed", self.witness.tend),
            ("exchange view", self.view_statements.run),
        ):  # fmt: skip
            self.standing.begin(name, work)
        await broker.start()
        _log.info(
            "agency runs", agency=self.agency, directory_version=directory.version, position=self.record.last_position
        )

    async def _connect(self, province: str) -> tuple[NatsBroker, Client]:
        log = ConnectionLog(self.agency)
        broker = NatsBroker(**faststream_options(self._broker_url, self.folder.credentials, self.agency, log))
        make_reader(broker, province, self.agency, self._mail, log)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                client: Client = await broker.connect()
        except (TimeoutError, OSError) as error:
            raise BrokerUnreachable(self._broker_url, str(error) or "no answer") from error
        return broker, client

    async def _end_work(self) -> None:
        # What is signed gets a moment to leave; what does not make it leaves after the next start.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self.outbox.drained(self.record.last_position)
        await self.standing.stop()
        await self.outbox.note_position()
        await self.reactor.note_position()
        await self.witness.note_position()

    @property
    def context(self) -> Context:
        """Who this is, the newest directory and the rules."""
        return self._directory.context

    @property
    def failed(self) -> dict[str, str]:
        """The work that failed last time it was tried, with the reason: the service is not healthy then."""
        return self.standing.failing | {f"reaction {name}": reason for name, reason in self.reactor.failing.items()}

    async def health(self) -> BrokerHealth:
        """What is wrong with the broker, as this agency sees it."""
        return await broker_health(self.client, self.context.directory.province, self.agency, self._monitor_url)

    # --- sending ---

    async def ready_to_sign(self) -> None:
        """Wait until documents may be signed: peers have had their chance to say what they hold from here."""
        await self._may_sign.wait()

    async def issue(self, draft: Draft, signer: Signer | None = None) -> RecordEntry:
        """Decide, sign and store a draft; it is published from there. `signer` None is the service's own key.

        Raises `NotLawful`, `DraftFault`, `SigningHeld` and what else `issuing.issue` raises.
        """
        await self._may_sign.wait()
        return await self.writer.run(
            lambda transaction: issue(transaction, draft, signer or self.service_signer, self.context, self.now())
        )

    async def issue_all(self, drafts: Sequence[Draft], signer: Signer | None = None) -> list[RecordEntry]:
        """As `issue`, for many drafts in one commit: all of them or, if one is not lawful, none."""
        await self._may_sign.wait()

        def command(transaction: RecordTransaction) -> list[RecordEntry]:
            return [issue(transaction, d, signer or self.service_signer, self.context, self.now()) for d in drafts]

        return await self.writer.run_alone(command)

    # --- inside ---

    async def _mail(self, messages: list[Msg]) -> None:
        await self.mailroom.receive([arrival_of(message) for message in messages])

    def _committed(self, entries: list[Entry]) -> None:
        for follower in (self.outbox.follower, self.projector.follower, self.reactor.follower):
            follower.offer(entries)
        self.witness.offer(entries)
        self.attachments.committed(entries)
        tell_waiting(self.folder.path)

    def _published(self, entries: list[RecordEntry]) -> None:
        self.exchange.published(entries)

    async def _note_cursor(self, name: str, position: int) -> None:
        await self.writer.run(lambda transaction: transaction.move_cursor(name, position))

    def _woken(self) -> None:
        for follower in (self.outbox.follower, self.projector.follower):
            follower.poke()
        self.reactor.poke()
        self.attachments.poke()
        self.witness.poke()
        self.standing.once("directory", self.mailroom.look_at_directory)

    async def _react(self) -> None:
        # A policy may sign: not before peers had their chance to say that they hold more from here than the record.
        await self._may_sign.wait()
        await self.reactor.run()

    async def _open_gate(self) -> None:
        """Let documents be signed once peers had their chance to say that they hold more from here than the record."""
        await self.exchange.hear_heads(self._heads_grace_seconds)
        self._may_sign.set()
        if self.record.signing_held:
            _log.error("signing is held: stop this service and run `phoihop agency recover`", agency=self.agency)
