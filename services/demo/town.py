"""All agencies of a province as tasks of one process, over an embedded broker: the demonstration's network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from events.directory import Directory
from events.record_entry import Entry
from events.signature import Signer
from services.agency.clock import Clock
from services.agency.copies import AUDITOR
from services.agency.folder import AgencyFolder
from services.agency.policies import PolicySettings, policies_for
from services.agency.policies.overdue_replies import run_overdue_replies
from services.agency.policies.reminders import run_reminders
from services.agency.service import AgencyService
from services.auditor.service import AuditorService, AuditorSettings
from services.broker.server import EmbeddedBroker
from services.demo.passphrases import agency_passphrase, agency_passphrase_file, root_passphrase
from services.demo.watching import Watch
from services.errors import UsageFault
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import Progress, set_up_broker_and_records, set_up_network
from services.provinces import load_province
from services.web.feed import Feed
from services.witness.settings import WitnessSettings

CHECKPOINT_SECONDS = 2.0
"""The demonstration's log is signed this often at most."""
ASK_SECONDS = 5.0
"""Agencies look for what they hold in the log, and state their exchange views, this often."""
LOGGED_WITHIN_SECONDS = 120.0
"""An agency misses an event in the log after this time: a machine may be busy with other things."""


class FolderOfAnother(UsageFault):
    """The state folder holds a network that this demonstration did not make."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            what=f"the folder {folder} cannot be used", why=why, next_step="name another folder with --dir"
        )
        self.folder = folder


class FolderOfAnotherProvince(FolderOfAnother):
    """The network in the folder is that of another province."""

    def __init__(self, folder: Path, held: str, province: str) -> None:
        super().__init__(folder, f"it holds the network of {held}, not of {province}")
        self.held, self.province = held, province


class FolderWithoutPassphrases(FolderOfAnother):
    """The network in the folder was set up by people, who keep its passphrases."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder, "its network was not made by the demonstration, so nobody here can sign for its agencies"
        )


class FolderByRealClock(FolderOfAnother):
    """An earlier version of the demonstration made the network in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "its network runs by the real clock, the demonstration by a simulated one")


def set_up_town(folder: Path, province: str, begins: datetime, progress: Progress | None = None) -> Directory:
    """Make the network of a demonstration, or finish one that was interrupted; the directory as it stands.

    Its clock is simulated, and its first directory is issued at `begins`.
    Keys are protected by generated passphrases at a demonstration's cost. Raises `FolderOfAnother`, and what
    `set_up_network` raises.
    """
    directories = DirectoryFolder.of(folder)
    if not directories.newest_version():
        listed = load_province(province)
        return set_up_network(
            folder,
            listed,
            agencies=None,
            passphrase_for=partial(agency_passphrase, folder),
            clock="simulated",
            now=begins,
            policy=KeyPolicy(cost=DEMONSTRATION),
            root_passphrase=root_passphrase(folder),
            progress=progress,
        )
    directory = directories.load()
    if directory.province != province:
        raise FolderOfAnotherProvince(folder, directory.province, province)
    if not all(agency_passphrase_file(folder, agency).is_file() for agency in directory.agencies):
        raise FolderWithoutPassphrases(folder)
    if not directory.simulated:
        raise FolderByRealClock(folder)
    set_up_broker_and_records(folder, directory)
    return directory


@dataclass
class Town:
    """A running network: its directory, its services by agency, its auditor, and the keys that people have unlocked."""

    folder: Path
    directory: Directory
    broker: EmbeddedBroker
    services: dict[str, AgencyService]
    auditor: AuditorService
    feeds: dict[str, Feed] = field(default_factory=dict)
    """What is new at each agency, for its pages."""
    _signers: dict[tuple[str, str], FileSigner] = field(default_factory=dict)

    def signer_of(self, agency: str, signatory: str) -> Signer:
        """A signatory's unlocked key; it stays unlocked for this session."""
        who = (agency, signatory)
        if who not in self._signers:
            signer = FileSigner.of(self.folder, agency, signatory)
            if signer.locked:
                signer.unlock(agency_passphrase(self.folder, agency))
            self._signers[who] = signer
        return self._signers[who]

    @property
    def failing(self) -> dict[str, str]:
        """What does not work, by `<agency> <part>`, with the reason; empty while all is well."""
        services: dict[str, AgencyService | AuditorService] = {**self.services, AUDITOR: self.auditor}
        return {
            f"{agency} {part}": reason
            for agency, service in services.items()
            for part, reason in service.failed.items()
        }


@asynccontextmanager
async def running_town(
    folder: Path, directory: Directory, watch: Watch, now: Clock, started: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Town]:
    """Start the broker, the auditor and every agency, by the clock `now`; stops them in order at the end.

    `started` hears each agency's id. Every agency is a witness of the auditor's log.
    """
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedBroker(folder / "broker", directory.province))
        auditor = await stack.enter_async_context(
            AuditorService(
                folder, broker_url=broker.url, now=now, settings=AuditorSettings(checkpoint_seconds=CHECKPOINT_SECONDS)
            )
        )
        started(AUDITOR)
        witness = WitnessSettings(
            log_url=auditor.log_url, within_seconds=LOGGED_WITHIN_SECONDS, ask_every_seconds=ASK_SECONDS,
            view_every_seconds=ASK_SECONDS,
        )  # fmt: skip
        town = Town(folder, directory, broker, {}, auditor)

        async def start(agency: str) -> None:
            feed = town.feeds[agency] = Feed()

            def moved(entries: list[Entry]) -> None:
                watch.take(agency, entries)
                feed.moved(entries)

            service = AgencyService(
                folder,
                agency,
                broker_url=broker.url,
                monitor_url=broker.monitor_url,
                policies=policies_for(PolicySettings.simulated(AgencyFolder(folder, agency).path, now)),
                now=now,
                moved=moved,
                witness=witness,
            )
            await stack.enter_async_context(service)
            service.standing.begin("reminders", partial(run_reminders, service))
            service.standing.begin("overdue replies", partial(run_overdue_replies, service))
            town.services[agency] = service
            watch.take(agency, await asyncio.to_thread(lambda: list(service.record.all_entries())))
            started(agency)

        async with asyncio.TaskGroup() as starting:
            for agency in directory.agencies:
                if agency != AUDITOR:
                    starting.create_task(start(agency))
        yield town
