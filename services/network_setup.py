"""Setting up a network on this machine: directory, keys, broker accounts and each agency's empty record, together.

The directory comes first, then the broker, then the records: a set-up that was interrupted is finished by running it
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from events.directory import Clock, Directory
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.auditor.witness_policy import write_first_policy
from services.broker.names import AUDITOR
from services.broker.network import BrokerFolder
from services.identity.network_init import KeyPolicy, init_province
from services.provinces import ProvinceFile

Progress = Callable[[str, int, int], None]
"""(agency, how many are done, of how many)."""


def broker_folder(folder: Path) -> BrokerFolder:
    """The broker's folder under a state folder."""
    return BrokerFolder(folder / "broker")


def set_up_network(
    folder: Path,
    province: ProvinceFile,
    *,
    agencies: Iterable[str] | None,
    passphrase_for: Callable[[str], str],
    clock: Clock,
    now: datetime,
    policy: KeyPolicy,
    root_passphrase: str | None = None,
    progress: Progress | None = None,
) -> Directory:
    """Make a province's network: every agency or those named. Raises as `init_province` and `BrokerFolder.init` do."""
    directory = init_province(
        folder,
        province,
        agencies=agencies,
        passphrase_for=passphrase_for,
        clock=clock,
        now=now,
        root_passphrase=root_passphrase,
        policy=policy,
        progress=progress,
    )
    set_up_broker_and_records(folder, directory)
    return directory


def set_up_broker_and_records(folder: Path, directory: Directory) -> None:
    """Make what the directory's agencies lack here: broker account and credentials, and an empty record.

    And the witness policy of the transparency log, where there is none and the directory lists an auditor.
    """
    broker = broker_folder(folder)
    broker.init(directory.province)
    for agency in directory.agencies:
        set_up_agency(folder, directory, agency)
    if AUDITOR in directory.agencies:
        write_first_policy(folder, directory)


def set_up_agency(folder: Path, directory: Directory, agency: str) -> None:
    """An empty record, broker account and credentials of one agency; what is there already stays.

    The record comes before the account, so an agency that has an account and no record has lost it: an empty one would
    use counts and numbers again, and is not made.
    """
    place, broker = AgencyFolder(folder, agency), broker_folder(folder)
    if agency not in broker.agencies() and not place.record.exists():
        Record(place.record, agency, directory.province, create=True).close()
    broker.add_agency(agency, place.credentials)
