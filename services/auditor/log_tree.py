"""The tree that grows: entries in, the tiles and bundles to write out. Only its right edge is kept in memory."""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import Malformed
from events.transparency.compact_range import CompactRange, read_frontier
from events.transparency.entry_bundle import format_bundle
from events.transparency.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash
from events.transparency.tile_path import FULL_WIDTH, Bundle, Tile
from events.transparency.tiles import grow, node_reader

File = tuple[Tile | Bundle, bytes]
"""A tile or bundle and its bytes."""


class LogTree:
    """A tree by its right edge: the partial tile of each level and the entries of the partial bundle."""

    def __init__(self) -> None:
        self.size = 0
        self.root = EMPTY_ROOT
        self._edge: dict[tuple[int, int], bytes] = {}
        self._entries: list[bytes] = []

    def append(self, entries: Sequence[bytes]) -> list[File]:
        """Take in entries; gives the tiles and bundles that have become full, bundles first."""
        if not entries:
            return []
        first_bundle = self.size // FULL_WIDTH
        growth = grow(self.size, [leaf_hash(entry) for entry in entries], self._read_edge)
        held = self._entries + list(entries)
        whole = len(held) - len(held) % FULL_WIDTH
        full: list[File] = [
            (Bundle(first_bundle + at // FULL_WIDTH), format_bundle(held[at : at + FULL_WIDTH]))
            for at in range(0, whole, FULL_WIDTH)
        ]
        self._entries = held[whole:]
        for tile, data in growth.tiles:
            if tile.width == FULL_WIDTH:
                full.append((tile, data))
                self._edge.pop((tile.level, tile.index), None)
            else:
                self._edge[tile.level, tile.index] = data
        self.size, self.root = growth.size, growth.root
        return full

    def partials(self) -> list[File]:
        """The partial bundle and the partial tiles of the tree as it is."""
        files: list[File] = []
        if self._entries:
            files.append((Bundle(self.size // FULL_WIDTH, len(self._entries)), format_bundle(self._entries)))
        files += [
            (Tile(level, index, len(data) // HASH_BYTES), data) for (level, index), data in sorted(self._edge.items())
        ]
        return files

    def frontier(self) -> CompactRange:
        """The roots of its complete subtrees."""
        return read_frontier(self.size, node_reader(self.size, self._read_edge))

    def _read_edge(self, level: int, index: int, width: int) -> bytes:
        data = self._edge.get((level, index), b"")
        if len(data) != width * HASH_BYTES:
            raise Malformed("tile", f"the tree's edge at level {level} has no tile {index} of {width} hashes")
        return data
