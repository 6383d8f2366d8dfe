"""What a package is made from: the auditor's ledger and log, the directory, the root key, the witness policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from events.directory import Directory, parse_directory
from events.note import VerifierKey
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file, log_folder
from services.auditor.witness_policy import policy_file
from services.evidence.log_files import LogFiles
from services.identity.directory_folder import DirectoryFolder


@dataclass(frozen=True, slots=True)
class Source:
    """Ledger, log, the directory's notes from version 1 on, root key, and the text of the witness policy, if any."""

    ledger: Ledger
    log: LogFiles
    directories: Sequence[str]
    root: VerifierKey
    policy: bytes | None = None

    @classmethod
    @contextmanager
    def of(cls, folder: Path) -> Iterator[Self]:
        """What lies under a state folder (`--dir`), opened for reading."""
        directories = DirectoryFolder.of(folder)
        directory = directories.load()
        policy = policy_file(folder)
        with Ledger(ledger_file(folder), directory.province, read_only=True) as ledger:
            yield cls(
                ledger,
                LogFiles(log_folder(folder)),
                [directories.note(version) for version in range(1, directory.version + 1)],
                directories.root,
                policy.read_bytes() if policy.exists() else None,
            )

    @property
    def newest(self) -> Directory:
        """The newest directory version."""
        return parse_directory(self.directories[-1], self.root)
