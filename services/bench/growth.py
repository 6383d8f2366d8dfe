"""Whether an event costs more when there are many cases, or when its case is long.

Measured without a broker, in processor time: sign and store, admit and store, fold on both sides, receipt back. The
stores of both sizes stand side by side and are measured in turn, so that a machine that slows down slows both.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from events.draft import Draft
from services.agency.context import new_id
from services.agency.garbage import collect_rarely
from services.bench.load import BATCH, PASSPHRASE, RECIPIENT, SENDER, make_network, shared_document
from services.bench.pair import Carrier, House, open_house

_ROUNDS = 9
_ROUND_EVENTS = 200


class _Stock:
    """Two houses that have exchanged a number of events, in as many cases or all in one."""

    def __init__(self, folder: Path, content_bytes: int, *, one_case: bool) -> None:
        make_network(folder)
        self._sender, self._recipient = (open_house(folder, agency, PASSPHRASE) for agency in (SENDER, RECIPIENT))
        self._carrier = Carrier([self._sender, self._recipient])
        self._content_bytes = content_bytes
        self._case = new_id() if one_case else None

    def exchange(self, number: int) -> None:
        """Send events and bring the receipts back."""
        self._carrier.carry(self._sender.issue_all(self._drafts(number)))

    def cost_us(self, number: int) -> float:
        """Microseconds of processor time for each of `number` events."""
        begun = time.process_time()
        self.exchange(number)
        return (time.process_time() - begun) / number * 1e6

    def close(self) -> None:
        """Close both houses."""
        houses: tuple[House, House] = (self._sender, self._recipient)
        for house in houses:
            house.close()

    def _drafts(self, number: int) -> Iterator[Draft]:
        return (shared_document(self._content_bytes, self._case or new_id()) for _ in range(number))


def measure_growth(
    *, sizes: tuple[int, ...] = (1_000, 100_000), content_bytes: int = 1024, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Median microseconds of processor time an event, by number of cases and by length of one case."""
    collect_rarely()
    return {
        "events_each": _ROUNDS * _ROUND_EVENTS,
        "by_cases_us": _compare(sizes, content_bytes, progress, one_case=False),
        "by_case_length_us": _compare(sizes, content_bytes, progress, one_case=True),
    }


def _compare(
    sizes: tuple[int, ...], content_bytes: int, progress: Callable[[str, int, int], None], *, one_case: bool
) -> dict[str, float]:
    with ExitStack() as stack:
        stocks: dict[int, _Stock] = {}
        for size in sizes:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="phoihop-growth-")))
            stocks[size] = _Stock(folder, content_bytes, one_case=one_case)
            stack.callback(stocks[size].close)
            for done in range(0, size, BATCH):
                stocks[size].exchange(min(BATCH, size - done))
                progress("events in one case" if one_case else "cases", min(done + BATCH, size), size)
        costs: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(_ROUNDS):
            for size, stock in stocks.items():
                costs[size].append(stock.cost_us(_ROUND_EVENTS))
    return {str(size): round(statistics.median(found), 1) for size, found in costs.items()}
