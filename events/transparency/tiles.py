"""What tiles hold (https://c2sp.org/tlog-tiles): made when a log grows, and read for roots and proofs.

A tile's bytes are its hashes one after the other, 32 bytes each. Tiles are read through a passed-in function
`read_tile(level, index, width)`, which gives exactly `width` hashes; a reader that has only a wider tile cuts it. What
is read is not believed: a proof made of altered tiles does not verify.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from events.errors import InvalidValue, Malformed
from events.transparency import merkle
from events.transparency.merkle import HASH_BYTES, ReadNode
from events.transparency.tile_path import FULL_WIDTH, Tile, tile_at

FULL_BYTES = FULL_WIDTH * HASH_BYTES
_TILE_HEIGHT = 8
_CACHED_TILES = 256
"""Tiles whose inner nodes one reader keeps, about 10 MB."""

ReadTile = Callable[[int, int, int], bytes]
"""`read_tile(level, index, width)`: the tile's first `width` hashes, joined."""


def _check_tile(data: bytes, tile: Tile) -> bytes:
    if len(data) != tile.width * HASH_BYTES:
        raise Malformed("tile", f"{tile.path} has {len(data)} bytes, not {tile.width} hashes of {HASH_BYTES}")
    return data


def _rows(data: bytes) -> tuple[bytes, ...]:
    """A tile's hashes, and above them the nodes that they complete, row by row."""
    rows = [data]
    while len(data) >= 2 * HASH_BYTES:
        step = 2 * HASH_BYTES
        whole = len(data) - len(data) % step
        data = b"".join([sha256(b"\x01" + data[at : at + step]).digest() for at in range(0, whole, step)])
        rows.append(data)
    return tuple(rows)


def tile_root(data: bytes) -> bytes:
    """The one hash that a full tile is at the level above; raises `Malformed` (`tile`) for a tile that is not full."""
    if len(data) != FULL_BYTES:
        raise Malformed("tile", f"a tile of {len(data)} bytes is not full ({FULL_BYTES}) and has no hash above it")
    return _rows(data)[-1]


def node_reader(size: int, read_tile: ReadTile) -> ReadNode:
    """A function that reads the nodes of the tree of `size` leaves from its tiles; it keeps what it has read.

    It raises `InvalidValue` for a node that the tree does not have, `Malformed` (`tile`) for a tile of another length.
    """

    @lru_cache(maxsize=_CACHED_TILES)
    def rows(level: int, index: int) -> tuple[bytes, ...]:
        tile = tile_at(size, level, index)
        return _rows(_check_tile(read_tile(tile.level, tile.index, tile.width), tile))

    def read_node(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise InvalidValue(f"a tree of {size} leaves has no node {index} at level {level}")
        height = level % _TILE_HEIGHT
        per_tile = FULL_WIDTH >> height
        at = index % per_tile * HASH_BYTES
        return rows(level // _TILE_HEIGHT, index // per_tile)[height][at : at + HASH_BYTES]

    return read_node


def root_from_tiles(size: int, read_tile: ReadTile) -> bytes:
    """The root of the tree of `size` leaves, from the tiles of its right edge."""
    return merkle.subtree_root(0, size, node_reader(size, read_tile))


def inclusion_proof_from_tiles(index: int, size: int, read_tile: ReadTile) -> tuple[bytes, ...]:
    """The proof that leaf `index` is in the tree of `size` leaves; for many, keep one `node_reader`."""
    return merkle.inclusion_proof(index, size, node_reader(size, read_tile))


def consistency_proof_from_tiles(old_size: int, size: int, read_tile: ReadTile) -> tuple[bytes, ...]:
    """The proof that the tree of `size` leaves begins with the tree of `old_size` leaves."""
    return merkle.consistency_proof(old_size, size, node_reader(size, read_tile))


class Growth(NamedTuple):
    """A tree after it grew: its size and root, and the tiles to write, level by level from below."""

    size: int
    root: bytes
    tiles: tuple[tuple[Tile, bytes], ...]


def grow(old_size: int, leaf_hashes: Sequence[bytes], read_tile: ReadTile) -> Growth:
    """Append leaves to a tree of `old_size` leaves of which only the right edge's tiles are read.

    Nothing is altered: every tile of the result either is new or begins with what it held before. Raises `Malformed`
    (`tile`) if a tile that is read, or a leaf hash, has another length.
    """
    size = old_size + len(leaf_hashes)
    written: dict[tuple[int, int], tuple[Tile, bytes]] = {}
    if set(map(len, leaf_hashes)) - {HASH_BYTES}:
        raise Malformed("tile", f"leaf hashes have {HASH_BYTES} bytes each")
    level, hashes = 0, b"".join(leaf_hashes)
    while hashes:
        first, kept = divmod(old_size >> _TILE_HEIGHT * level, FULL_WIDTH)
        if kept:
            partial = Tile(level, first, kept)
            hashes = _check_tile(read_tile(level, first, kept), partial) + hashes
        above: list[bytes] = []
        for at in range(0, len(hashes), FULL_BYTES):
            data = hashes[at : at + FULL_BYTES]
            tile = Tile(level, first + at // FULL_BYTES, len(data) // HASH_BYTES)
            written[level, tile.index] = tile, data
            if tile.width == FULL_WIDTH:
                above.append(tile_root(data))
        level, hashes = level + 1, b"".join(above)

    def read_grown(level: int, index: int, width: int) -> bytes:
        grown = written.get((level, index))
        return grown[1] if grown else read_tile(level, index, width)

    return Growth(size, root_from_tiles(size, read_grown), tuple(written.values()))
