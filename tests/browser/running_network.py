"""A small province with its auditor whose pages are served as in deployment: a real broker, real services, a port each.

Its clock is simulated, so that a test may let days pass; it begins on a Monday morning.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette

from events.draft import Draft
from events.record_entry import RecordEntry
from services.accounts.account import Role
from services.accounts.store import Accounts
from services.agency.clock import system_now
from services.agency.folder import AgencyFolder
from services.agency.policies import PolicySettings, policies_for
from services.agency.policies.overdue_replies import run_overdue_replies
from services.agency.policies.reminders import run_reminders
from services.agency.service import AgencyService
from services.agency.simulated_clock import SimulatedClock
from services.auditor.service import AuditorService, AuditorSettings
from services.broker.names import AUDITOR
from services.broker.server import EmbeddedBroker
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import load_province
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from services.web.entry import AnyHouse
from services.web.feed import Feed
from services.web.house import House
from services.web.server import serving
from services.witness.settings import WitnessSettings
from tests.browser.loop_thread import LoopThread
from tests.unit.web.conftest import CHEAP, PASSPHRASE, PASSWORD

PROVINCE = "lao-cai"
AGENCIES = ("dic", "police", "vnpt", "viettel")
BEGINS = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
"""Monday, 08:30 in Vietnam."""
CLERK, HEAD, INSPECTOR, ADMINISTRATOR = "chuyen.vien", "thu.truong", "kiem.tra", "quan.tri"
"""The accounts at every agency; the password is `PASSWORD`, the head's key opens with `PASSPHRASE`."""

_T = TypeVar("_T")


@dataclass
class Province:
    """The running province, as a test in another thread sees it."""

    folder: Path
    loop: LoopThread
    clock: SimulatedClock
    houses: dict[str, House] = field(default_factory=dict)
    auditor: AuditorService | None = None
    urls: dict[str, str] = field(default_factory=dict)
    """Where each agency's pages are, and the auditor's under `auditor`."""
    _webs: dict[str, Starlette] = field(default_factory=dict)
    _served: dict[str, AsyncExitStack] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, _T], within_seconds: float = 30.0) -> _T:
        """The result of a coroutine where the services run."""
        return self.loop.run(work, within_seconds)

    def now(self) -> datetime:
        """The province's clock."""
        return self.clock.now()

    def advance(self, time: timedelta) -> None:
        """Let time pass for everybody."""
        self.loop.call(lambda: self.clock.advance(self.clock.now() + time))

    def issue(self, agency: str, draft: Draft) -> RecordEntry:
        """A document signed by an agency's head, as its command line does it."""
        signer = FileSigner.of(self.folder, agency, "head")
        signer.unlock(PASSPHRASE)
        return self.run(self.houses[agency].service.issue(draft, signer))

    def settled(self) -> None:
        """Wait until the auditor's log holds all that was said, cosigned by enough witnesses."""
        assert self.auditor is not None
        self.run(self.auditor.settled())

    def stop_pages(self, agency: str) -> None:
        """Stop serving an agency's pages; its service goes on."""
        self.run(self._served.pop(agency).aclose())

    def start_pages(self, agency: str) -> None:
        """Serve an agency's pages again, where they were."""
        self.run(self._serve(agency, int(self.urls[agency].rpartition(":")[2])))

    async def _start(self, stack: AsyncExitStack) -> None:
        broker = await stack.enter_async_context(EmbeddedBroker(self.folder / "broker", PROVINCE))
        settings = AuditorSettings(checkpoint_seconds=0.5)
        self.auditor = await stack.enter_async_context(
            AuditorService(self.folder, broker_url=broker.url, now=self.clock.now, settings=settings)
        )
        witness = WitnessSettings(log_url=self.auditor.log_url, ask_every_seconds=1.0)
        for agency in AGENCIES:
            feed = Feed()
            service = AgencyService(
                self.folder, agency, broker_url=broker.url, monitor_url=broker.monitor_url,
                policies=policies_for(PolicySettings()), now=self.clock.now, moved=feed.moved, heads_grace_seconds=0.1,
                witness=witness,
            )  # fmt: skip
            await stack.enter_async_context(service)
            service.standing.begin("reminders", partial(run_reminders, service))
            service.standing.begin("overdue replies", partial(run_overdue_replies, service))
            self.houses[agency] = House(service, self._accounts(agency, stack), feed)
        audit = stack.enter_context(AuditHouse(self.folder, self._accounts(AUDITOR, stack), self.clock.now))
        upkeep = self.auditor.views
        self.auditor.standing.begin("pages", lambda: audit.follow(upkeep))
        houses: dict[str, AnyHouse] = {**self.houses, AUDITOR: audit}
        for agency, house in houses.items():
            self._webs[agency] = make_web({agency: house})
            await self._serve(agency)

    async def _serve(self, agency: str, port: int = 0) -> None:
        stack = AsyncExitStack()
        self.urls[agency] = await stack.enter_async_context(serving(self._webs[agency], port=port))
        self._served[agency] = stack

    async def _stop(self, stack: AsyncExitStack) -> None:
        for served in self._served.values():
            await served.aclose()
        await stack.aclose()

    def _accounts(self, agency: str, stack: AsyncExitStack) -> Accounts:
        place = AgencyFolder(self.folder, agency).accounts
        accounts = stack.enter_context(Accounts(place, agency, hasher=CHEAP, session_clock=system_now))
        accounts.add(CLERK, "Nguyễn Thị Ánh", Role.CLERK, PASSWORD, BEGINS)
        accounts.add(HEAD, "Trần Văn Đức", Role.HEAD, PASSWORD, BEGINS, signatory="head")
        accounts.add(INSPECTOR, "Lê Thị Ước", Role.AUDITOR, PASSWORD, BEGINS)
        accounts.add(ADMINISTRATOR, "Phạm Văn Ơn", Role.ADMINISTRATOR, PASSWORD, BEGINS)
        return accounts


@contextmanager
def running_province(folder: Path) -> Iterator[Province]:
    """Set a province up in a folder, start it and serve its pages; everything is stopped in order at the end."""
    set_up_network(
        folder, load_province(PROVINCE), agencies=[*AGENCIES, AUDITOR], passphrase_for=lambda _: PASSPHRASE,
        clock="simulated", now=BEGINS, policy=KeyPolicy(cost=DEMONSTRATION), root_passphrase=PASSPHRASE,
    )  # fmt: skip
    clock = SimulatedClock(folder, BEGINS)
    clock.run()
    with LoopThread() as loop:
        province, stack = Province(folder, loop, clock), AsyncExitStack()
        try:
            loop.run(province._start(stack), within_seconds=45)
            yield province
        finally:
            loop.run(province._stop(stack))
            clock.stop()
