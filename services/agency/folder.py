"""The folder of one agency under the state folder, and the lock that keeps a second service out of it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from events.directory import Directory
from services.errors import CannotRun, UsageFault
from services.identity.layout import agency_folder


class FolderInUse(CannotRun):
    """Another service of the same agency runs on the folder."""


class AgencyUnknown(UsageFault):
    """The directory lists no such agency, or its folder is not here."""


@dataclass(frozen=True)
class AgencyFolder:
    """`agencies/<id>/` under the state folder `root`: keys, record, views."""

    root: Path
    agency: str

    @property
    def path(self) -> Path:
        """The agency's folder."""
        return agency_folder(self.root, self.agency)

    @property
    def record(self) -> Path:
        """The record's file."""
        return self.path / "record.sqlite"

    @property
    def views(self) -> Path:
        """The views' file: derived from the record, may be deleted."""
        return self.path / "views.sqlite"

    @property
    def accounts(self) -> Path:
        """The file of who may enter the agency's pages."""
        return self.path / "accounts.sqlite"

    @property
    def credentials(self) -> Path:
        """The broker's credentials of the agency."""
        return self.path / "keys" / "nats.creds"

    def check_listed(self, directory: Directory) -> None:
        """Raise `AgencyUnknown` unless the directory lists the agency and its folder is here."""
        if self.agency not in directory.agencies:
            known = ", ".join(sorted(directory.agencies))
            raise AgencyUnknown(
                what=f"there is no agency {self.agency!r}",
                why=f"the directory of {directory.province} (version {directory.version}) lists {known}",
                next_step="name one of them with --as",
            )
        if not self.path.is_dir():
            raise AgencyUnknown(
                what=f"the folder of {self.agency} is not on this machine",
                why=f"{self.path} does not exist",
                next_step="run this where the agency's service runs, or check --dir",
            )


@contextmanager
def lock_agency(folder: AgencyFolder) -> Iterator[None]:
    """Hold the agency's folder for one service; the lock goes with the process, however it ends.

    Raises `FolderInUse`.
    """
    path = folder.path / "service.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise AgencyUnknown(
            what=f"the folder of {folder.agency} cannot be used", why=str(error), next_step="check --dir and --as"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderInUse(
                what=f"another service of {folder.agency} runs on {folder.path}",
                why="two services on one record would both publish and admit",
                next_step="stop the other one first, or use its command line beside it",
            ) from error
        yield
    finally:
        os.close(descriptor)
