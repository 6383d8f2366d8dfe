"""The folder of a province's directory: `root.vkey`, the versions' signed notes, and where the province is, `root.key`.

    root.vkey     the root's verifier key, one line: what everybody must have got by a way they trust
    root.key      the root's private key, on the province's machine alone
    000001.note   version 1, as signed; 000002.note …

Versions are added, never overwritten. Several processes may share the folder.
"""

from __future__ import annotations

import re
from pathlib import Path

from events.directory import Directory, parse_directory
from events.errors import DirectoryInvalid, InvalidValue
from events.note import VerifierKey, parse_verifier_key
from events.succession import DirectoryOlder, check_succession
from services.identity.disk import PUBLIC, create_file, make_private_folder, read_public
from services.identity.errors import DirectoryMissing, DiskRefused
from services.identity.layout import directory_folder

_NOTE = re.compile(r"([0-9]{6,15})\.note")


class DirectoryFolder:
    """One directory folder. What was verified once is not verified again by the same instance.

    Verifying a version takes a few milliseconds; the root key is read once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root: VerifierKey | None = None
        self._chain: list[Directory] = []

    @classmethod
    def of(cls, folder: Path) -> DirectoryFolder:
        """The directory folder under a state folder (`--dir`)."""
        return cls(directory_folder(folder))

    @property
    def root_key_file(self) -> Path:
        """Where the root's private key lies, if it lies here."""
        return self.path / "root.key"

    @property
    def root(self) -> VerifierKey:
        """The root's verifier key; raises `DirectoryMissing`, or `DirectoryInvalid` if the file holds none."""
        if self._root is None:
            file = self.path / "root.vkey"
            try:
                self._root = parse_verifier_key(read_public(file).decode("utf-8").removesuffix("\n"))
            except (InvalidValue, UnicodeDecodeError) as error:
                raise DirectoryInvalid(
                    f"{file} holds no verifier key ({error}); fetch it from the province again"
                ) from error
        return self._root

    def trust(self, root: VerifierKey) -> None:
        """Set the root key of a new folder.

        The same key again is fine; raises `DirectoryInvalid` for another one, since what is held hangs on the first.
        """
        make_private_folder(self.path)
        try:
            create_file(self.path / "root.vkey", f"{root}\n".encode(), PUBLIC)
        except FileExistsError:
            if self.root != root:
                raise DirectoryInvalid(
                    f"{self.path} trusts {self.root.name} with another key: a new root key needs a new folder"
                ) from None

    def newest_version(self) -> int:
        """The highest version number in the folder, 0 if there is none: one look at the file names, nothing is read."""
        try:
            return max(
                (int(match[1]) for file in self.path.iterdir() if (match := _NOTE.fullmatch(file.name))), default=0
            )
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise DiskRefused(self.path, error) from error

    def note(self, version: int) -> str:
        """The signed note of a version, as it was stored; raises `DirectoryMissing`."""
        try:
            return read_public(self._file(version)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DirectoryInvalid(f"{self._file(version)} is not UTF-8; fetch it from the province again") from error

    def chain(self) -> tuple[Directory, ...]:
        """Every version from 1 on, each verified and following the one before.

        Raises `DirectoryMissing` if there is none or one is lacking, `DirectoryInvalid` that names the file at fault.
        """
        newest = self.newest_version()
        if newest == 0:
            raise DirectoryMissing(self._file(1))
        if newest < len(self._chain):
            raise DirectoryInvalid(
                f"{self.path} went back from version {len(self._chain)} to {newest}, as if from an old backup; "
                "fetch the newer versions from the province"
            )
        while len(self._chain) < newest:
            self._chain.append(self._verified(len(self._chain) + 1))
        return tuple(self._chain)

    def load(self) -> Directory:
        """The newest version, with its whole chain verified; raises as `chain` does."""
        return self.chain()[-1]

    def store(self, note_text: str) -> Directory:
        """Verify a version and add it to the folder; returns it. The newest one again is no error.

        Raises `DirectoryOlder` or `DirectorySkips` (`events.succession`), `DirectoryInvalid` for any other fault,
        `DiskRefused`.
        """
        directory = parse_directory(note_text, self.root)
        if self.newest_version():
            held = self.load()
            if directory == held:
                return held
            check_succession(held, directory)
        elif directory.version != 1:
            raise DirectoryInvalid(f"version {directory.version} cannot be the first here; begin with version 1")
        file = self._file(directory.version)
        try:
            create_file(file, note_text.encode("utf-8"), PUBLIC)
        except FileExistsError:
            # Another process stored this number in the meantime; only another text under it would be a fault.
            if self.load().digest != directory.digest:
                raise DirectoryOlder(f"{file} was written meanwhile with another text; run the command again") from None
            return self.load()
        self._chain.append(directory)
        return directory

    def _file(self, version: int) -> Path:
        return self.path / f"{version:06d}.note"

    def _verified(self, version: int) -> Directory:
        try:
            directory = parse_directory(self.note(version), self.root)
            if self._chain:
                check_succession(self._chain[-1], directory)
        except DirectoryInvalid as error:
            raise DirectoryInvalid(f"{self._file(version)}: {error}") from error
        if directory.version != version:
            raise DirectoryInvalid(f"{self._file(version)}: it holds version {directory.version}")
        return directory
