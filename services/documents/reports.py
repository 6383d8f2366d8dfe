"""Documents about reports: what is due when, and a report's draft."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.calendar.falling_due import FallingDue
from events.calendar.working_days import DayOffNote, note_on_due_day
from events.directory import Directory
from events.draft import Draft
from events.instants import format_instant, vietnam_date
from events.types.report import ReportConsolidated, ReportSubmitted
from projections.obligations import Obligation, ObligationFilter, ObligationKind
from projections.views import Views
from services.agency.lawfulness import Lawfulness
from services.documents import Document
from services.reports.duties import calendar_duties
from services.reports.periods import show_period
from services.reports.public_holidays import calendar_around

REPORTS = frozenset(
    {
        ObligationKind.SUBMIT_REPORT,
        ObligationKind.CONSOLIDATE_REPORT,
        ObligationKind.HOLD_BRIEFING,
        ObligationKind.HOLD_REVIEW,
    }
)


@dataclass(frozen=True)
class ReportDue:
    """A report or meeting that is owed, the calendar's duty behind it, and what to know of a due day that is off."""

    owed: Obligation
    duty: FallingDue | None
    note: DayOffNote | None


def reports_due(
    views: Views, chain: Sequence[Directory], me: str, moment: datetime, *, settled: bool = False
) -> list[ReportDue]:
    """What this agency is to report or hold, or is to hear from others, as it stands at a moment."""
    duties = {(o.key, str(o.duty.kind), o.debtor): o for o in calendar_duties(chain, moment)}
    owed = views.obligations(
        now=moment,
        wanted=ObligationFilter(settled=settled),
        receipts_limit=0,
        calendar=tuple(duties.values()),
        me=me,
    )
    return [
        ReportDue(one, duties.get((one.event_id, one.kind.value, one.debtor)), _note(one.due))
        for one in owed
        if one.kind in REPORTS and me in {one.debtor, one.creditor}
    ]


def reports_due_document(agency: str, found: Iterable[ReportDue], at: datetime) -> Document:
    """`report-due.json`."""
    return {"agency": agency, "at": format_instant(at), "reports": [_row(one, at) for one in found]}


def report_draft_document(agency: str, draft: Draft, saved: str | None, judged: Lawfulness) -> Document:
    """`report-draft.json`; `saved` is the draft's id, None where it was only checked."""
    content = draft.content
    if not isinstance(content, ReportSubmitted | ReportConsolidated):
        raise TypeError(f"{draft.event_type} is no report")
    return {
        "agency": agency,
        "draft": saved,
        "type": draft.event_type,
        "recipients": list(draft.recipients),
        "period": show_period(content.period),
        "content": content.model_dump(mode="json", exclude_defaults=True),
        "lawfulness": judged.to_json(),
    }


def _note(due: datetime | None) -> DayOffNote | None:
    if due is None:
        return None
    day = vietnam_date(due)
    return note_on_due_day(day, calendar_around(day))


def _row(one: ReportDue, moment: datetime) -> Document:
    duty, note = one.duty, one.note
    return one.owed.to_json() | {
        "due_soon": one.owed.due_soon(moment),
        "period": show_period(duty.period) if duty and duty.period else None,
        "due_origin": duty.duty.due_origin if duty else None,
        "day_off": note.why if note else None,
        "next_working_day": note.next_working_day.isoformat() if note else None,
        "text_vi": duty.duty.text_vi if duty else None,
        "text_en": duty.duty.text_en if duty else None,
    }
