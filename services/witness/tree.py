"""The log's tree as far as it is needed: tiles are fetched, and judged by the checkpoints that the log signed."""

from __future__ import annotations

from events.audit.growth import TilesWrong, judge_growth, tiles_to_judge
from events.transparency.checkpoint import Checkpoint
from services.witness.means import Means
from services.witness.tile_fetch import LogTiles, TilesUnavailable


def tiles_of(means: Means) -> LogTiles:
    """Where the log's tiles are fetched; raises `TilesUnavailable` where no address is set."""
    if means.tiles is None:
        raise TilesUnavailable("this agency has no address of the log")
    return means.tiles


async def judge(means: Means, old: Checkpoint, new: Checkpoint) -> None:
    """Check that the tree of `new` begins with that of `old`, which is not larger.

    Raises `LogForked`, `TilesUnavailable`, or `TilesWrong`; what was kept of wrong tiles is dropped.
    """
    wanted = tiles_to_judge(old, new)
    if not wanted:
        judge_growth(old, new, _no_tile)
        return
    tiles = tiles_of(means)
    try:
        judge_growth(old, new, await tiles.reader(wanted))
    except TilesWrong:
        tiles.forget()
        raise


def _no_tile(level: int, index: int, width: int) -> bytes:
    raise TilesUnavailable(f"no tile is needed here, least of all {level}/{index} of {width}")
