"""`phoihop cases`: the cases that the agency knows of."""

from __future__ import annotations

import click

from events.case import CaseStatus
from projections.cases import CaseFilter
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.tables import category_name, draw_table, short
from services.documents.views import cases_document
from services.moments import show_moment


@click.command("cases", cls=TextCommand)
@common_options()
@option("--status", type=click.Choice([status.value for status in CaseStatus]), text="cases_status")
@option("--lead", metavar="AGENCY", text="cases_lead")
@option("--limit", type=click.IntRange(1, 10_000), default=50)
@click.pass_obj
def command(session: Session, status: str | None, lead: str | None, limit: int) -> None:
    """The text `help.cases` of the catalogue."""
    with open_desk(session) as desk, desk.views() as views:
        found = views.cases(CaseFilter(status=CaseStatus(status) if status else None, lead=lead), limit=limit)
        me = desk.me

    def draw() -> None:
        word = session.texts.word
        rows = [
            (
                short(case.case_id),
                "\n".join(filter(None, (case.title, category_name(session, case.category)))),
                word("case_status", case.status),
                case.lead or "",
                show_moment(case.status_since),
                str(case.open_requests or ""),
                str(case.suspensions or ""),
            )
            for case in found
        ]
        columns = ("case!", "matter", "status", "lead", "since!", "requests", "suspensions")
        draw_table(session, session.texts("cases.title", agency=me), columns, rows)

    session.show(cases_document(me, found), draw)
