"""What is owed by whom to whom until when, and whether it is overdue at a moment that the asker names.

The fold stores facts only: since when, by when, settled when and by what. Overdue is arithmetic at query time, so
the same view answers for now, for yesterday, and for the end of the month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from events.canonical import JSON
from events.instants import format_instant, parse_instant
from projections.ledger import SQL as LEDGER_SQL
from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("obligations.sql")

RECEIPT_EXPECTED_WITHIN = timedelta(minutes=15)
"""How long a delivery may be without a receipt before it shows as overdue. Ours: neither regulation speaks of it."""


class ObligationKind(StrEnum):
    """What has to be done."""

    ANSWER = "answer_request"
    """Answer an `InfoRequested`, or withhold where a clause allows it (LC-7.2b; DL-11.1 knows no withholding)."""
    REPLY = "reply_coordination"
    """Accept or decline a `CoordinationRequested` (LC-5.1; DL-3.2b)."""
    EXECUTE = "execute_suspension"
    """Carry out a `SuspensionOrdered`, or say why it cannot be (LC-10.3)."""
    END_SUSPENSION = "end_suspension"
    """Lift a suspension by its end, or make it final (LC-2.6; DL-10.4b)."""
    ROUTE = "route_suspicion"
    """The focal point refers, opens or dismisses a suspicion (LC-6.1; DL-4.7, DL-5.3)."""
    CONFIRM_DOSSIER = "confirm_dossier"
    """Confirm a dossier item by item (LC-6.3; DL-4.5)."""
    CORRECT = "correct_refused"
    """Correct a refused event: send one of its type again that names it as its cause. Ours."""
    RECEIPT = "give_receipt"
    """Give a signed receipt for a delivery. Ours."""


class Standing(StrEnum):
    """How an obligation stands at a moment."""

    OPEN = "open"
    OVERDUE = "overdue"
    SETTLED = "settled"
    SETTLED_LATE = "settled_late"


@dataclass(frozen=True)
class Obligation(Row):
    """One thing owed, as it stands at the moment asked about.

    `event_id` made it. `due` is the instant that the creditor signed or the order's end; None where no time was set,
    and such a one is never overdue. `settled_how`: `provided`, `partial`, `nothing_held`, `withheld`, `accepted`,
    `declined`, `executed`, `impossible`, `lifted`, `made_final`, `referred`, `opened`, `dismissed`, `confirmed`,
    `corrected`, or `refused` (its recipient refused the event that made it).
    """

    kind: ObligationKind
    event_id: str
    debtor: str
    creditor: str
    case_id: str | None
    clause: str | None
    owed_since: datetime
    due: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    settled_how: str | None
    standing: Standing

    @property
    def overdue(self) -> bool:
        """Whether the time has passed and nothing has settled it."""
        return self.standing is Standing.OVERDUE

    def to_json(self) -> dict[str, JSON]:
        """As every row, with `overdue` spelled out."""
        return super().to_json() | {"overdue": self.overdue}


@dataclass(frozen=True)
class ObligationFilter:
    """Which obligations are wanted; a member that is None does not narrow. `settled` includes the settled ones."""

    debtor: str | None = None
    creditor: str | None = None
    kind: ObligationKind | None = None
    case_id: str | None = None
    settled: bool = False


def obligations(
    cursor: sqlite3.Cursor, wanted: ObligationFilter, *, now: datetime, receipts_limit: int
) -> tuple[Obligation, ...]:
    """What is owed at `now`, soonest due first, then what has no time; at most `receipts_limit` missing receipts."""
    moment = format_instant(now)
    values = {
        "debtor": wanted.debtor,
        "creditor": wanted.creditor,
        "kind": wanted.kind,
        "case_id": wanted.case_id,
        "now": moment,
    }
    rows = cursor.execute(SQL["every_at" if wanted.settled else "open_at"], values).fetchall()
    found = [_at_moment(row, moment) for row in rows]
    if wanted.kind in {None, ObligationKind.RECEIPT}:
        found += [owed for owed in _missing_receipts(cursor, moment, receipts_limit) if _wanted(owed, wanted)]
    return tuple(sorted(found, key=_order))


def _order(owed: Obligation) -> tuple[bool, datetime, str, str, str, str]:
    return (owed.due is None, owed.due or owed.owed_since, owed.kind, owed.event_id, owed.debtor, owed.creditor)


def _wanted(owed: Obligation, wanted: ObligationFilter) -> bool:
    return (
        wanted.debtor in {None, owed.debtor}
        and wanted.creditor in {None, owed.creditor}
        and wanted.case_id in {None, owed.case_id}
    )


def _at_moment(row: sqlite3.Row, moment: str) -> Obligation:
    # Instants are compared as the wire's text, whose order is the order of time.
    due, settled_at = row["due"], row["settled_at"]
    if settled_at is None or settled_at > moment:
        standing = Standing.OVERDUE if due is not None and moment > due else Standing.OPEN
        return Obligation.from_columns(row, standing=standing, settled_at=None, settled_by=None, settled_how=None)
    late = due is not None and settled_at > due
    return Obligation.from_columns(row, standing=Standing.SETTLED_LATE if late else Standing.SETTLED)


def _missing_receipts(cursor: sqlite3.Cursor, moment: str, limit: int) -> list[Obligation]:
    found = []
    for row in cursor.execute(LEDGER_SQL["awaiting_receipt"], (moment, limit)).fetchall():
        signed_at = parse_instant(row["signed_at"])
        due = signed_at + RECEIPT_EXPECTED_WITHIN
        found.append(
            Obligation(
                kind=ObligationKind.RECEIPT,
                event_id=row["event_id"],
                debtor=row["recipient"],
                creditor=row["sender"],
                case_id=row["case_id"],
                clause=row["clause"],
                owed_since=signed_at,
                due=due,
                settled_at=None,
                settled_by=None,
                settled_how=None,
                standing=Standing.OVERDUE if moment > format_instant(due) else Standing.OPEN,
            )
        )
    return found
