"""A small province with its auditor in one process: real broker, real services, real files and HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from events.directory import Directory
from events.draft import Draft
from events.record_entry import RecordEntry
from events.types.information import InfoKind, InfoShared
from services.agency.service import AgencyService
from services.auditor.service import AuditorService, AuditorSettings
from services.broker.server import EmbeddedBroker
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import load_province

AGENCIES = ("auditor", "dic", "police", "vnpt")
PASSPHRASE = "open for tests"
WAIT_SECONDS = 20.0
SETTINGS = AuditorSettings(checkpoint_seconds=0.05)


def set_up(folder: Path) -> Directory:
    return set_up_network(
        folder, load_province("lao-cai"), agencies=AGENCIES, passphrase_for=lambda _: PASSPHRASE, clock="real",
        now=datetime.now(UTC), policy=KeyPolicy(cost=DEMONSTRATION),
    )  # fmt: skip


@dataclass
class Province:
    """A running province; the auditor may be stopped and started again."""

    folder: Path
    directory: Directory
    broker: EmbeddedBroker
    services: dict[str, AgencyService] = field(default_factory=dict)

    @asynccontextmanager
    async def auditor(self, settings: AuditorSettings = SETTINGS) -> AsyncIterator[AuditorService]:
        async with AuditorService(self.folder, broker_url=self.broker.url, settings=settings) as service:
            yield service

    async def tell(self, sender: str, *to: str, number: int = 1) -> list[RecordEntry]:
        """What anybody may write to anybody, so many times."""
        signer = FileSigner.of(self.folder, sender, "head")
        signer.unlock(PASSPHRASE)
        drafts = [
            Draft(
                InfoShared(subject="Thủ đoạn mới", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text=f"Số {each}."),
                to,
            )
            for each in range(number)
        ]
        return await self.services[sender].issue_all(drafts, signer)


@asynccontextmanager
async def running_province(folder: Path) -> AsyncIterator[Province]:
    directory = set_up(folder)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedBroker(folder / "broker", directory.province))
        province = Province(folder, directory, broker)
        for agency in AGENCIES[1:]:
            service = AgencyService(folder, agency, broker_url=broker.url, heads_grace_seconds=0)
            province.services[agency] = await stack.enter_async_context(service)
        yield province


async def until(holds: Callable[[], bool], what: str) -> None:
    """Look until something holds that nobody announces."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while not holds():  # noqa: ASYNC110 - what it looks at are files and stores
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"within {WAIT_SECONDS} s it does not hold that {what}") from None
