"""Tiles: what they hold by the specification's formula, how they grow, and the proofs that come out of them."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.errors import InvalidValue, Malformed, ProofInvalid
from events.transparency.compact_range import CompactRange
from events.transparency.entry_bundle import format_bundle, parse_bundle
from events.transparency.merkle import inclusion_proof, root_of, verify_consistency, verify_inclusion
from events.transparency.tile_path import (
    Bundle,
    Tile,
    bundles_of,
    changed_bundles,
    changed_tiles,
    parse_path,
    tile_at,
    tiles_of,
)
from events.transparency.tiles import (
    consistency_proof_from_tiles,
    grow,
    inclusion_proof_from_tiles,
    node_reader,
    root_from_tiles,
    tile_root,
)
from tests.unit.transparency.naive_tree import NaiveTree, leaves

MANY = 66_000
"""Enough for three levels of tiles."""


class Shelf:
    """Tiles as a log's folder keeps them: by path, never overwritten with anything else."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.size = 0
        self.root = b""

    def read(self, level: int, index: int, width: int) -> bytes:
        return self.files[Tile(level, index, width).path]

    def append(self, leaf_hashes: list[bytes]) -> None:
        grown = grow(self.size, leaf_hashes, self.read)
        assert [tile for tile, _ in grown.tiles] == list(changed_tiles(self.size, grown.size))
        for tile, data in grown.tiles:
            assert self.files.setdefault(tile.path, data) == data
        self.size, self.root = grown.size, grown.root


@cache
def all_leaves() -> list[bytes]:
    return leaves(MANY)


@cache
def big_shelf() -> Shelf:
    shelf = Shelf()
    for start in range(0, MANY, 9_001):
        shelf.append(all_leaves()[start : start + 9_001])
    return shelf


