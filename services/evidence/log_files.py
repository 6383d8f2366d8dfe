"""Reading the log's tiles and entry bundles from the auditor's folder, of the width that a smaller tree has."""

from __future__ import annotations

from pathlib import Path

from events.transparency.merkle import HASH_BYTES
from events.transparency.tile_path import FULL_WIDTH, Bundle, Tile
from services.errors import CannotRun

_ENTRY_BYTES = 34
"""An entry of 32 bytes with its length before it."""


class LogFilesMissing(CannotRun):
    """The log's folder lacks a file that the ledger's checkpoint says is there."""


class LogFiles:
    """The folder `log/` of the auditor, for reading alone. A wider tile begins with every narrower one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_tile(self, level: int, index: int, width: int) -> bytes:
        """The tile's first `width` hashes; raises `LogFilesMissing`."""
        return self._read(Tile(level, index, width), Tile(level, index), width * HASH_BYTES)

    def read_bundle(self, index: int, width: int) -> bytes:
        """The bundle's first `width` entries with their lengths; raises `LogFilesMissing`."""
        return self._read(Bundle(index, width), Bundle(index), width * _ENTRY_BYTES)

    def _read(self, wanted: Tile | Bundle, full: Tile | Bundle, size_bytes: int) -> bytes:
        partial = self._folder / f"{full.path}.p"
        wider = [self._folder / f"{full.path}.p/{width}" for width in range(wanted.width + 1, FULL_WIDTH)]
        candidates = [self._folder / wanted.path, self._folder / full.path]
        candidates += [path for path in wider if partial.is_dir()]
        for path in candidates:
            try:
                data = path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            return data[:size_bytes]
        raise LogFilesMissing(
            what="the log's files are not complete",
            why=f"{self._folder / wanted.path} is not there",
            next_step="run `phoihop auditor run`, which writes them again from the ledger",
        )
