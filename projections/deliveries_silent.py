"""Silence: requests that nobody answered, and deliveries that no receipt covers, as they stood at a moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from events.directory import Directory
from events.instants import parse_instant
from projections.deliveries import reached
from projections.deliveries_asking import ASKING
from projections.deliveries_state import of_moment
from projections.deliveries_told import QUESTIONS, Told, code, told_at
from projections.obligations import RECEIPT_EXPECTED_WITHIN

if TYPE_CHECKING:
    import sqlite3

_THE_PRESENT = ""
_THEN = "_then"
"""The end of a statement's name for a moment behind which more has been said."""


class HeldUpBy(StrEnum):
    """Why a delivery may be parked at its recipient; which of it holds the auditor cannot see."""

    UNKNOWN_BEFORE = "unknown_before"
    """The document before it in the pair's chain is not in the log."""
    UNRECEIPTED_BEFORE = "unreceipted_before"
    """The document before it has no receipt either."""
    CAUSE_UNTOLD = "cause_untold"
    """The log shows nobody who told the recipient its cause."""


@dataclass(frozen=True)
class Unanswered:
    """A request that its recipient has not answered. `due` None: no time was set, and it is never overdue.

    `stated_at` is when the requester stated the silence itself (`ReplyOverdue`).
    """

    delivery: Told
    due: datetime | None
    stated_at: datetime | None

    def overdue_seconds(self, at: datetime) -> int | None:
        """How long it is overdue at a moment; None if it is not."""
        return int((at - self.due).total_seconds()) if self.due is not None and self.due < at else None


@dataclass(frozen=True)
class Unreceipted:
    """A delivery without a receipt, of those that should have one (15 minutes after signing, ours)."""

    delivery: Told
    held_up_by: HeldUpBy | None


@dataclass(frozen=True)
class UnansweredCount:
    """How many requests are unanswered, and how many of them overdue."""

    requests: int
    overdue: int


def count_unanswered(cursor: sqlite3.Cursor, directory: Directory, at: datetime) -> UnansweredCount:
    """How many requests stood unanswered at a moment.

    Roles and successors are those of `directory`: a type that asks a role alone asks nobody else, and what an heir
    answers, or is answered, settles what was open.
    """
    row = cursor.execute(QUESTIONS["count_unanswered" + _when(cursor, at)], _values(cursor, directory, at)).fetchone()
    return UnansweredCount(row["requests"], row["overdue"])


def unanswered(
    cursor: sqlite3.Cursor, directory: Directory, at: datetime, *, limit: int, offset: int = 0
) -> tuple[Unanswered, ...]:
    """Requests that stood unanswered at a moment: soonest due first, then what has no time; at most `limit`.

    The first `offset` of them are passed over.
    """
    values = _values(cursor, directory, at) | {"limit": limit, "offset": offset}
    rows = cursor.execute(QUESTIONS["unanswered" + _when(cursor, at)], values).fetchall()
    deliveries = told_at(cursor, [row["log_index"] for row in rows])
    return tuple(
        Unanswered(deliveries[row["log_index"]], _instant(row["due_at"]), _past(row["stated_at"], at)) for row in rows
    )


def count_unreceipted(cursor: sqlite3.Cursor, at: datetime) -> int:
    """How many deliveries lacked the receipt that they should have had at a moment."""
    row = cursor.execute(QUESTIONS["count_unreceipted" + _when(cursor, at)], _awaiting(at)).fetchone()
    return int(row[0])


def unreceipted(cursor: sqlite3.Cursor, at: datetime, *, limit: int, offset: int = 0) -> tuple[Unreceipted, ...]:
    """Deliveries that lacked their receipt at a moment, the one signed first ahead; at most `limit`, after `offset`."""
    values = _awaiting(at) | {"limit": limit, "offset": offset}
    rows = cursor.execute(QUESTIONS["unreceipted" + _when(cursor, at)], values).fetchall()
    indexes = [row[0] for row in rows]
    deliveries = told_at(cursor, indexes)
    return tuple(Unreceipted(deliveries[index], _held_up_by(cursor, index, at)) for index in indexes)


def _held_up_by(cursor: sqlite3.Cursor, log_index: int, at: datetime) -> HeldUpBy | None:
    row = cursor.execute(QUESTIONS["held_up"], {"log_index": log_index, "at": of_moment(at)}).fetchone()
    return next((reason for reason in HeldUpBy if row[reason.value]), None)


def _when(cursor: sqlite3.Cursor, at: datetime) -> str:
    last = reached(cursor)
    return _THE_PRESENT if last is None or at >= last.signed_until else _THEN


def _awaiting(at: datetime) -> dict[str, Any]:
    return {"at": of_moment(at), "before": of_moment(at - RECEIPT_EXPECTED_WITHIN)}


def _values(cursor: sqlite3.Cursor, directory: Directory, at: datetime) -> dict[str, Any]:
    bound = {kind: asking.roles for kind, asking in ASKING.items() if asking.roles is not None}
    codes = {kind: code(cursor, "event_type", kind) for kind in bound}
    holders = [
        (
            codes[kind], code(cursor, "agency", agency.id), of_moment(term.since),
            None if term.until is None else of_moment(term.until),
        )
        for kind, roles in bound.items()
        for agency in directory.agencies.values()
        for term in agency.roles
        if term.role in roles
    ]  # fmt: skip
    heirs = [
        (code(cursor, "agency", agency), code(cursor, "agency", heir))
        for agency, heir in directory.heirs_at(at).items()
    ]
    return {
        "at": of_moment(at),
        "bound": json.dumps(list(codes.values())),
        "holders": json.dumps(holders),
        "heirs": json.dumps(heirs),
    }


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def _past(text: str | None, at: datetime) -> datetime | None:
    moment = _instant(text)
    return None if moment is None or moment > at else moment
