"""The log's tree, made again from the events: the leaves of stretch after stretch, and the root at each checkpoint.

Kept are the roots of all full tiles (32 bytes for 256 entries), the partial tile at the end, and the tree's frontier.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.audit.leaves import UNREADABLE, Leaves, leaf_of
from events.transparency.compact_range import CompactRange
from events.transparency.merkle import EMPTY_ROOT, HASH_BYTES, node_hash
from events.transparency.tile_path import FULL_WIDTH, Tile, changed_tiles
from events.transparency.tiles import tile_root

_FULL = FULL_WIDTH * HASH_BYTES
_MAX_PASSED = 1_000_000


class Tree:
    """The tree of `size` leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._pending = b""
        self._roots: list[bytes] = []
        self._frontier = CompactRange()

    def add(self, leaves: Leaves) -> list[tuple[int, bytes]]:
        """Append a stretch's leaves; gives size and root of each tree that was asked for inside it."""
        before, pending = len(self._roots), self._pending
        frontier = self._frontier
        begin = self.size
        self._append(leaves.head)
        self._roots += [leaves.tiles[at : at + HASH_BYTES] for at in range(0, len(leaves.tiles), HASH_BYTES)]
        self._append(leaves.tail)
        self.size += leaves.end - leaves.begin
        found = []
        taken = before
        for size, cut in leaves.cuts:
            upto = size // FULL_WIDTH
            frontier = frontier.extend(self._roots[taken:upto])
            taken = upto
            rest = pending + cut if upto * FULL_WIDTH < begin else cut
            found.append((size, _root(frontier, rest)))
        self._frontier = frontier.extend(self._roots[taken:])
        return found

    def pass_over(self, index: int) -> None:
        """Go on at a later index, as if what is missing before it were there."""
        missing = index - self.size
        if 0 < missing <= _MAX_PASSED:
            self._append(leaf_of(UNREADABLE) * missing)
            self._frontier = self._frontier.extend(self._roots[self._frontier.size :])
            self.size = index

    def _append(self, leaves: bytes) -> None:
        pending = self._pending + leaves
        while len(pending) >= _FULL:
            self._roots.append(tile_root(pending[:_FULL]))
            pending = pending[_FULL:]
        self._pending = pending

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        return _root(self._frontier, self._pending)

    def upper_tiles(self, size: int) -> Iterator[tuple[Tile, bytes]]:
        """The tiles above level 0 that the log of `size` leaves has, with what they must hold."""
        rows = [b"".join(self._roots[: size // FULL_WIDTH])]
        for tile in changed_tiles(0, size):
            if tile.level == 0:
                continue
            while len(rows) < tile.level:
                below = rows[-1]
                rows.append(
                    b"".join([tile_root(below[at : at + _FULL]) for at in range(0, len(below) // _FULL * _FULL, _FULL)])
                )
            start = tile.index * _FULL
            yield tile, rows[tile.level - 1][start : start + tile.width * HASH_BYTES]


def _root(frontier: CompactRange, leaves: bytes) -> bytes:
    """The root of a tree whose full tiles are in the frontier and whose last, partial tile holds `leaves`."""
    edge = CompactRange().extend(leaves[at : at + HASH_BYTES] for at in range(0, len(leaves), HASH_BYTES))
    nodes = [*frontier.nodes, *edge.nodes]
    if not nodes:
        return EMPTY_ROOT
    root = nodes.pop()
    while nodes:
        root = node_hash(nodes.pop(), root)
    return root
