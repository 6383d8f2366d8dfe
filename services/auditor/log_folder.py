"""The log's files on disk: tiles, entry bundles and checkpoints, each whole or absent, also after a power failure.

    log/tile/0/x001/067           full tiles and bundles never change
    log/tile/0/x001/068.p/17      partial ones, until the full one is there
    log/checkpoints/1068          every checkpoint that was signed, with the cosignatures that it has got since
    log/checkpoint                the newest
    log/witnessed                 the newest whose cosignatures make up the quorum

A file is written under another name, synced, renamed, and its folder synced.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from events.transparency.tile_path import Bundle, Tile
from services.identity.disk import sync_folder
from services.identity.errors import DiskRefused

CHECKPOINT = "checkpoint"
WITNESSED = "witnessed"
_UNFINISHED = ".new"
_PUBLIC_FILE = 0o644


class LogFolder:
    """The folder `log/` of the auditor. Used from one thread; what it holds is public."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            (path / "checkpoints").mkdir(parents=True, exist_ok=True)
            sync_folder(path)
            sync_folder(path.parent)
        except OSError as error:
            raise DiskRefused(path, error) from error

    def read(self, relative: str) -> bytes | None:
        """A file's bytes; None if there is none. Raises `DiskRefused`."""
        try:
            return (self.path / relative).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DiskRefused(self.path / relative, error) from error

    def write(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Put files in place, in this order; durable when this returns. Raises `DiskRefused`."""
        folders: dict[Path, None] = {}
        at = self.path
        try:
            for relative, data in files:
                at = self.path / relative
                self._make_folder(at.parent)
                self._put(at, data)
                folders[at.parent] = None
            for folder in folders:
                sync_folder(folder)
        except OSError as error:
            raise DiskRefused(at, error) from error

    def remove_partials(self, full: Iterable[Tile | Bundle]) -> None:
        """Remove the partial tiles and bundles of which the full ones are there now. Raises `DiskRefused`."""
        for tile in full:
            folder = self.path / f"{tile.path}.p"
            try:
                shutil.rmtree(folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise DiskRefused(folder, error) from error

    def remove_unfinished(self) -> None:
        """Remove what a killed writer left half-written."""
        for file in self.path.rglob(f"*{_UNFINISHED}"):
            file.unlink(missing_ok=True)

    def checkpoint_sizes(self) -> list[int]:
        """The sizes of the checkpoints that lie here, ascending."""
        return sorted(int(file.name) for file in (self.path / "checkpoints").iterdir() if file.name.isdecimal())

    def _put(self, path: Path, data: bytes) -> None:
        # One writer holds the folder, so the other name need not be unique.
        unfinished = path.with_name(f"{path.name}{_UNFINISHED}")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PUBLIC_FILE)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        unfinished.replace(path)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
