"""The auditor's service: everything of it that runs, and the order in which it starts and stops.

broker ─→ mail reader ─→ Intake (verify, sort, store: one commit) ─→ ack
ledger ─→ LogWriter (tiles, signed checkpoint) ─→ files ─→ HTTP
checkpoint ─→ every agency ─→ cosignatures ─→ ledger
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.agency.clock import system_now
from services.agency.context import Context
from services.agency.directory_keeper import DirectoryKeeper
from services.agency.folder import AgencyFolder, lock_agency
from services.agency.mail import arrival_of
from services.agency.standing_work import StandingWork
from services.agency.wake import WakeListener
from services.audit.questions.upkeep import Upkeep
from services.auditor.endpoint import announced_url
from services.auditor.hearing import UNKNOWN_EVENT
from services.auditor.http import Address, serving
from services.auditor.intake import KEY_UNKNOWN, Intake
from services.auditor.ledger import Ledger
from services.auditor.log_keeper import LogKeeper
from services.auditor.log_writer import LogWriter
from services.auditor.mail_position import place_reader
from services.auditor.places import ledger_file, log_folder
from services.auditor.position import read_position
from services.auditor.sending import Sending
from services.auditor.start_checks import check_start
from services.auditor.taken import Taken
from services.auditor.timestamps import Authority, stamp_checkpoints
from services.broker.connection import ConnectionLog, end_connection
from services.broker.errors import BrokerUnreachable
from services.broker.health import BrokerHealth, broker_health
from services.broker.names import AUDITOR, JETSTREAM_PREFIX, stream_name
from services.broker.reader import faststream_options, make_reader, stop_reading
from services.broker.requests import api_request
from services.identity.signer import FileSigner

_log = structlog.get_logger(__name__)
T = TypeVar("T")

CHECKPOINT_SECONDS = 10.0
"""The log is signed this often at most."""
_CONNECT_SECONDS = 10.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class AuditorSettings:
    """How often the log is signed at most, where it is served, and who time-stamps its checkpoints."""

    checkpoint_seconds: float = CHECKPOINT_SECONDS
    http: Address = field(default_factory=Address)
    authority: Authority | None = None


class AuditorService:
    """The running auditor of a province; an async context manager.

    `folder` is the state folder (`--dir`). Raises on start what a person must act on: `CannotRun` and its kin for key
    file, directory, ledger, log, folder in use, address in use; the broker's errors.
    """

    agency = AUDITOR

    def __init__(
        self,
        folder: Path,
        *,
        broker_url: str,
        monitor_url: str | None = None,
        settings: AuditorSettings | None = None,
        now: Callable[[], datetime] = system_now,
    ) -> None:
        self.folder = AgencyFolder(folder, AUDITOR)
        self.now = now
        self.settings = settings or AuditorSettings()
        self._broker_url = broker_url
        self._monitor_url = monitor_url
        self._stack = AsyncExitStack()
        self._directory = DirectoryKeeper(folder, AUDITOR)
        # One thread for the intake's connection to the ledger: verifying must not stand in the way of the event loop.
        self._desk = ThreadPoolExecutor(1, "auditor-intake")
        self.standing = StandingWork(AUDITOR)
        self.taken = Taken()
        self.log_url = ""

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
        _log.info("auditor stopped")

    async def _start(self) -> None:
        # Each step says how it is undone; the stack undoes them in reverse order, also after a failed start.
        root = self.folder.root
        self._stack.enter_context(lock_agency(self.folder))
        directory = (await asyncio.to_thread(self._directory.open)).directory
        self.folder.check_listed(directory)
        self._signer = FileSigner.of(root, AUDITOR, "service")
        self.ledger = self._stack.enter_context(Ledger(ledger_file(root), directory.province, create=True))
        self._stack.callback(self._desk.shutdown)
        check_start(self._signer, directory, self.ledger)
        self._intake = Intake(self.ledger)
        self._keep_directories()
        self.log = LogKeeper(
            LogWriter(
                self._stack.enter_context(Ledger(ledger_file(root), directory.province)), log_folder(root),
                lambda: self.context.directory, self._signer,
            ),
            root, self.settings.checkpoint_seconds, self.now,
        )  # fmt: skip
        self._stack.push_async_callback(self.log.close)
        await self.log.open()
        self.log_url = await self._stack.enter_async_context(serving(log_folder(root), self.settings.http))
        self._stack.enter_context(announced_url(root, self.log_url))
        broker, self.client = await self._connect(directory.province)
        self._stack.push_async_callback(end_connection, self.client)
        self._stack.push_async_callback(stop_reading, broker)
        self.sending = Sending(self.client, self._signer, lambda: self.context, self.now)
        self.log.publish = self.sending.publish_checkpoint
        self._position, self._waiting_since = await place_reader(
            self.client, directory.province, read_position(self.ledger)
        )
        if self._waiting_since is None:
            self.log.may_sign.set()
        await self._stack.enter_async_context(
            WakeListener(self.folder.path, lambda: self.standing.once("directory", self._look_at_directory))
        )
        self.views = Upkeep(root, directory.province)
        self._stack.push_async_callback(self.standing.stop)
        for name, work in (("log", self.log.run), ("witnesses", self.log.collect), ("sending", self.sending.run)):
            self.standing.begin(name, work)
        self.standing.begin("views", self.views.run)
        if (authority := self.settings.authority) is not None:
            self.standing.begin("time-stamps", lambda: stamp_checkpoints(self.log, authority))
        self.standing.once("quarantine", self._examine_again)
        self.log.publish_newest()
        await broker.start()
        _log.info("auditor runs", directory_version=directory.version, size=self.ledger.size, log=self.log_url)

    async def _connect(self, province: str) -> tuple[NatsBroker, Client]:
        log = ConnectionLog(AUDITOR)
        broker = NatsBroker(**faststream_options(self._broker_url, self.folder.credentials, AUDITOR, log))
        make_reader(broker, province, AUDITOR, self._mail, log)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                client: Client = await broker.connect()
        except (TimeoutError, OSError) as error:
            raise BrokerUnreachable(self._broker_url, str(error) or "no answer") from error
        return broker, client

    @property
    def context(self) -> Context:
        """Who this is, the newest directory and the rules."""
        return self._directory.context

    @property
    def failed(self) -> dict[str, str]:
        """The standing work that failed last time it ran, with the reason: the service is not healthy then."""
        return dict(self.standing.failing)

    async def health(self) -> BrokerHealth:
        """What is wrong with the broker, as the auditor sees it."""
        return await broker_health(self.client, self.context.directory.province, AUDITOR, self._monitor_url)

    async def settled(self) -> None:
        """Wait until all mail is taken in, and all that is logged stands under a witnessed checkpoint."""
        durable = f"{stream_name(self.context.directory.province)}.{AUDITOR}"
        while True:
            moved = self.log.moved
            info = await api_request(self.client, f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}")
            size = await self._at_desk(lambda: self.ledger.size)
            if not info["num_pending"] and not info["num_ack_pending"] and size == self.log.witnessed_size:
                return
            # The broker tells nobody when a durable has caught up: it has to be asked.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await moved.wait()

    # --- mail ---

    async def _mail(self, messages: list[Msg]) -> None:
        arrivals = [arrival_of(message) for message in messages]
        sequence = max(arrival.stream_sequence or 0 for arrival in arrivals)
        position = self._position._replace(stream_sequence=sequence)
        directory, now = self.context.directory, self.now()
        taken = await self._at_desk(lambda: self._intake.take_in(arrivals, directory, now, position))
        self._position = position
        self._let_sign(messages[-1])
        await self._after(taken)

    async def _after(self, taken: Taken) -> None:
        self.taken.count(taken)
        for answer in taken.answers:
            self.sending.tell(answer.content, (answer.to,), cause=answer.cause, asked_at=answer.asked_at)
        for agency in taken.checkpoint_to:
            self.log.publish_newest(to=agency)
        self.log.take(taken)
        if taken.entries:
            self.views.grown()
        if taken.directory_notes:
            await self._directory.take(taken.directory_notes)
        await self._look_at_directory()

    async def _look_at_directory(self) -> None:
        if await self._directory.look() is None:
            return
        await self._at_desk(self._keep_directories)
        await self.log.directory_changed()
        await self._examine_again()

    async def _examine_again(self) -> None:
        """Whoever was unknown may be known now, and an event that was opened may have come."""
        directory, now = self.context.directory, self.now()
        again = await self._at_desk(lambda: self._intake.examine_again(directory, now, (KEY_UNKNOWN, UNKNOWN_EVENT)))
        await self._after(again)

    def _keep_directories(self) -> None:
        with self.ledger.commit():
            held = self.ledger.directory_version()
            for version in range(held + 1, self.context.directory.version + 1):
                self.ledger.keep_directory(version, self._directory.note(version))

    def _let_sign(self, last: Msg) -> None:
        """The log may be signed once all mail is in the ledger that waited when this service started.

        What this log has signed before is in it: nothing is signed that could be less.
        """
        since = self._waiting_since
        if since is not None and (not last.metadata.num_pending or last.metadata.timestamp > since):
            self._waiting_since = None
            self.log.may_sign.set()

    async def _at_desk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._desk, work)
