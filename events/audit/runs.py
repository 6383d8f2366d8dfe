"""Runs: links of one pair's chain that follow one another without a fault, as a stretch of the log has them.

A run is as good as its first and last link, so a chain of a million links that is in order is checked by joining a few
runs (`events.audit.pair_chains`). A new run begins with a link that does not follow the last one of its pair.
"""

from __future__ import annotations

from typing import Any

Run = list[Any]
"""A run; its members are named below. Times and digests are texts as they travelled."""

SENDER, RECIPIENT, FIRST, PREVIOUS, SINCE, INDEX, EVENT, LAST, DIGEST, UNTIL, LAST_EVENT = range(11)


class Runs:
    """The runs of a stretch, in the order in which they begin."""

    def __init__(self) -> None:
        self.all: list[Run] = []
        self._open: dict[tuple[str, str], Run] = {}

    def add(
        self,
        sender: str,
        links: tuple[tuple[str, int, str], ...],
        digest: str,
        time: str,
        index: int,
        event_id: str,
    ) -> None:
        """Take in a document's links."""
        for agency, count, previous in links:
            run = self._open.get((sender, agency))
            if run is not None and count == run[LAST] + 1 and previous == run[DIGEST] and time >= run[UNTIL]:
                run[LAST:] = count, digest, time, event_id
            else:
                run = [sender, agency, count, previous, time, index, event_id, count, digest, time, event_id]
                self._open[sender, agency] = run
                self.all.append(run)
