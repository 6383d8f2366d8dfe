"""Whether entries stand in the tree where the log says: many at once, by the tiles under a verified checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from events.audit.growth import TilesWrong, tiles_read
from events.audit.stated_entry import HeldEvent, StatedPlace, leaves_of
from events.errors import Malformed, ProofInvalid
from events.transparency.checkpoint import Checkpoint
from events.transparency.merkle import ReadNode, inclusion_proof, verify_inclusion
from events.transparency.tile_path import FULL_WIDTH
from events.transparency.tiles import node_reader
from services.witness.tile_fetch import LogTiles


class Stated(NamedTuple):
    """An event, and where the log says that its entries stand: inside the tree."""

    digest: bytes
    held: HeldEvent
    stated: StatedPlace

    @property
    def indexes(self) -> range:
        """The indexes of its entries."""
        first = self.stated.first_index
        return range(first, first + len(self.held.recipients))


async def not_in_tree(tiles: LogTiles, events: Sequence[Stated], checkpoint: Checkpoint) -> list[bytes]:
    """The digests of the events whose entries are not those in the tree.

    Raises `TilesUnavailable`, or `TilesWrong` if the tiles are not the checkpoint's: then they are dropped.
    """
    size = checkpoint.size
    # One leaf of each tile: the nodes beside it are computed from the tile's others, so its proof vouches for them all.
    leaf_in = {index // FULL_WIDTH: index for each in events for index in (each.indexes[0], each.indexes[-1])}
    for each in events:
        if len(each.indexes) > FULL_WIDTH:
            leaf_in |= {index // FULL_WIDTH: index for index in each.indexes[::FULL_WIDTH]}

    def use(read_node: ReadNode) -> None:
        for index in leaf_in.values():
            read_node(0, index)
            inclusion_proof(index, size, read_node)

    read_node = node_reader(size, await tiles.reader(tiles_read(size, use)))
    try:
        for index in leaf_in.values():
            proof = inclusion_proof(index, size, read_node)
            verify_inclusion(read_node(0, index), index, size, proof, checkpoint.root)
    except (ProofInvalid, Malformed) as error:
        tiles.forget()
        raise TilesWrong(f"the log's tiles do not hash to its checkpoint of {size} entries: {error}") from error
    return [
        each.digest
        for each in events
        if leaves_of(each.held, each.stated) != [read_node(0, index) for index in each.indexes]
    ]
