"""Tile paths and the tiles of a tree, against the specification's examples and others' tests."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import InvalidValue
from events.transparency.tile_path import Bundle, Tile, bundles_of, parse_path, tiles_of
from tests.contract.transparency.published import load

VECTORS = load("tile_paths")


@pytest.mark.parametrize("case", VECTORS["tiles"], ids=lambda case: str(case["path"]))
def test_tile_paths_both_ways(case: dict[str, Any]) -> None:
    tile = Tile(case["level"], case["index"], case["width"])
    assert tile.path == case["path"]
    assert parse_path(case["path"]) == tile


@pytest.mark.parametrize("case", VECTORS["bundles"], ids=lambda case: str(case["path"]))
def test_bundle_paths_both_ways(case: dict[str, Any]) -> None:
    bundle = Bundle(case["index"], case["width"])
    assert bundle.path == case["path"]
    assert parse_path(case["path"]) == bundle


@pytest.mark.parametrize("path", VECTORS["refused"])
def test_another_spelling_is_no_path(path: str) -> None:
    with pytest.raises(InvalidValue):
        parse_path(path)


@pytest.mark.parametrize(
    "tile", [Tile(64, 0), Tile(-1, 0), Tile(0, -1), Tile(0, 0, 0), Tile(0, 0, 257), Tile(0, 10**21)]
)
def test_a_tile_that_cannot_be_has_no_path(tile: Tile) -> None:
    with pytest.raises(InvalidValue):
        _ = tile.path


def test_the_specifications_tree_of_70000() -> None:
    expected = VECTORS["tree_of_70000"]
    tiles = list(tiles_of(70_000))
    for level in range(3):
        at_level = [tile for tile in tiles if tile.level == level]
        assert sum(tile.width == 256 for tile in at_level) == expected["full"][str(level)]
        assert [tile.width for tile in at_level if tile.width < 256] == [expected["partial"][str(level)]]
        assert [tile.index for tile in at_level] == list(range(len(at_level)))
    assert {tile.level for tile in tiles} == {0, 1, 2}
    assert [bundle.width for bundle in bundles_of(70_000)] == [256] * 273 + [112]


def test_the_specifications_tree_of_256() -> None:
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert list(bundles_of(0)) == []
