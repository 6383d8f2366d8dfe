"""`phoihop report due`: what is to be reported or held when, by whom to whom, and how it stands."""

from __future__ import annotations

from datetime import datetime

import click

from projections.obligations import Standing
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.reports import ReportDue, reports_due, reports_due_document
from services.moments import read_moment, show_moment
from services.reports.periods import show_period


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
        found = reports_due(views, desk.directories.chain(), desk.me, moment, settled=settled)
        me = desk.me

    def draw() -> None:
        columns = ("standing", "due!", "debtor_creditor", "owed", "period!", "clause!", "note")
        title = session.texts("report.due", agency=me, at=show_moment(moment))
        draw_table(session, title, columns, [_row(session, moment, one) for one in found])

    session.show(reports_due_document(me, found, moment), draw)


def _row(session: Session, moment: datetime, one: ReportDue) -> tuple[str, ...]:
    owed, duty, note = one.owed, one.duty, one.note
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
