"""Whether one checkpoint of the log follows another, judged by the log's own tiles.

What tiles hold is not believed: it counts only as far as it hashes to the root that the log signed.

1. the tiles hash to the newer checkpoint's root: otherwise they are not that tree's, and prove nothing (`TilesWrong`)
2. their first leaves hash to the older checkpoint's root: otherwise the log signed two histories (`LogForked`)
"""

from __future__ import annotations

from collections.abc import Callable

from events.errors import InvalidValue, Malformed, PhoihopError, ProofInvalid
from events.transparency.checkpoint import Checkpoint
from events.transparency.merkle import HASH_BYTES, ReadNode, consistency_proof, subtree_root, verify_consistency
from events.transparency.tile_path import FULL_WIDTH, Tile, tile_at
from events.transparency.tiles import ReadTile, node_reader

_TILE_HEIGHT = 8


class LogForked(PhoihopError):
    """Two checkpoints that the log signed contradict each other: neither tree begins with the other."""


class TilesWrong(PhoihopError):
    """The log's tiles do not hash to the checkpoint that it signed: they were altered, or are another tree's."""


def tiles_read(size: int, use: Callable[[ReadNode], object]) -> frozenset[Tile]:
    """The tiles of the tree of `size` leaves that `use` reads nodes of, whatever they hold."""
    wanted: set[Tile] = set()

    def note(level: int, index: int) -> bytes:
        per_tile = FULL_WIDTH >> level % _TILE_HEIGHT
        wanted.add(tile_at(size, level // _TILE_HEIGHT, index // per_tile))
        return bytes(HASH_BYTES)

    use(note)
    return frozenset(wanted)


def tiles_to_judge(old: Checkpoint, new: Checkpoint) -> frozenset[Tile]:
    """The tiles that `judge_growth` reads: a few for each level of the tree, none for trees of one size."""
    if old.size == new.size:
        return frozenset()

    def use(read_node: ReadNode) -> None:
        subtree_root(0, old.size or new.size, read_node)
        if old.size:
            consistency_proof(old.size, new.size, read_node)

    return tiles_read(new.size, use)


def judge_growth(old: Checkpoint, new: Checkpoint, read_tile: ReadTile) -> None:
    """Check that the tree of `new` begins with that of `old`, which is not larger; `read_tile` reads the new tree's.

    Raises `LogForked`, `TilesWrong`; `InvalidValue` for two logs, or if `old` is larger.
    """
    if old.origin != new.origin or old.size > new.size:
        raise InvalidValue(f"{new.origin} at {new.size} cannot have grown from {old.origin} at {old.size}")
    if old.size == new.size:
        if old.root != new.root:
            raise LogForked(f"the log signed two different trees of {new.size} entries")
        return
    read_node = node_reader(new.size, read_tile)
    try:
        beginning = subtree_root(0, old.size, read_node)
        if old.size == 0:
            _check_root(new, subtree_root(0, new.size, read_node))
        else:
            proof = consistency_proof(old.size, new.size, read_node)
            verify_consistency(old.size, beginning, new.size, new.root, proof)
    except (ProofInvalid, Malformed) as error:
        raise TilesWrong(f"the log's tiles do not hash to its checkpoint of {new.size} entries: {error}") from error
    if beginning != old.root:
        raise LogForked(
            f"the log's tree of {new.size} entries does not begin with its own tree of {old.size} entries: "
            "it signed two histories"
        )


def _check_root(new: Checkpoint, root: bytes) -> None:
    if root != new.root:
        raise ProofInvalid("root", "another root than the one that is signed")
