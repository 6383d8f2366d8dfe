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
    from collections.abc import Iterable

SQL = named_sql("obligations.sql")

DUE_SOON_WITHIN = timedelta(days=3)
"""From when on something that has a time shows as due soon; an interim suspension's end among them (LC-2.6). Ours."""

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
    SUBMIT_REPORT = "submit_report"
    """Report when asked (`ReportRequested`), or by the calendar (LC-13.2; DL-12.1a)."""
    CONSOLIDATE_REPORT = "consolidate_report"
    """The focal point's consolidated report to the PPC (LC-13.1; DL-12.1b, DL-12.2)."""
    HOLD_BRIEFING = "hold_briefing"
    """Call the briefing of every 6 months (LC-13.1)."""
    HOLD_REVIEW = "hold_review"
    """Call the review of every 2 years (DL-12.2)."""
    DESIGNATE_FOCAL_POINT = "designate_focal_point"
    """Name the unit (LC-5.3) or the person (DL-11.2) that is focal point."""
    CONFIRM_EMERGENCY = "confirm_emergency"
    """Confirm in writing what was told by phone or in person (LC-2.4b)."""
    CONFIRM_RECALL = "confirm_recall"
    """Confirm that a recalled event is not acted on any more. Ours."""
    CONFIRM_CORRECTION = "confirm_correction"
    """Confirm that the corrected text is worked with. Ours."""
    ANSWER_LOOKUP = "answer_lookup"
    """Answer a look-up (LC-4.1b)."""
    EXECUTE_PROVISION = "execute_provision"
    """Provide services as ordered, or say why not (LC-10.3)."""
    ANSWER_INSPECTION = "answer_inspection_request"
    """Form a team, or report an inspection, at a request (LC-4.5; DL-7.2a)."""
    CONFIRM_MEMBERSHIP = "confirm_membership"
    """Confirm the part in a joint inspection team. Ours (LC-4.5)."""
    REPORT_ENFORCEMENT = "report_enforcement"
    """Report how a decision was enforced (LC-3.5)."""
    DELIVER_ASSESSMENT = "deliver_assessment"
    """Deliver an expert assessment, or decline where that is possible (LC-6.5; DL-4.6)."""
    ANSWER_RECOMMENDATION = "answer_recommendation"
    """Answer a recommendation. Ours (DL-5.4)."""
    REPORT_PUBLICITY = "report_publicity"
    """Report what was published at a request (LC-6.2, LC-11.2; DL-8.2)."""
    ANSWER_SUPPORT = "answer_support"
    """Take up a proposal to ask for support, or answer such a request (LC-2.3)."""
    SETTLE_DISAGREEMENT = "settle_disagreement"
    """Direct how an escalated disagreement is settled (LC-2.5)."""
    CORRECT = "correct_refused"
    """Make a refused event good: send one of its type again that names it as its cause, correct or recall it. Ours."""
    RECEIPT = "give_receipt"
    """Give a signed receipt for a delivery. Ours."""


class Standing(StrEnum):
    """How an obligation stands at a moment."""

    OPEN = "open"
    OVERDUE = "overdue"
    SETTLED = "settled"
    SETTLED_LATE = "settled_late"


SETTLED_HOW = frozenset(
    {
        "provided", "partial", "nothing_held", "withheld", "accepted", "declined", "executed", "impossible", "lifted",
        "made_final", "referred", "opened", "dismissed", "confirmed", "corrected", "recalled", "submitted", "called",
        "designated", "team_formed", "inspected", "reported", "delivered", "answered", "passed_on", "directed",
        "refused", "merged",
    }
)  # fmt: skip
"""How an obligation can be settled. `refused`: its recipient refused the event that made it. `merged`: debtor and
creditor have become one agency, or a successor owes or is owed the same itself; no event settled it."""


@dataclass(frozen=True)
class Obligation(Row):
    """One thing owed, as it stands at the moment asked about.

    `event_id` made it, or, where the calendar did, names clause and period (`events.calendar.falling_due`). `due` is
    the instant that the creditor signed, the order's end, or the calendar's; None where no time was set, and such a
    one is never overdue. `settled_how` is one of `SETTLED_HOW`. `overdue_stated_by` is the creditor's `ReplyOverdue`.
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
    overdue_stated_by: str | None = None

    @property
    def overdue(self) -> bool:
        """Whether the time has passed and nothing has settled it."""
        return self.standing is Standing.OVERDUE

    def due_soon(self, now: datetime) -> bool:
        """Whether it is open at `now` and its time runs out within `DUE_SOON_WITHIN`."""
        return self.standing is Standing.OPEN and self.due is not None and self.due - now <= DUE_SOON_WITHIN

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
    cursor: sqlite3.Cursor,
    wanted: ObligationFilter,
    *,
    now: datetime,
    receipts_limit: int,
    by_calendar: Iterable[Obligation] = (),
) -> tuple[Obligation, ...]:
    """What is owed at `now`, soonest due first, then what has no time.

    At most `receipts_limit` missing receipts; `by_calendar` is what the calendar makes owed, before it is filtered.
    """
    moment = format_instant(now)
    values = {
        "debtor": wanted.debtor,
        "creditor": wanted.creditor,
        "kind": wanted.kind,
        "case_id": wanted.case_id,
        "now": moment,
    }
    open_at = "open_at" if wanted.case_id is None else "open_in_case"
    rows = cursor.execute(SQL["every_at" if wanted.settled else open_at], values).fetchall()
    found = [_at_moment(row, moment) for row in rows]
    if wanted.kind in {None, ObligationKind.RECEIPT}:
        missing = _missing_receipts(cursor, moment, wanted.case_id, receipts_limit)
        found += [owed for owed in missing if _wanted(owed, wanted)]
    found += [
        owed
        for owed in by_calendar
        if wanted.kind in {None, owed.kind} and _wanted(owed, wanted) and (wanted.settled or owed.settled_at is None)
    ]
    return tuple(sorted(found, key=_order))


def standing_at(now: datetime, due: datetime | None, settled_at: datetime | None) -> Standing:
    """How an obligation with this time stands at a moment; what was settled later was still open then."""
    if settled_at is None or settled_at > now:
        return Standing.OVERDUE if due is not None and now > due else Standing.OPEN
    return Standing.SETTLED_LATE if due is not None and settled_at > due else Standing.SETTLED


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


def _missing_receipts(cursor: sqlite3.Cursor, moment: str, case_id: str | None, limit: int) -> list[Obligation]:
    if case_id is None:
        rows = cursor.execute(LEDGER_SQL["awaiting_receipt"], (moment, limit)).fetchall()
    else:
        rows = cursor.execute(LEDGER_SQL["awaiting_receipt_in_case"], (case_id, moment, limit)).fetchall()
    return [receipt_owed(row, moment) for row in rows]


def receipt_owed(row: sqlite3.Row, moment: str) -> Obligation:
    """A missing receipt as something owed, from a row of a statement `awaiting_…`."""
    signed_at = parse_instant(row["signed_at"])
    due = signed_at + RECEIPT_EXPECTED_WITHIN
    return Obligation(
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
