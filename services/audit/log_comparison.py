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
        entries, hashes = stretch.entries[own], stretch.hashes[own]
        bundle = self._read(Bundle(tile, width), Bundle(tile), width * _ENTRY_BYTES)
        level_0 = self._read(Tile(0, tile, width), Tile(0, tile), width * HASH_BYTES)
        if bundle is None or level_0 is None:
            wrong = (Bundle(tile, width).path, bundle), (Tile(0, tile, width).path, level_0)
            stretch.wrong_files += [path for path, data in wrong if data is None]
            return
        bundle_part = bundle[(first - start) * _ENTRY_BYTES : (last - start) * _ENTRY_BYTES]
        if bundle_part != b"".join([_LENGTH + entry for entry in entries]):
            stretch.wrong_files.append(Bundle(tile, width).path)
            self._differences(stretch, first, entries, bundle_part)
        if level_0[(first - start) * HASH_BYTES : (last - start) * HASH_BYTES] != b"".join(hashes):
            stretch.wrong_files.append(Tile(0, tile, width).path)

    def _differences(self, stretch: Stretch, first: int, entries: list[bytes], bundle: bytes) -> None:
        places = dict(stretch.places)
        event = ""
        for number, entry in enumerate(entries):
            # An event has one entry or more; its place is that of the first.
            event = places.get(first + number, event)
            theirs = bundle[number * _ENTRY_BYTES + 2 : (number + 1) * _ENTRY_BYTES]
            if theirs != entry and len(stretch.differences) < _MAX_DIFFERENCES:
                stretch.differences.append((first + number, event, entry, theirs))

    def _read(self, wanted: Bundle | Tile, full: Bundle | Tile, size_bytes: int) -> bytes | None:
        for path in dict.fromkeys((wanted.path, full.path)):
            try:
                data = (self._folder / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            expected = size_bytes if path == wanted.path else None
            return data[:size_bytes] if expected is None or len(data) == expected else None
        return None
