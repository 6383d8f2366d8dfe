"""`phoihop obligations`: what is owed by whom until when, the overdue first."""

from __future__ import annotations

from datetime import datetime

import click

from projections.obligations import Obligation, ObligationFilter, ObligationKind
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import case_id
from services.cli.session import Session
from services.cli.tables import draw_table, short
from services.documents.views import obligations_document
from services.moments import read_moment, show_moment
from services.reports.duties import calendar_duties


@click.command("obligations", cls=TextCommand)
@common_options()
@option("--at", metavar="MOMENT", text="obligations_at")
@option("--debtor", metavar="AGENCY", text="obligations_debtor")
@option("--creditor", metavar="AGENCY", text="obligations_creditor")
@option("--kind", type=click.Choice([kind.value for kind in ObligationKind]), metavar="KIND", text="obligations_kind")
@option("--case", metavar="CASE", text="obligations_case")
@option("--settled", is_flag=True, text="obligations_settled")
@click.pass_obj
def command(
    session: Session,
    at: str | None,
    debtor: str | None,
    creditor: str | None,
    kind: str | None,
    case: str | None,
    *,
    settled: bool,
) -> None:
    """The text `help.obligations` of the catalogue."""
    now = session.now()
    moment = read_moment(at, now) if at else now
    with open_desk(session) as desk, desk.views() as views:
        wanted = ObligationFilter(
            debtor=debtor,
            creditor=creditor,
            kind=ObligationKind(kind) if kind else None,
            case_id=case_id(desk.record, case) if case else None,
            settled=settled,
        )
        # Sorting is stable: within the overdue and within the rest the soonest due stays first.
        me = desk.me
        duties = calendar_duties(desk.directories.chain(), moment)
        owing = views.obligations(now=moment, wanted=wanted, calendar=duties, me=me)
        found = sorted(owing, key=lambda owed: not owed.overdue)

    def draw() -> None:
        columns = ("standing", "due!", "debtor_creditor", "owed", "clause!", "case!", "event!")
        title = session.texts("obligations.title", agency=me, at=show_moment(moment))
        draw_table(session, title, columns, [_row(session, owed, moment) for owed in found])

    session.show(obligations_document(me, found, moment), draw)


def _row(session: Session, owed: Obligation, moment: datetime) -> tuple[str, ...]:
    soon = owed.due_soon(moment)
    standing = session.texts("obligations.soon") if soon else session.texts.word("standing", owed.standing)
    if owed.settled_how:
        standing += f" ({session.texts.word('settled', owed.settled_how)})"
    return (
        standing,
        show_moment(owed.due),
        f"{owed.debtor} → {owed.creditor}",
        session.texts.word("obligation", owed.kind),
        owed.clause or "",
        short(owed.case_id),
        # What the calendar asks names its clause and period, which stands whole.
        owed.event_id if "-" in owed.event_id[:8] else short(owed.event_id),
    )
