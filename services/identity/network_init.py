"""Setting up a province: root key, the agencies' keys, directory version 1.

Keys of head and deputy are encrypted with the agency's passphrase; the service's opens alone. A set-up that was
interrupted goes on when it is run again with the same passphrases: keys that are there are kept. The broker's own
accounts are `services.broker`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from events.agency import Agency, KeyRecord
from events.directory import Clock, Directory, root_key_name, sign_directory
from events.instants import whole_milliseconds
from events.note import VerifierKey
from events.recipients import GENESIS
from services.identity.directory_changes import agency_from_entry
from services.identity.directory_folder import DirectoryFolder
from services.identity.errors import ChangeImpossible, KeyFileDamaged, KeyFileExists, NetworkExists, PassphraseWrong
from services.identity.keyfiles import KeyFile, create_key_file, new_seed, public_key_of, read_key_file
from services.identity.layout import key_file
from services.identity.pkcs8 import STRONG, KdfCost
from services.identity.signer import FileSigner
from services.provinces import AgencyEntry, ProvinceFile

PassphraseFor = Callable[[str], str | None]
"""The passphrase of an agency's signatories by agency id; None leaves their keys unencrypted (never in real use)."""

Progress = Callable[[str, int, int], None]
"""Called after each agency: its id, how many are done, how many there are."""


@dataclass(frozen=True)
class KeyPolicy:
    """How new keys are made: how long they are valid, and what trying a passphrase costs."""

    validity: timedelta = timedelta(days=730)
    cost: KdfCost = STRONG


def init_province(
    folder: Path,
    province: ProvinceFile,
    *,
    passphrase_for: PassphraseFor,
    clock: Clock,
    now: datetime,
    agencies: Iterable[str] | None = None,
    root_passphrase: str | None = None,
    policy: KeyPolicy | None = None,
    progress: Progress | None = None,
) -> Directory:
    """Make a province's network in a state folder; returns directory version 1.

    `agencies` limits it to some of the province's. Raises `NetworkExists` if it was made before, `ChangeImpossible`
    for an agency that the province file does not have, `KeyFileExists` if a key is there that the passphrase does not
    open, `PassphraseUnusable`, `DiskRefused`.
    """
    policy = policy or KeyPolicy()
    store = DirectoryFolder.of(folder)
    if store.newest_version():
        held = store.load()
        raise NetworkExists(folder, held.province, held.version)
    entries = _chosen(province, agencies)
    signer = _root_signer(store, province.province, root_passphrase, policy.cost)
    root = VerifierKey(signer.kid, signer.public_key)
    store.trust(root)
    listed: dict[str, Agency] = {}
    for done, entry in enumerate(entries, start=1):
        listed[entry.id] = make_agency(folder, province.province, entry, passphrase_for(entry.id), now, policy)
        if progress is not None:
            progress(entry.id, done, len(entries))
    directory = Directory(
        version=1,
        previous=GENESIS,
        province=province.province,
        name=province.name,
        regulation=province.regulation,
        issued_at=whole_milliseconds(now),
        clock=clock,
        agencies=listed,
    )
    return store.store(sign_directory(directory, root, signer.sign))


def make_agency(
    folder: Path, province: str, entry: AgencyEntry, passphrase: str | None, now: datetime, policy: KeyPolicy
) -> Agency:
    """Make an agency's key files, as far as they are not there; returns the agency as the directory is to list it."""
    keys: dict[str, KeyRecord] = {}
    for signatory in entry.signatories:
        own_passphrase = None if signatory.capacity == "service" else passphrase
        path = key_file(folder, entry.id, signatory.id)
        if path.exists():
            file = reusable(path, own_passphrase)
            if file.label != file.public_key.kid(province, entry.id, signatory.id):
                raise KeyFileDamaged(path, f"it is the key {file.label}, of somebody else")
        else:
            seed = new_seed()
            kid = public_key_of(seed).kid(province, entry.id, signatory.id)
            file = create_key_file(path, seed, kid, own_passphrase, policy.cost)
        keys[signatory.id] = KeyRecord(
            kid=file.label,
            public_key=file.public_key,
            not_before=whole_milliseconds(now),
            not_after=whole_milliseconds(now + policy.validity),
            capacity=signatory.capacity,
        )
    return agency_from_entry(entry, keys)


def _chosen(province: ProvinceFile, agencies: Iterable[str] | None) -> list[AgencyEntry]:
    wanted = None if agencies is None else set(agencies)
    if unknown := sorted((wanted or set()) - set(province.by_id)):
        raise ChangeImpossible(
            what=f"{province.province} has no agency {', '.join(unknown)}",
            why=f"its province file lists {', '.join(province.by_id)}",
            next_step="choose among these",
        )
    return [entry for entry in province.agencies if wanted is None or entry.id in wanted]


def _root_signer(store: DirectoryFolder, province: str, passphrase: str | None, cost: KdfCost) -> FileSigner:
    path, name = store.root_key_file, root_key_name(province)
    file = reusable(path, passphrase) if path.exists() else create_key_file(path, new_seed(), name, passphrase, cost)
    if file.label != name:
        raise KeyFileDamaged(path, f"it is the key {file.label}, not {name}")
    signer = FileSigner(file)
    signer.unlock(passphrase)
    return signer


def reusable(path: Path, passphrase: str | None) -> KeyFile:
    """The key file of an interrupted run, if it wants just this passphrase: a key that nobody can use is not listed.

    Raises `KeyFileExists`.
    """
    file = read_key_file(path)
    if file.encrypted != (passphrase is not None):
        raise KeyFileExists(path)
    try:
        file.open(passphrase)
    except PassphraseWrong as error:
        raise KeyFileExists(path) from error
    return file
