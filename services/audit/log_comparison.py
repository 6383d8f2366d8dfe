"""A stretch held against the log's files: level 0 tiles and entry bundles, entry by entry."""

from __future__ import annotations

from pathlib import Path

from events.audit.stretch import Stretch
from events.transparency.merkle import HASH_BYTES
from events.transparency.tile_path import FULL_WIDTH, Bundle, Tile

_LENGTH = b"\x00\x20"
_ENTRY_BYTES = 34
_MAX_DIFFERENCES = 50
"""So many are told of one stretch."""


class LogComparison:
    """The folder `log/` up to the checkpoint of `size` entries; for reading alone."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size

    def compare(self, stretch: Stretch) -> None:
        """Note in the stretch what the files say otherwise, and which files are not whole."""
        end = min(stretch.begin + len(stretch.entries), self._size)
        for tile in range(stretch.begin // FULL_WIDTH, -(-end // FULL_WIDTH)):
            self._compare_tile(stretch, tile, end)

    def _compare_tile(self, stretch: Stretch, tile: int, end: int) -> None:
        start = tile * FULL_WIDTH
        width = min(FULL_WIDTH, self._size - start)
        first, last = max(start, stretch.begin), min(start + width, end)
        own = slice(first - stretch.begin, last - stretch.begin)
        entries = stretch.entries[own]
        expected = b"".join([_LENGTH + entry for entry in entries])
        bundle = self._differing(Bundle(tile, width), Bundle(tile), first - start, expected, _ENTRY_BYTES, stretch)
        if bundle is not None:
            self._differences(stretch, first, entries, bundle)
        expected = b"".join(stretch.hashes[own])
        self._differing(Tile(0, tile, width), Tile(0, tile), first - start, expected, HASH_BYTES, stretch)

    def _differing(
        self, wanted: Bundle | Tile, full: Bundle | Tile, skip: int, expected: bytes, each_bytes: int, stretch: Stretch
    ) -> bytes | None:
        """Hold every file of a tile or bundle against what it must hold behind `skip`; the wanted one's part if wrong.

        Narrower ones may lie there from smaller trees, and are served still.
        """
        wrong: bytes | None = None
        partials = {f"{full.path}.p/{width}": width for width in partial_widths(self._folder, full.path)}
        paths = partials | {full.path: FULL_WIDTH}
        # A narrower one is not there any more where a service has filled the tile meanwhile.
        if wanted.path not in partials and not (self._folder / full.path).exists():
            stretch.wrong_files.append(wanted.path)
        for path, width in paths.items():
            data = self._read(path)
            if data is None:
                continue
            part = data[skip * each_bytes : skip * each_bytes + len(expected)]
            covered = expected[: max(0, width - skip) * each_bytes]
            if part != covered or len(data) != width * each_bytes:
                stretch.wrong_files.append(path)
                wrong = part if path == wanted.path else wrong
        return wrong

    def _differences(self, stretch: Stretch, first: int, entries: list[bytes], bundle: bytes) -> None:
        places = dict(stretch.places)
        event = ""
        for number, entry in enumerate(entries):
            # An event has one entry or more; its place is that of the first.
            event = places.get(first + number, event)
            theirs = bundle[number * _ENTRY_BYTES + 2 : (number + 1) * _ENTRY_BYTES]
            if theirs != entry and len(stretch.differences) < _MAX_DIFFERENCES:
                stretch.differences.append((first + number, event, entry, theirs))

    def _read(self, path: str) -> bytes | None:
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def partial_widths(folder: Path, path: str) -> list[int]:
    """The widths of the partial tiles or bundles that lie beside the full one's path."""
    try:
        names = [file.name for file in (folder / f"{path}.p").iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(name) for name in names if name.isdecimal())