def test_tiles_hold_what_the_specification_says() -> None:
    shelf, rows = big_shelf(), [all_leaves()]
    while len(rows[-1]) >= 256:
        rows.append([root_of(rows[-1][at : at + 256]) for at in range(0, len(rows[-1]) // 256 * 256, 256)])
    for tile in tiles_of(MANY):
        expected = rows[tile.level][tile.index * 256 : tile.index * 256 + tile.width]
        assert shelf.files[tile.path] == b"".join(expected)
    assert shelf.root == root_of(all_leaves()) == CompactRange().extend(all_leaves()).root
    assert {tile.level for tile in tiles_of(MANY)} == {0, 1, 2}


@settings(max_examples=25, deadline=None)
@given(st.integers(1, MANY - 1), st.integers(0, 2**16))
@example(65_536, 65_535)
@example(65_537, 65_536)
@example(256, 0)
def test_tiles_give_the_same_proofs_as_the_whole_tree(old_size: int, index: int) -> None:
    whole, size = all_leaves(), MANY
    old_root = root_of(whole[:old_size])
    shelf = Shelf()
    shelf.append(whole[:old_size])
    shelf.append(whole[old_size:])
    assert shelf.root == big_shelf().root
    verify_consistency(old_size, old_root, size, shelf.root, consistency_proof_from_tiles(old_size, size, shelf.read))
    index %= old_size
    # The partial tiles of the older size are still there: its proofs can still be made.
    old_proof = inclusion_proof_from_tiles(index, old_size, shelf.read)
    verify_inclusion(whole[index], index, old_size, old_proof, old_root)
    verify_inclusion(whole[index], index, size, inclusion_proof_from_tiles(index, size, shelf.read), shelf.root)


def test_small_logs_grown_entry_by_entry_give_the_naive_trees_proofs() -> None:
    tree, shelf = NaiveTree(300), Shelf()
    for size in range(1, 301):
        shelf.append([tree.leaves[size - 1]])
        assert shelf.root == tree.mth(0, size) == root_from_tiles(size, shelf.read)
        read_node = node_reader(size, shelf.read)
        for index in range(0, size, 7):
            assert list(inclusion_proof(index, size, read_node)) == tree.path(index, 0, size)
        assert list(consistency_proof_from_tiles((size + 1) // 2, size, shelf.read)) == tree.proof(
            (size + 1) // 2, 0, size
        )


@given(st.lists(st.integers(0, 300), max_size=6))
def test_growth_in_any_batches_writes_the_same_tiles(batches: list[int]) -> None:
    shelf, at = Shelf(), 0
    for batch in batches:
        shelf.append(all_leaves()[at : at + batch])
        at += batch
    at_once = Shelf()
    at_once.append(all_leaves()[:at])
    assert shelf.root == at_once.root or at == 0
    assert at_once.files.items() <= shelf.files.items()
    for path, data in shelf.files.items():
        tile = parse_path(path)
        assert isinstance(tile, Tile)
        assert len(data) == tile.width * 32
        assert tile_at(at, tile.level, tile.index).width >= tile.width


@given(st.integers(0, 999), st.integers(0, 8191), st.integers(0, 7), st.sampled_from(["tile/0/000", "tile/1/000.p/3"]))
def test_one_flipped_bit_of_a_tile_spoils_the_proofs_that_read_it(index: int, at: int, bit: int, path: str) -> None:
    shelf = Shelf()
    shelf.append(all_leaves()[:1_000])
    data = bytearray(shelf.files[path])
    at %= len(data)
    data[at] ^= 1 << bit
    flipped = dict(shelf.files) | {path: bytes(data)}

    def read(level: int, index: int, width: int) -> bytes:
        return flipped[Tile(level, index, width).path]

    assert root_from_tiles(1_000, read) != shelf.root or path == "tile/0/000"
    proof = inclusion_proof_from_tiles(index, 1_000, read)
    if proof == inclusion_proof_from_tiles(index, 1_000, shelf.read):
        return
    with pytest.raises(ProofInvalid):
        verify_inclusion(all_leaves()[index], index, 1_000, proof, shelf.root)


def test_a_tile_of_another_length_is_refused() -> None:
    shelf = Shelf()
    shelf.append(all_leaves()[:300])

    def short(level: int, index: int, width: int) -> bytes:
        return shelf.read(level, index, width)[:-1]

    for act in (
        lambda: root_from_tiles(300, short),
        lambda: grow(300, [bytes(32)], short),
        lambda: tile_root(bytes(8160)),
        lambda: grow(0, [bytes(31), bytes(33)], shelf.read),
    ):
        with pytest.raises(Malformed) as caught:
            act()
        assert caught.value.reason == "tile"


@pytest.mark.parametrize(("level", "index"), [(0, 300), (9, 0), (8, 1), (-1, 0), (0, -1), (2, 75), (64, 0)])
def test_a_node_that_the_tree_does_not_have_is_not_read(level: int, index: int) -> None:
    read_node = node_reader(300, big_shelf().read)
    with pytest.raises(InvalidValue, match="has no node"):
        read_node(level, index)


@pytest.mark.parametrize(("level", "index"), [(0, 2), (0, -1), (1, 1), (2, 0)])
def test_a_tree_has_no_tile_outside(level: int, index: int) -> None:
    assert tile_at(300, 0, 1) == Tile(0, 1, 44)
    with pytest.raises(InvalidValue, match="has no tile"):
        tile_at(300, level, index)


def test_nothing_is_written_for_no_leaves() -> None:
    shelf = Shelf()
    shelf.append([])
    assert shelf.files == {}
    assert shelf.root == root_of([])
    shelf.append(all_leaves()[:256])
    before = dict(shelf.files)
    shelf.append([])
    assert shelf.files == before
    assert shelf.root == root_of(all_leaves()[:256])


@given(st.integers(0, 2**40), st.integers(0, 1000))
def test_changed_tiles_are_those_that_are_new_or_wider(old_size: int, more: int) -> None:
    changed = set(changed_tiles(old_size, old_size + more))
    for tile in changed:
        assert tile == tile_at(old_size + more, tile.level, tile.index)
        try:
            before = tile_at(old_size, tile.level, tile.index).width
        except InvalidValue:
            before = 0
        assert before < tile.width
    assert len(changed) <= more // 256 + 16
    assert bool(changed) == bool(more)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_all_tiles_and_bundles_of_a_tree_are_listed_once(old_size: int, size: int) -> None:
    listed = list(tiles_of(size))
    assert len(listed) == len(set(listed))
    assert sum(tile.width for tile in listed if tile.level == 0) == size
    assert sum(bundle.width for bundle in bundles_of(size)) == size
    assert [Bundle(tile.index, tile.width) for tile in listed if tile.level == 0] == list(bundles_of(size))
    assert set(changed_bundles(old_size, size)) == set(bundles_of(size)) - set(bundles_of(min(old_size, size)))


@given(st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_paths_are_read_back(level: int, index: int, width: int) -> None:
    assert parse_path(Tile(level, index, width).path) == Tile(level, index, width)
    assert parse_path(Bundle(index, width).path) == Bundle(index, width)


@given(st.integers(0, 63), st.integers(0, 10**9), st.integers(1, 256), st.data())
def test_an_altered_path_is_refused_or_another_tile(level: int, index: int, width: int, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([Tile(level, index, width).path, Bundle(index, width).path]))
    at = data.draw(st.integers(0, len(path)))
    cut = data.draw(st.integers(0, 2))
    altered = path[:at] + data.draw(st.text("0123456789x/.ptilens-٣ \n", max_size=2)) + path[at + cut :]
    try:
        found = parse_path(altered)
    except InvalidValue:
        return
    assert found.path == altered


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_bundles_are_read_back(entries: list[bytes]) -> None:
    data = format_bundle(entries)
    assert parse_bundle(data) == parse_bundle(data, len(entries)) == tuple(entries)
    with pytest.raises(Malformed):
        parse_bundle(data, len(entries) + 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_a_bundle(data: bytes) -> None:
    try:
        entries = parse_bundle(data)
    except Malformed:
        return
    assert format_bundle(entries) == data


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x00\x01", b"\xff", b"\x00\x02a", b"\x00\x01ab", b"\x00\x00" * 257], ids=repr
)
def test_a_bundle_that_breaks_off_or_runs_over_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        parse_bundle(data)
    assert caught.value.reason == "bundle"


def test_the_longest_entry_fits_and_a_longer_one_does_not() -> None:
    assert parse_bundle(format_bundle([bytes(65_535)])) == (bytes(65_535),)
    for entries in ([bytes(65_536)], [], [b""] * 257):
        with pytest.raises(Malformed):
            format_bundle(entries)
