"""The newest deliveries of a filter, walked stretch by stretch, held against looking at all of them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from projections import deliveries_pages
from projections.deliveries_pages import walk
from projections.deliveries_state import STRETCH_ENTRIES
from projections.deliveries_store import DeliveryStore

ROWS = 5 * STRETCH_ENTRIES
OFF: dict[str, Any] = dict.fromkeys(
    ("sender", "recipient", "event_type", "clause", "signed_from", "signed_until", "admitted_from", "admitted_until",
     "before")
)  # fmt: skip
TALLY = """
INSERT INTO tally SELECT sender, recipient, event_type, COALESCE(clause, -1), log_index / 4096, COUNT(*)
FROM delivery GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class Row:
    log_index: int
    sender: int
    recipient: int
    event_type: int
    clause: int | None
    signed: int
    outcome: int
    admitted: int | None


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Documents in the order of the log, signed in nearly that order; one pair tells something once, long ago."""
    chance = random.Random(20261122)  # noqa: S311 - no secret
    made = []
    for index in range(0, ROWS, 3):
        signed = 1_000 * index + chance.randrange(-2_000_000, 2_000_000)
        admitted = signed + chance.randrange(50_000_000) if chance.random() < 0.9 else None
        outcome = 0 if admitted is None else 3 if chance.random() < 0.1 else 2
        sender = chance.randrange(1, 4)
        made.append(
            Row(index, sender, 4, chance.randrange(5, 7), chance.choice((None, 8, 9)), signed, outcome, admitted)
        )
    made[2_000] = Row(6_000, 10, 11, 5, 8, 6_000_000, 0, None)
    return made


@pytest.fixture(scope="module")
def cursor(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Cursor]:
    store = DeliveryStore(tmp_path_factory.mktemp("newest") / "v.sqlite")
    with store.writing() as writing:
        writing.executemany(
            "INSERT INTO delivery (log_index, place, sender, recipient, event_type, clause, signed, pair_count) "
            "VALUES (?, 0, ?, ?, ?, ?, ?, 1)",
            [(r.log_index, r.sender, r.recipient, r.event_type, r.clause, r.signed) for r in rows],
        )
        writing.executemany(
            "UPDATE delivery SET outcome = ?, admitted = ? WHERE log_index = ?",
            [(r.outcome, r.admitted, r.log_index) for r in rows if r.outcome],
        )
        writing.execute(TALLY)
    with store.reading() as found:
        yield found
    store.close()


def fits(row: Row, values: dict[str, Any]) -> bool:
    for name in ("sender", "recipient", "event_type", "clause"):
        if values[name] is not None and getattr(row, name) != values[name]:
            return False
    if values["before"] is not None and row.log_index >= values["before"]:
        return False
    for first, last, moment in (
        (values["signed_from"], values["signed_until"], row.signed),
        (values["admitted_from"], values["admitted_until"], row.admitted if row.outcome == 2 else None),
    ):
        if (first, last) == (None, None):
            continue
        if moment is None or (first is not None and moment < first) or (last is not None and moment >= last):
            return False
    return True


END = 1_000 * ROWS
ASKED: list[dict[str, Any]] = [
    {},
    {"before": 4_097},
    {"sender": 2, "clause": 9},
    {"sender": 10, "recipient": 11},
    {"sender": 11},
    {"signed_from": END // 3, "signed_until": 2 * END // 3},
    {"signed_from": END // 2, "signed_until": END // 2 + 60_000},
    {"signed_until": END // 2, "sender": 1},
    {"signed_until": END // 2, "before": 9_000},
    {"signed_from": 2 * END},
    {"admitted_from": END // 2, "admitted_until": END // 2 + 1_000_000},
    {"admitted_until": END // 2, "event_type": 6},
    {"signed_from": 0, "sender": 10},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("limit", [1, 51, 5_000])
def test_the_walk_finds_what_looking_at_everything_finds(
    cursor: sqlite3.Cursor, rows: list[Row], asked: dict[str, Any], limit: int
) -> None:
    values = OFF | asked
    expected = sorted((row.log_index for row in rows if fits(row, values)), reverse=True)
    whole = "admitted_from" not in asked and "admitted_until" not in asked
    found, total = walk(cursor, values, limit, counting=True, whole=whole)
    assert found == expected[:limit]
    assert total == len(expected)
    assert walk(cursor, values, limit, counting=False, whole=whole) == (found, None)


def test_more_than_are_counted_is_no_number(cursor: sqlite3.Cursor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries_pages, "COUNTED_UPTO", 2_000)
    found, total = walk(cursor, OFF | {"signed_from": 0}, 10, counting=True, whole=True)
    assert (len(found), total) == (10, None)
