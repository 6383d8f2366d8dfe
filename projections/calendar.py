"""What the calendar makes an agency owe, or owed to it, and how it stands: obligations that no event made.

Which duties fall due for whom is computed outside, by `events.calendar.falling_due` over the directory; the views say
what has settled them. An agency sees only what it owes itself or what is owed to it: of the others' it cannot know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from events.calendar.falling_due import FallingDue
from events.instants import format_instant, parse_instant
from events.values.period import ReportingPeriod
from projections.calendar_fold import SQL
from projections.obligations import Obligation, ObligationKind, standing_at
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

_MEETING_KINDS = {ObligationKind.HOLD_BRIEFING: "briefing", ObligationKind.HOLD_REVIEW: "review"}
_SETTLED_HOW = {
    ObligationKind.SUBMIT_REPORT: "submitted",
    ObligationKind.CONSOLIDATE_REPORT: "submitted",
    ObligationKind.HOLD_BRIEFING: "called",
    ObligationKind.HOLD_REVIEW: "called",
    ObligationKind.DESIGNATE_FOCAL_POINT: "designated",
}


@dataclass(frozen=True)
class ReceivedReport(Row):
    """A report on a period that came here."""

    event_id: str
    sender: str
    signed_at: datetime


def concerns(owed: FallingDue, me: str) -> bool:
    """Whether `me` can know how a duty stands: its own, or one that its debtor settles towards `me`."""
    return owed.debtor == me or (owed.creditor == me and not owed.duty.shown_to_debtor_alone)


def calendar_obligations(
    cursor: sqlite3.Cursor, duties: Iterable[FallingDue], *, me: str, now: datetime
) -> tuple[Obligation, ...]:
    """How the duties of the calendar that concern `me` stand at `now`; `event_id` is the duty's key."""
    return tuple(_stands(cursor, owed, now) for owed in duties if concerns(owed, me) and owed.owed_since <= now)


def reports_received(cursor: sqlite3.Cursor, period: ReportingPeriod) -> tuple[ReceivedReport, ...]:
    """The reports on exactly this period that were admitted here and not recalled: each sender's newest, by sender."""
    return ReceivedReport.from_rows(cursor.execute(SQL["reports"], _period(period)).fetchall())


def _stands(cursor: sqlite3.Cursor, owed: FallingDue, now: datetime) -> Obligation:
    kind = ObligationKind(owed.duty.kind)
    act = cursor.execute(
        SQL["settling_act"],
        {
            "event_type": owed.duty.event,
            "debtor": owed.debtor,
            "creditor": owed.creditor,
            # A focal point may be told to anyone; DIC's own, and a meeting, need not be told to who is owed it.
            "addressed": owed.duty.period is not None and not owed.duty.shown_to_debtor_alone,
            "meeting_kind": _MEETING_KINDS.get(kind),
            "now": format_instant(now),
            **_period(owed.period),
        },
    ).fetchone()
    settled_at = parse_instant(act["signed_at"]) if act is not None else None
    settled = settled_at is not None and settled_at <= now
    return Obligation(
        kind=kind,
        event_id=owed.key,
        debtor=owed.debtor,
        creditor=owed.creditor,
        case_id=None,
        clause=owed.duty.clause,
        owed_since=owed.owed_since,
        due=owed.due,
        settled_at=settled_at if settled else None,
        settled_by=act["event_id"] if settled else None,
        settled_how=_SETTLED_HOW[kind] if settled else None,
        standing=standing_at(now, owed.due, settled_at),
    )


def _period(period: ReportingPeriod | None) -> dict[str, str | None]:
    return {
        "period_kind": period.kind.value if period else None,
        "first_day": period.first_day.isoformat() if period else None,
        "last_day": period.last_day.isoformat() if period else None,
    }
