"""Where tiles and entry bundles lie (https://c2sp.org/tlog-tiles), and which of them a tree has.

A tile holds up to 256 hashes of a level: at level 0 leaf hashes, above it the roots of full tiles one level below. A
bundle holds the entries of a level 0 tile. Paths, relative to the log's prefix:

    tile/0/x001/x234/067        level 0, tile 1234067, full
    tile/1/000.p/17             level 1, tile 0, its first 17 hashes
    tile/entries/x001/x234/067  the entries of the first

`parse_path` accepts only what `path` writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from events.errors import InvalidValue

FULL_WIDTH = 256
MAX_LEVEL = 63
_LEVEL_BITS = 8

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile `index` of a level, with its first `width` hashes; full at 256."""

    level: int
    index: int
    width: int = FULL_WIDTH

    @property
    def path(self) -> str:
        """The path below the log's prefix; raises `InvalidValue` for a tile that cannot be."""
        if not 0 <= self.level <= MAX_LEVEL:
            raise InvalidValue(f"a tile's level is 0 to {MAX_LEVEL}, not {self.level}")
        return f"tile/{self.level}/{_index_and_width(self.index, self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The first `width` entries of entry bundle `index`; full at 256."""

    index: int
    width: int = FULL_WIDTH

    @property
    def path(self) -> str:
        """The path below the log's prefix; raises `InvalidValue` for a bundle that cannot be."""
        return f"tile/entries/{_index_and_width(self.index, self.width)}"


def _index_and_width(index: int, width: int) -> str:
    if not 0 <= index < 10**21:
        raise InvalidValue(f"{index} is no index of a tile")
    if not 1 <= width <= FULL_WIDTH:
        raise InvalidValue(f"a tile is 1 to {FULL_WIDTH} wide, not {width}")
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "".join(f"x{part}/" for part in parts[:-1]) + parts[-1]
    return path if width == FULL_WIDTH else f"{path}.p/{width}"


def parse_path(path: str) -> Tile | Bundle:
    """The tile or bundle of a path; raises `InvalidValue` unless `path` would write exactly this text."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise InvalidValue(f"{path[:120]!r} is not the path of a tile: tile/<level>/<index>[.p/<width>]")
    level, number, partial = match.groups()
    index = int(number.replace("/", "").replace("x", ""))
    width = int(partial) if partial else FULL_WIDTH
    found = Bundle(index, width) if level == "entries" else Tile(int(level), index, width)
    # Leading zeros and a width of 256 written out are other spellings of a path that has one already.
    if found.path != path:
        raise InvalidValue(f"{path[:120]!r} is another spelling of the path {found.path!r}")
    return found


def level_width(size: int, level: int) -> int:
    """How many hashes the tiles of a level hold together in a tree of `size` leaves."""
    return size >> _LEVEL_BITS * level


def tile_at(size: int, level: int, index: int) -> Tile:
    """Tile `index` of a level as wide as it is in the tree of `size` leaves; raises `InvalidValue` if it has none."""
    width = min(FULL_WIDTH, level_width(size, level) - index * FULL_WIDTH)
    if index < 0 or width < 1:
        raise InvalidValue(f"a tree of {size} leaves has no tile {index} at level {level}")
    return Tile(level, index, width)


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of `size` leaves, level by level from below."""
    return changed_tiles(0, size)


def changed_tiles(old_size: int, size: int) -> Iterator[Tile]:
    """The tiles to write when a tree grows from `old_size` to `size` leaves, level by level from below."""
    level = 0
    while (new := level_width(size, level)) > (old := level_width(old_size, level)):
        for index in range(old // FULL_WIDTH, -(-new // FULL_WIDTH)):
            yield tile_at(size, level, index)
        level += 1


def bundles_of(size: int) -> Iterator[Bundle]:
    """All entry bundles of a tree of `size` leaves."""
    return changed_bundles(0, size)


def changed_bundles(old_size: int, size: int) -> Iterator[Bundle]:
    """The entry bundles to write when a tree grows from `old_size` to `size` leaves."""
    if size > old_size:
        for index in range(old_size // FULL_WIDTH, -(-size // FULL_WIDTH)):
            yield Bundle(index, min(FULL_WIDTH, size - index * FULL_WIDTH))
