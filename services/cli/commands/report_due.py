"""`phoihop report due`: what is to be reported or held when, by whom to whom, and how it stands."""

from __future__ import annotations

from datetime import datetime

import click

from events.calendar.falling_due import FallingDue
from events.calendar.working_days import DayOffNote, note_on_due_day
from events.instants import format_instant, vietnam_date
from projections.obligations import Obligation, ObligationFilter, ObligationKind, Standing
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Document, Session
from services.cli.tables import draw_table
from services.moments import read_moment, show_moment
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


@click.command("due", cls=TextCommand)
@common_options()
@option("--at", metavar="MOMENT", text="obligations_at")
@option("--settled", is_flag=True, text="obligations_settled")
@click.pass_obj
def command(session: Session, at: str | None, *, settled: bool) -> None:
    """The text `help.report.due` of the catalogue."""
    now = session.now()
    moment = read_moment(at, now) if at else now
    with open_desk(session) as desk, desk.views() as views:
        duties = {(o.key, str(o.duty.kind), o.debtor): o for o in calendar_duties(desk.directories.chain(), moment)}
        wanted = ObligationFilter(settled=settled)
        owed = views.obligations(
            now=moment, wanted=wanted, receipts_limit=0, calendar=tuple(duties.values()), me=desk.me
        )
        me = desk.me
    found = [
        (one, duties.get((one.event_id, one.kind.value, one.debtor)), _note(one.due))
        for one in owed
        if one.kind in REPORTS and me in {one.debtor, one.creditor}
    ]

    def draw() -> None:
        columns = ("standing", "due!", "debtor_creditor", "owed", "period!", "clause!", "note")
        title = session.texts("report.due", agency=me, at=show_moment(moment))
        draw_table(session, title, columns, [_row(session, moment, *one) for one in found])

    document = {"agency": me, "at": format_instant(moment), "reports": [_document(moment, *one) for one in found]}
    session.show(document, draw)


def _note(due: datetime | None) -> DayOffNote | None:
    if due is None:
        return None
    day = vietnam_date(due)
    return note_on_due_day(day, calendar_around(day))


def _document(moment: datetime, owed: Obligation, duty: FallingDue | None, note: DayOffNote | None) -> Document:
    return owed.to_json() | {
        "due_soon": owed.due_soon(moment),
        "period": show_period(duty.period) if duty and duty.period else None,
        "due_origin": duty.duty.due_origin if duty else None,
        "day_off": note.why if note else None,
        "next_working_day": note.next_working_day.isoformat() if note else None,
        "text_vi": duty.duty.text_vi if duty else None,
        "text_en": duty.duty.text_en if duty else None,
    }


def _row(
    session: Session, moment: datetime, owed: Obligation, duty: FallingDue | None, note: DayOffNote | None
) -> tuple[str, ...]:
    notes = []
    if note is not None and owed.standing is Standing.OPEN:
        day = f"{note.next_working_day:%d/%m/%Y}"
        notes.append(session.texts("report.day_off", why=note.why, next=day))
    if duty is not None and duty.duty.due_origin == "ours":
        notes.append(session.texts("report.ours"))
    standing = (
        session.texts("obligations.soon") if owed.due_soon(moment) else session.texts.word("standing", owed.standing)
    )
    return (
        standing,
        show_moment(owed.due),
        f"{owed.debtor} → {owed.creditor}",
        session.texts.word("obligation", owed.kind),
        show_period(duty.period) if duty and duty.period else "",
        owed.clause or "",
        "; ".join(notes),
    )
