"""By when an entry was in the log at the latest: the first checkpoint over it that witnesses have cosigned."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from events.canonical import JSON

_WITNESSED = "SELECT size, witnessed_at FROM witnessed WHERE size > ? ORDER BY size LIMIT 1"
_STAMPED = "SELECT size, MIN(stamped_at) FROM timestamps WHERE size > ? GROUP BY size ORDER BY size LIMIT 1"


class Covered(NamedTuple):
    """What covers an entry: the first witnessed checkpoint's size, its earliest time, and a time-stamp's; or None."""

    size: int | None = None
    witnessed_at: str | None = None
    stamped_at: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """All of it as JSON."""
        return {"checkpoint_size": self.size, "witnessed_at": self.witnessed_at, "stamped_at": self.stamped_at}


class Coverage:
    """The checkpoints of a ledger. Entries that are asked for in the order of the log cost a look-up a checkpoint."""

    def __init__(self, ledger: sqlite3.Connection) -> None:
        self._ledger = ledger
        self._last: tuple[int, int | None, Covered] | None = None

    def of(self, log_index: int) -> Covered:
        """What covers the entry at an index."""
        if self._last is not None:
            first, behind, covered = self._last
            if first <= log_index and (behind is None or log_index < behind):
                return covered
        witnessed = self._ledger.execute(_WITNESSED, (log_index,)).fetchone()
        stamped = self._ledger.execute(_STAMPED, (log_index,)).fetchone()
        size, witnessed_at = witnessed or (None, None)
        covered = Covered(size, witnessed_at, stamped[1] if stamped else None)
        ends = [row[0] for row in (witnessed, stamped) if row]
        self._last = (log_index, min(ends, default=None), covered)
        return covered
