"""Whether an event costs more when there are many cases, or when its case is long.

Measured without a broker, in processor time: sign and store, admit and store, fold on both sides, receipt back.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from events.draft import Draft
from services.agency.context import new_id
from services.bench.load import BATCH, PASSPHRASE, RECIPIENT, SENDER, make_network, shared_document
from services.bench.pair import Carrier, House, open_house

_MEASURED_EVENTS = 4 * BATCH


def measure_growth(
    *, sizes: tuple[int, ...] = (1_000, 100_000), content_bytes: int = 1024, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Microseconds of processor time an event, by number of cases and by length of one case."""
    return {
        "by_cases_us": {str(size): _at_size(size, content_bytes, progress, one_case=False) for size in sizes},
        "by_case_length_us": {str(size): _at_size(size, content_bytes, progress, one_case=True) for size in sizes},
    }


def _at_size(size: int, content_bytes: int, progress: Callable[[str, int, int], None], *, one_case: bool) -> float:
    with tempfile.TemporaryDirectory(prefix="phoihop-growth-") as place:
        make_network(Path(place))
        houses = [open_house(Path(place), agency, PASSPHRASE) for agency in (SENDER, RECIPIENT)]
        try:
            carrier = Carrier(houses)
            case = new_id() if one_case else None
            what = f"growth, {'one case of' if one_case else 'cases:'} {size}"
            for done in range(0, size, BATCH):
                _exchange(houses[0], carrier, _drafts(content_bytes, case, min(BATCH, size - done)))
                progress(what, done, size)
            begun = time.process_time()
            for _ in range(0, _MEASURED_EVENTS, BATCH):
                _exchange(houses[0], carrier, _drafts(content_bytes, case, BATCH))
            return round((time.process_time() - begun) / _MEASURED_EVENTS * 1e6, 1)
        finally:
            for house in houses:
                house.close()


def _drafts(content_bytes: int, case: str | None, number: int) -> Iterator[Draft]:
    return (shared_document(content_bytes, case or new_id()) for _ in range(number))


def _exchange(sender: House, carrier: Carrier, drafts: Iterator[Draft]) -> int:
    return carrier.carry(sender.issue_all(drafts))
