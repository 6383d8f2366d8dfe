"""What the fold over the ledger keeps at hand between events; all of it stands in the views as well."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from events.instants import parse_instant
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("deliveries.sql")

WordKind = Literal["agency", "event_type", "clause"]

OPEN, ARRIVED, ADMITTED, REFUSED = range(4)
"""What is known of a delivery, as `delivery.outcome` has it."""

STRETCH_ENTRIES = 4096
"""Entries of the log that are tallied together, as the schema has it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def milliseconds(instant: str) -> int:
    """An instant of the wire as milliseconds since 1970."""
    return of_moment(parse_instant(instant))


def of_moment(moment: datetime) -> int:
    """A moment as milliseconds since 1970, cut to whole ones."""
    return (moment - _EPOCH) // _MILLISECOND


def of_span(span: timedelta) -> int:
    """A length of time in milliseconds."""
    return span // _MILLISECOND


@dataclass
class FoldState:
    """What a fold needs again and again.

    Codes of words; up to where pairs are receipted, in which receipt of when; the deliveries of the batch by sender,
    recipient, type, clause (-1 for none) and stretch, and its counts by pair; whether anything came too early.
    """

    words: dict[tuple[WordKind, str], int] = field(default_factory=dict)
    receipted: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)
    tally: Counter[tuple[int, int, int, int, int]] = field(default_factory=Counter)
    counts: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    early: bool = False
    early_words: bool = False

    @classmethod
    def load(cls, cursor: sqlite3.Cursor) -> FoldState:
        """The state in which the views stand."""
        words = {(row["kind"], row["text"]): row["code"] for row in cursor.execute(SQL["words"])}
        receipted = {(row[0], row[1]): (row[2], row[3], row[4]) for row in cursor.execute(SQL["receipted_pairs"])}
        early, early_words = cursor.execute(SQL["anything_early"]).fetchone()
        return cls(words, receipted, early=bool(early), early_words=bool(early_words))

    def code(self, cursor: sqlite3.Cursor, kind: WordKind, text: str) -> int:
        """The code of a word, given now if it is new."""
        known = self.words.get((kind, text))
        if known is not None:
            return known
        cursor.execute(SQL["insert_word"], (kind, text))
        code = cursor.lastrowid
        if code is None:
            raise AssertionError("a row that was inserted has an id")
        self.words[kind, text] = code
        return code

    def write_tally(self, cursor: sqlite3.Cursor) -> None:
        """Add what the batch has counted to the tallies."""
        rows = [(*kind, deliveries) for kind, deliveries in self.tally.items()]
        cursor.executemany(SQL["tally"], rows)
        self.tally.clear()
        for pair, counts in self.counts.items():
            _count(cursor, pair, counts)
        self.counts.clear()


def _count(cursor: sqlite3.Cursor, pair: tuple[int, int], counts: list[int]) -> None:
    """Note the counts of a pair as they stand in the log. Their sender chooses them: nothing is reckoned with them."""
    row = cursor.execute(SQL["counted_of"], pair).fetchone()
    here, largest, upto, odd = row if row is not None else (0, 0, 0, 0)
    for count in counts:
        if count != upto + 1:
            cursor.execute(SQL["note_odd"], (*pair, count))
            odd += 1
            continue
        upto = count
        while odd and (left := cursor.execute(SQL["take_odd"], (*pair, upto + 1)).fetchone()) is not None:
            upto += 1
            odd -= 1
            if not left[0]:
                cursor.execute(SQL["drop_odd"], (*pair, upto))
    cursor.execute(SQL["counted"], (*pair, here + len(counts), max(largest, *counts), upto, odd))
