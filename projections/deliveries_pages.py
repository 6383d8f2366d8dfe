"""What the auditor's pages ask of the views: deliveries newest first, who tells whom how much, missing counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projections.deliveries_told import QUESTIONS, Told, ToldFilter, code, count_told, filter_values, told_at
from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

_PAGES = named_sql("deliveries_pages.sql")

COUNTED_UPTO = 10_000
"""More deliveries than these are not counted where a period narrows them."""

SHOWN_OF_PAIR = 50
"""Missing ranges and doubled counts that are told of one pair."""


@dataclass(frozen=True)
class Page:
    """A page of deliveries, newest first. `total` of them there are; None: more than `COUNTED_UPTO`, or not counted."""

    rows: tuple[Told, ...]
    total: int | None
    more: bool


@dataclass(frozen=True)
class Traffic(Row):
    """What one agency told another: deliveries, and of them those refused and those that no receipt covers."""

    sender: str
    recipient: str
    deliveries: int
    refused: int
    unreceipted: int


@dataclass(frozen=True)
class Irregular:
    """A pair whose counts are not 1, 2, … without gaps: ranges that are missing, and counts that stand twice."""

    sender: str
    recipient: str
    here: int
    largest: int
    missing: tuple[tuple[int, int], ...]
    doubled: tuple[int, ...]


def newest_told(cursor: sqlite3.Cursor, wanted: ToldFilter, *, before: int | None, limit: int) -> Page:
    """The deliveries wanted before a log index, newest first; they are counted on the first page alone."""
    values = filter_values(cursor, wanted) | {"before": before, "limit": limit + 1}
    within = wanted.case_id is None and (wanted.since is not None or wanted.until is not None)
    counted = None
    if wanted.case_id is not None:
        indexes = [row[0] for row in cursor.execute(QUESTIONS["newest_of_case"], values)]
    else:
        indexes, counted = walk(
            cursor, values, limit + 1, counting=within and before is None, whole=not wanted.by_admission
        )
    total = None if before is not None else counted if within else count_told(cursor, wanted)
    found = told_at(cursor, indexes[:limit])
    return Page(tuple(found[index] for index in indexes[:limit]), total, len(indexes) > limit)


def walk(
    cursor: sqlite3.Cursor, values: dict[str, Any], limit: int, *, counting: bool, whole: bool
) -> tuple[list[int], int | None]:
    """The newest `limit` of the deliveries wanted, stretch by stretch, and how many there are if that is asked.

    `whole`: a stretch that lies in the period as a whole need not be looked at to be counted.
    """
    indexes: list[int] = []
    total = 0
    for row in cursor.execute(QUESTIONS["stretches"], values).fetchall():
        wanting = len(indexes) < limit
        if not wanting and not (counting and total <= COUNTED_UPTO):
            break
        if wanting or not (whole and row["whole"]):
            found = cursor.execute(QUESTIONS["newest_of_stretch"], values | {"stretch": row["stretch"]}).fetchall()
            indexes += [one[0] for one in found[: limit - len(indexes)]]
            total += len(found)
        else:
            total += row["deliveries"]
    return indexes, total if counting and total <= COUNTED_UPTO else None


def traffic(cursor: sqlite3.Cursor) -> tuple[Traffic, ...]:
    """Who told whom how much, the largest first."""
    return Traffic.from_rows(cursor.execute(_PAGES["traffic"]).fetchall())


def irregular_pairs(cursor: sqlite3.Cursor) -> tuple[Irregular, ...]:
    """The pairs whose counts are not 1, 2, … each once; what is told of them is cut at `SHOWN_OF_PAIR`."""
    return tuple(_irregular(cursor, row) for row in cursor.execute(_PAGES["irregular"]).fetchall())


def _irregular(cursor: sqlite3.Cursor, row: sqlite3.Row) -> Irregular:
    sender, recipient = row["sender"], row["recipient"]
    values = {
        "sender": code(cursor, "agency", sender),
        "recipient": code(cursor, "agency", recipient),
        "limit": SHOWN_OF_PAIR,
    }
    missing = [(hole["first"], hole["last"]) for hole in cursor.execute(_PAGES["holes"], values)]
    doubled = [twice[0] for twice in cursor.execute(_PAGES["doubled"], values)]
    return Irregular(sender, recipient, row["here"], row["largest"], tuple(missing), tuple(doubled))


def documents_under(cursor: sqlite3.Cursor, sender: str, recipient: str, count: int, *, limit: int) -> list[int]:
    """The first indexes of the documents that stand under a count of a pair."""
    values = {
        "sender": code(cursor, "agency", sender),
        "recipient": code(cursor, "agency", recipient),
        "count": count,
        "limit": limit,
    }
    return [row[0] for row in cursor.execute(_PAGES["in_pair"], values)]
