"""`phoihop report draft`: this agency's report, filled from its own views, as a draft for the head to sign."""

from __future__ import annotations

import click

from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import event_id
from services.cli.report_desk import keep_and_show, report_desk, report_options
from services.cli.session import Session
from services.reports.periods import read_period
from services.reports.received import held_event
from services.reports.writing import Words, own_report


@click.command("draft", cls=TextCommand)
@common_options()
@report_options
@option("--request", metavar="EVENT", text="report_request")
@click.pass_obj
def command(
    session: Session,
    period: str | None,
    assessment: str | None,
    difficulties: str | None,
    proposals: str | None,
    request: str | None,
    *,
    check: bool,
) -> int:
    """The text `help.report.draft` of the catalogue."""
    now = session.now()
    wanted = read_period(period) if period else None
    words = Words(assessment, difficulties, proposals)
    with open_desk(session) as desk, report_desk(desk, now) as writing:
        asked = held_event(desk.record, event_id(desk.record, request)) if request else None
        draft = own_report(writing, wanted, words, request=asked)
        return keep_and_show(session, desk, draft, now, check=check)
