"""`phoihop case show`: one case as the agency holds it, with its timeline."""

from __future__ import annotations

import click

from services.cli.case_page import draw_case
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import IdUnknown, case_id
from services.cli.session import Session
from services.documents.views import case_document
from services.moments import read_moment


@click.command("show", cls=TextCommand)
@common_options()
@click.argument("case", metavar="CASE")
@option("--at", metavar="MOMENT", text="case_at")
@option("--after", type=click.IntRange(0), default=0, text="case_after")
@option("--limit", type=click.IntRange(1, 10_000), default=200)
@click.pass_obj
def command(session: Session, case: str, at: str | None, after: int, limit: int) -> None:
    """The text `help.case.show` of the catalogue."""
    now = session.now()
    moment = read_moment(at, now) if at else now
    with open_desk(session) as desk, desk.views() as views:
        found = views.case(case_id(desk.record, case), now=moment, after=after, limit=limit)
        names = desk.directory.agency_names
        me = desk.me
    if found is None:
        raise IdUnknown("case", case)
    session.show(case_document(me, found), lambda: draw_case(session, found, names))
