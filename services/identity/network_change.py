"""Changing a province's directory while it runs: each change is a new version, signed by the root key and stored.

The caller publishes the new version's note (`DirectoryFolder.note`) to the agencies.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from events.agency import KeyRecord, RoleTerm
from events.directory import Directory, sign_directory
from events.instants import whole_milliseconds
from services.identity.directory_changes import (
    Change,
    agency_added,
    find_agency,
    keys_added,
    keys_revoked,
    next_version,
    role_ended,
    role_granted,
    role_passed,
    usable_kids,
)
from services.identity.directory_folder import DirectoryFolder
from services.identity.disk import rename_file
from services.identity.errors import ChangeImpossible
from services.identity.keyfiles import create_key_file, new_seed, public_key_of, read_key_file
from services.identity.layout import key_file
from services.identity.network_init import KeyPolicy, make_agency, reusable
from services.identity.signer import FileSigner
from services.provinces import AgencyEntry


class Registrar:
    """Whoever holds a province's root key: makes new directory versions in a state folder.

    `root_passphrase` opens the root key if it is encrypted. Every method returns the new directory and raises
    `ChangeImpossible` for what cannot be meant, `DirectoryInvalid` for what may not follow the version before,
    `KeyFileMissing` where the root key does not lie, `PassphraseWrong`, `DiskRefused`.
    """

    def __init__(self, folder: Path, root_passphrase: str | None = None) -> None:
        self.folder = folder
        self.directories = DirectoryFolder.of(folder)
        self._signer = FileSigner(read_key_file(self.directories.root_key_file))
        if self._signer.locked:
            self._signer.unlock(root_passphrase)
        if self._signer.public_key != self.directories.root.public_key:
            raise ChangeImpossible(
                what=f"{self.directories.root_key_file} cannot sign here",
                why="it is not the private key of root.vkey beside it",
                next_step="put the province's own root key there",
            )

    def add_agency(
        self, entry: AgencyEntry, passphrase: str | None, now: datetime, policy: KeyPolicy | None = None
    ) -> Directory:
        """Make an agency's keys and list it."""
        held = self.directories.load()
        if entry.id in held.agencies:
            # Asked before keys are made: files that no directory lists would only be in the way.
            raise ChangeImpossible(
                what=f"agency {entry.id} cannot be added",
                why="the directory lists it already",
                next_step="choose another id, or renew its keys",
            )
        agency = make_agency(self.folder, held.province, entry, passphrase, now, policy or KeyPolicy())
        return self._publish(agency_added(agency), now)

    def revoke_keys(self, kids: Iterable[str], *, at: datetime, now: datetime) -> Directory:
        """Revoke keys from `at` on, which may be earlier than now if they were stolen earlier."""
        return self._publish(keys_revoked(frozenset(kids), at), now)

    def revoke_agency(self, agency: str, *, at: datetime, now: datetime) -> Directory:
        """Revoke every key of an agency; its roles stay, so that it can come back with new keys."""
        if not (kids := usable_kids(self.directories.load(), agency)):
            raise ChangeImpossible(
                what=f"agency {agency} cannot be revoked",
                why="all its keys are revoked already",
                next_step="nothing is left to do; renew its keys to let it back in",
            )
        return self._publish(keys_revoked(kids, at), now)

    def renew_keys(
        self, agency: str, passphrase: str | None, now: datetime, policy: KeyPolicy | None = None
    ) -> Directory:
        """New keys for all signatories of an agency.

        The old private keys are replaced once the new ones are listed; the old public ones stay until they expire. A
        renewal that was interrupted goes on when it is called again with the same passphrase, else `KeyFileExists`.
        """
        policy = policy or KeyPolicy()
        held = self.directories.load()
        fresh: list[KeyRecord] = []
        for signatory in find_agency(held, agency).signatories:
            path = key_file(self.folder, agency, signatory.id)
            waiting = path.with_suffix(".next.key")
            own_passphrase = None if signatory.capacity == "service" else passphrase
            if waiting.exists():
                file = reusable(waiting, own_passphrase)
            else:
                seed = new_seed()
                kid = public_key_of(seed).kid(held.province, agency, signatory.id)
                file = create_key_file(waiting, seed, kid, own_passphrase, policy.cost)
            if held.key(file.label) is None:
                begin, end = whole_milliseconds(now), whole_milliseconds(now + policy.validity)
                fresh.append(KeyRecord(file.label, file.public_key, begin, end, signatory.capacity))
        new = self._publish(keys_added(agency, fresh), now) if fresh else held
        for signatory in new.agencies[agency].signatories:
            path = key_file(self.folder, agency, signatory.id)
            if (waiting := path.with_suffix(".next.key")).exists():
                rename_file(waiting, path)
        return new

    def grant_role(
        self, agency: str, role: str, *, since: datetime, now: datetime, until: datetime | None = None
    ) -> Directory:
        """Let an agency hold a role more, from `since` on."""
        end = None if until is None else whole_milliseconds(until)
        return self._publish(role_granted(agency, RoleTerm(role, whole_milliseconds(since), end)), now)

    def end_role(self, agency: str, role: str, *, until: datetime, now: datetime) -> Directory:
        """Let an agency hold a role only until `until`, which is not before `now`."""
        return self._publish(role_ended(agency, role, until), now)

    def pass_role(self, old: str, new: str, role: str, *, at: datetime, now: datetime) -> Directory:
        """Let a role pass from an agency to its successor at `at`, which is not before `now`.

        With its last role the old agency's keys stop, and all that is open there is its successor's.
        """
        return self._publish(role_passed(old, new, role, at), now)

    def _publish(self, change: Change, now: datetime) -> Directory:
        directory = next_version(self.directories.load(), change, now)
        return self.directories.store(sign_directory(directory, self.directories.root, self._signer.sign))
