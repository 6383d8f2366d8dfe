"""A small province whose agencies are witnesses of its log: real broker, real services, real files and HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from events.directory import Directory
from events.draft import Draft
from events.record_entry import RecordEntry
from events.types.information import InfoKind, InfoShared
from services.agency.service import AgencyService
from services.auditor.service import AuditorService, AuditorSettings
from services.broker.server import EmbeddedBroker
from services.identity.signer import FileSigner
from services.witness.notebook import Alarm, Notebook
from services.witness.settings import WitnessSettings
from tests.faults.auditor_network import PASSPHRASE, set_up, until

AUDITOR = AuditorSettings(checkpoint_seconds=0.05)


def settings(log_url: str | None, **changes: float) -> WitnessSettings:
    """Everything quick, but patient enough for a busy machine."""
    quick: dict[str, float] = {
        "within_seconds": 20.0, "ask_every_seconds": 0.05, "ask_again_seconds": 0.3, "tick_seconds": 0.05,
        "first_pause_seconds": 0.05, "longest_pause_seconds": 0.2, "unavailable_after_seconds": 5.0,
    }  # fmt: skip
    return WitnessSettings(log_url=log_url, **(quick | changes))


@dataclass
class Witnesses:
    """A running province; agencies and auditor are started and stopped by the tests."""

    folder: Path
    directory: Directory
    broker: EmbeddedBroker
    services: dict[str, AgencyService] = field(default_factory=dict)

    @asynccontextmanager
    async def auditor(self, how: AuditorSettings = AUDITOR) -> AsyncIterator[AuditorService]:
        async with AuditorService(self.folder, broker_url=self.broker.url, settings=how) as service:
            yield service

    @asynccontextmanager
    async def agency(self, agency: str, witness: WitnessSettings) -> AsyncIterator[AgencyService]:
        async with AgencyService(
            self.folder, agency, broker_url=self.broker.url, heads_grace_seconds=0, witness=witness
        ) as service:
            self.services[agency] = service
            yield service

    async def tell(self, sender: str, *to: str, number: int = 1) -> list[RecordEntry]:
        """What anybody may write to anybody, so many times."""
        signer = FileSigner.of(self.folder, sender, "head")
        signer.unlock(PASSPHRASE)
        content = InfoShared(subject="Thủ đoạn mới", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text="Mới.")
        return await self.services[sender].issue_all([Draft(content, to)] * number, signer)

    def notebook(self, agency: str) -> Notebook:
        return Notebook.of(self.services[agency].record)

    def alarms(self, agency: str) -> list[Alarm]:
        return self.notebook(agency).alarms(100)

    async def all_proven(self, *agencies: str) -> None:
        """Everything that these agencies hold is proven to be in the log."""
        for agency in agencies:
            await until(partial(getattr, self.services[agency].witness, "all_proven"), f"all of {agency} is proven")


@asynccontextmanager
async def witnesses(folder: Path) -> AsyncIterator[Witnesses]:
    directory = await asyncio.to_thread(set_up, folder)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedBroker(folder / "broker", directory.province))
        yield Witnesses(folder, directory, broker)
