"""A small province that runs: its agencies' real services over a real broker, on a clock that a story moves.

Stories are told from an ordinary test function; the services live in an event loop of their own thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from events.directory import Clock
from events.record_entry import Entry, RecordEntry
from events.signature import Signer
from services.agency.clock import system_now
from services.agency.copies import AUDITOR
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.agency.service import AgencyService
from services.agency.simulated_clock import SimulatedClock
from services.broker.process import server_binary
from services.broker.server import EmbeddedBroker
from services.demo.board import Board
from services.demo.watching import Watch
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import AgencyEntry, ProvinceFile, RoleTenure, SignatoryEntry
from tests.scenarios.story import PROVINCES, START

PASSPHRASE = "open for stories"
WAIT_SECONDS = 20.0
"""How long anything may take that one agency's word brings about at others."""
_OFFICES = (("head", "Thủ trưởng"), ("deputy", "Phó"), ("service", "Hệ thống tự động"))
_T = TypeVar("_T")


@dataclass
class StandingClock:
    """One clock for everybody. It stands until it is moved, and never goes back."""

    moment: datetime

    def now(self) -> datetime:
        """The current instant."""
        return self.moment

    def move(self, moment: datetime) -> None:
        """Go forward to a moment."""
        if moment < self.moment:
            raise AssertionError(f"a running province's clock does not go back: from {self.moment} to {moment}")
        self.moment = moment


class RealClock:
    """This machine's clock. Nobody moves it: where the broker's own times count, a story is told in real time."""

    def now(self) -> datetime:
        """The current instant."""
        return system_now()

    def move(self, moment: datetime) -> None:
        """Time passes by itself."""


