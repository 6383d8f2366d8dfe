"""Obligations a page at a time, each with the document that made it and the one that settled it.

`projections.obligations` answers for one case or a whole agency at once; this is for lists that people leaf through.
What the calendar asks is no row of the store and stands in neither (`projections.calendar`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from events.errors import InvalidValue
from events.instants import format_instant, parse_instant
from projections.ledger import SQL as LEDGER_SQL
from projections.obligations import (
    RECEIPT_EXPECTED_WITHIN,
    SQL,
    Obligation,
    ObligationKind,
    receipt_owed,
    standing_at,
)
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

COUNTED_UPTO = 1_000
"""How far a list of work is counted."""

_NEVER = "9999"
"""Greater than every instant: what has no time comes last."""
_SEPARATOR = "~"


@dataclass(frozen=True)
class DocumentName(Row):
    """What a list shows of a document."""

    event_id: str
    event_type: str
    docnumber: str
    docsymbol: str


@dataclass(frozen=True)
class OwedPair(Row):
    """What is owed, the document that asked for it, and the one that settled it. A document not held here is None."""

    owed: Obligation
    asked: DocumentName | None
    answer: DocumentName | None

    @property
    def mark(self) -> str:
        """This row's place in the list: what `after` takes to go on behind it."""
        owed = self.owed
        moment = owed.settled_at or owed.due
        time = format_instant(moment) if moment is not None else _NEVER
        return _SEPARATOR.join((time, owed.event_id, owed.kind, owed.debtor, owed.creditor))


@dataclass(frozen=True)
class OwingFilter:
    """Which are wanted; a member that is None does not narrow. `due_from` ≤ due < `due_before`, for what is open.

    Settled is what is settled in the record, whatever the moment asked about. What has no time is before and after no
    moment: `due_before` leaves it out.
    """

    debtor: str | None = None
    creditor: str | None = None
    kinds: frozenset[ObligationKind] | None = None
    settled: bool = False
    due_from: datetime | None = None
    due_before: datetime | None = None


@dataclass(frozen=True)
class AwaitedReceipts(Row):
    """How many own documents a recipient has not receipted, and when the first of them was signed."""

    recipient: str
    documents: int
    since: datetime


def owing(
    cursor: sqlite3.Cursor, wanted: OwingFilter, *, now: datetime, after: str | None, limit: int
) -> tuple[OwedPair, ...]:
    """What is open, soonest due first, or what is settled, the last first; from behind the row whose mark is `after`.

    Raises `InvalidValue` for a mark that no row has.
    """
    time, event_id, kind, debtor, creditor = _beginning(wanted) if after is None else _read_mark(after)
    due_from = format_instant(wanted.due_from) if wanted.due_from is not None else ""
    values = {
        "debtor": wanted.debtor,
        "creditor": wanted.creditor,
        "kinds": _kinds(wanted),
        # The index is entered at the mark: earlier rows are not walked past again.
        "due_from": max(due_from, time),
        "due_before": format_instant(wanted.due_before) if wanted.due_before is not None else _NEVER,
        "mark_due": time,
        "mark_event": event_id,
        "mark_kind": kind,
        "mark_debtor": debtor,
        "mark_creditor": creditor,
        "limit": limit,
    }
    if wanted.settled:
        return _pairs(cursor, "settled_page", values, now)
    found = _pairs(cursor, "open_page", values, now)
    if wanted.due_before is not None or len(found) == limit:
        return found
    if time != _NEVER:
        values |= {"mark_event": "", "mark_kind": "", "mark_debtor": "", "mark_creditor": ""}
    return found + _pairs(cursor, "open_without_time_page", values | {"limit": limit - len(found)}, now)


def receipts_owed(
    cursor: sqlite3.Cursor, wanted: OwingFilter, *, now: datetime, after: str | None, limit: int
) -> tuple[Obligation, ...]:
    """Receipts that are missing, soonest due first: no rows of the store, but in the same order under the same marks.

    Kinds, periods and `settled` of the filter do not narrow. Raises `InvalidValue` for a mark that no row has.
    """
    time, event_id, kind, debtor, creditor = ("", "", "", "", "") if after is None else _read_mark(after)
    if time == _NEVER:
        return ()
    moment = format_instant(now)
    values = {
        "debtor": wanted.debtor,
        "creditor": wanted.creditor,
        "now": moment,
        "mark_signed": _signed_when_due(time) if time else "",
        "mark_event": event_id,
        "mark_kind": kind,
        "mark_debtor": debtor,
        "mark_creditor": creditor,
        "limit": limit,
    }
    return tuple(receipt_owed(row, moment) for row in cursor.execute(LEDGER_SQL["awaiting_page"], values).fetchall())


def _signed_when_due(time: str) -> str:
    """A receipt is due so long after its document was signed: the order of the one is that of the other."""
    return format_instant(parse_instant(time) - RECEIPT_EXPECTED_WITHIN)


def _beginning(wanted: OwingFilter) -> list[str]:
    return [_NEVER if wanted.settled else "", "", "", "", ""]


def _kinds(wanted: OwingFilter) -> str | None:
    return None if wanted.kinds is None else json.dumps(sorted(wanted.kinds))


def _pairs(cursor: sqlite3.Cursor, statement: str, values: Mapping[str, Any], now: datetime) -> tuple[OwedPair, ...]:
    return tuple(_pair(row, now) for row in cursor.execute(SQL[statement], values).fetchall())


def count_owing(cursor: sqlite3.Cursor, wanted: OwingFilter) -> int:
    """How many are open, counted up to `COUNTED_UPTO`. What an agency owes itself counts as owed by it alone.

    `wanted.settled` must be false.
    """
    values = {
        "debtor": wanted.debtor,
        "creditor": wanted.creditor,
        "kinds": _kinds(wanted),
        "due_from": format_instant(wanted.due_from) if wanted.due_from is not None else None,
        "due_before": format_instant(wanted.due_before) if wanted.due_before is not None else None,
        "upto": COUNTED_UPTO,
    }
    counted: int = cursor.execute(SQL["count_open"], values).fetchone()["things"]
    return counted


def awaited_receipts(cursor: sqlite3.Cursor, me: str) -> tuple[AwaitedReceipts, ...]:
    """From whom `me` awaits receipts."""
    return AwaitedReceipts.from_rows(cursor.execute(LEDGER_SQL["awaiting_by_recipient"], (me,)).fetchall())


def _pair(row: sqlite3.Row, now: datetime) -> OwedPair:
    due = parse_instant(row["due"]) if row["due"] else None
    settled_at = parse_instant(row["settled_at"]) if row["settled_at"] else None
    return OwedPair(
        owed=Obligation.from_columns(row, standing=standing_at(now, due, settled_at)),
        asked=_document(row, row["event_id"], "asked"),
        answer=_document(row, row["settled_by"], "answer"),
    )


def _document(row: sqlite3.Row, event_id: str | None, which: str) -> DocumentName | None:
    if event_id is None or row[f"{which}_type"] is None:
        return None
    return DocumentName(event_id, row[f"{which}_type"], row[f"{which}_number"], row[f"{which}_symbol"])


def _read_mark(mark: str) -> list[str]:
    parts = mark.split(_SEPARATOR)
    if len(parts) != 5:
        raise InvalidValue(f"{mark[:60]!r} is no place in a list of obligations; begin at its first page")
    return parts