class RunningProvince:
    """The agencies by id, and everything that their records hold, as it comes. `clock` says by whose time they live."""

    def __init__(self, folder: Path, regulation: str, agencies: tuple[str, ...], clock: Clock = "simulated") -> None:
        self.folder = folder
        self.regulation = regulation
        self.clock = StandingClock(START) if clock == "simulated" else RealClock()
        self.board = Board()
        self.watch = Watch(self.board.take)
        self.services: dict[str, AgencyService] = {}
        self._lives: dict[str, AsyncExitStack] = {}
        self._signers: dict[tuple[str, str], Signer] = {}
        self._stack = AsyncExitStack()
        self._loop = asyncio.new_event_loop()
        self.directory = set_up_network(
            folder, province_file(regulation, agencies), agencies=None, passphrase_for=lambda _: PASSPHRASE,
            clock=clock, now=self.clock.now() - timedelta(days=1), policy=KeyPolicy(cost=DEMONSTRATION),
        )  # fmt: skip

    # --- life ---

    @contextmanager
    def running(self) -> Iterator[None]:
        """Broker and agencies run meanwhile."""
        thread = threading.Thread(target=self._loop.run_forever, name=f"province {self.regulation}")
        thread.start()
        try:
            self.run(self._begin)
            yield
        finally:
            try:
                self.run(self._stack.aclose)
            finally:
                self._loop.call_soon_threadsafe(self._loop.stop)
                thread.join()
                self._loop.close()

    def run(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Do something in the services' event loop; gives what comes of it."""

        async def done() -> _T:
            return await work()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    async def _begin(self) -> None:
        self.broker = await self._stack.enter_async_context(
            EmbeddedBroker(self.folder / "broker", self.directory.province)
        )
        self._stack.push_async_callback(self._end_all)
        await asyncio.gather(*(self.start(agency) for agency in self.directory.agencies if agency != AUDITOR))

    async def start(self, agency: str) -> None:
        """Start an agency's service, which does nothing by itself: no policy answers for its officers."""
        life = AsyncExitStack()
        service = AgencyService(
            self.folder, agency, broker_url=self.broker.url, now=self.clock.now, moved=partial(self.watch.take, agency)
        )
        self._lives[agency] = life
        self.services[agency] = await life.enter_async_context(service)

    async def end(self, agency: str) -> None:
        """Stop an agency's service: what is sent to it waits at the broker."""
        await self._lives.pop(agency).aclose()
        del self.services[agency]

    async def _end_all(self) -> None:
        await asyncio.gather(*(self.end(agency) for agency in list(self.services)))

    def burn(self, change: Callable[[Path], object]) -> None:
        """Stop the broker, do something to its store, and start it again where the agencies look for it."""

        async def burnt() -> None:
            async with self.broker._changing:
                await self.broker._terminate()
                await asyncio.to_thread(change, self.folder / "broker" / "jetstream")
                await self.broker._start(server_binary())

        self.run(burnt)

    def published(self, agency: str) -> None:
        """Wait until the broker has stored all that an agency has signed."""
        service = self.services[agency]
        self.run(lambda: asyncio.wait_for(service.outbox.drained(service.record.last_position), WAIT_SECONDS))

    # --- acting ---

    def signer(self, agency: str, signatory: str) -> Signer:
        """A signatory's unlocked key."""
        who = (agency, signatory)
        if who not in self._signers:
            signer = FileSigner.of(self.folder, agency, signatory)
            if signer.locked:
                signer.unlock(PASSPHRASE)
            self._signers[who] = signer
        return self._signers[who]

    def write(self, agency: str, command: Callable[[RecordTransaction], _T]) -> _T:
        """A command on an agency's record, in a commit of its own: by its service, or while that is down by itself."""
        service = self.services.get(agency)
        if service is not None:
            return self.run(lambda: self._through(service, command))
        with self.record(agency) as record, record.writing() as transaction:
            return command(transaction)

    @staticmethod
    async def _through(service: AgencyService, command: Callable[[RecordTransaction], _T]) -> _T:
        await service.ready_to_sign()
        return await service.writer.run_alone(command)

    @contextmanager
    def record(self, agency: str) -> Iterator[Record]:
        """An agency's record, opened beside its service."""
        record = Record(AgencyFolder(self.folder, agency).record, agency, self.directory.province)
        try:
            yield record
        finally:
            record.close()

    def entries(self, agency: str) -> list[Entry]:
        """All that an agency's record holds."""
        with self.record(agency) as record:
            return list(record.all_entries())

    def entry(self, agency: str, event_id: str) -> RecordEntry | None:
        """How an agency's record holds an event."""
        held = (e for e in self.entries(agency) if isinstance(e, RecordEntry) and e.event.envelope.id == event_id)
        return next(held, None)

    def show_clock(self) -> None:
        """Write a standing clock into the folder, where the command line reads it."""
        if isinstance(self.clock, RealClock):
            return
        shown = SimulatedClock(self.folder, self.clock.moment)
        shown.advance(self.clock.moment)
        shown.stop()

    # --- waiting ---

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until a condition of what the records hold is true; raises `ConditionUnmet`."""
        self.run(lambda: self.watch.until(holds, what, WAIT_SECONDS))

    def until_settled(self, event: RecordEntry) -> None:
        """Wait until all recipients whose services run have decided on an event and told its sender so."""
        envelope = event.event.envelope
        awaited = [agency for agency in envelope.agencies if agency in self.services]

        def settled() -> bool:
            if envelope.sender not in self.services:
                return True
            line = self.board.lines.get(envelope.id)
            return line is not None and all(line.deliveries[agency].settled for agency in awaited)

        self.until(settled, f"{', '.join(awaited)} have receipted {envelope.event_type} of {envelope.sender}")

    def until_directory(self, version: int) -> None:
        """Let every agency take up a new version of the directory that stands in the folder."""

        async def all_look() -> None:
            await asyncio.gather(*(service.mailroom.look_at_directory() for service in self.services.values()))

        self.run(all_look)
        assert {service.context.directory.version for service in self.services.values()} == {version}


@contextmanager
def running_province(
    folder: Path, regulation: str, agencies: tuple[str, ...], clock: Clock = "simulated"
) -> Iterator[RunningProvince]:
    """These agencies of a story's province, made and run."""
    province = RunningProvince(folder, regulation, agencies, clock)
    with province.running():
        yield province


def province_file(regulation: str, agencies: tuple[str, ...]) -> ProvinceFile:
    """The province file of a story's agencies; each has a head, a deputy and a service."""
    roles = PROVINCES[regulation] | {AUDITOR: ("auditor",)}
    since = date(2000, 1, 1)
    return ProvinceFile(
        province=regulation[:7], name="Tỉnh", regulation=regulation, as_of=since,
        agencies=tuple(
            AgencyEntry(
                id=agency, name=f"Cơ quan {agency}", name_en=f"Agency {agency}",
                symbol=agency.replace("-", "").upper(),
                roles=tuple(RoleTenure(role=role, from_=since) for role in roles[agency]),
                signatories=tuple(SignatoryEntry(id=i, title=title, capacity=i) for i, title in _OFFICES),
            )
            for agency in (*agencies, AUDITOR)
        ),
    )  # fmt: skip
