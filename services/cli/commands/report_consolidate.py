"""`phoihop report consolidate`: the focal point's report, built from those it received; it names the missing ones."""

from __future__ import annotations

from functools import partial

import click

from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options
from services.cli.report_desk import keep_and_show, report_desk, report_options
from services.cli.session import Session
from services.reports.periods import read_period
from services.reports.received import received_report
from services.reports.writing import Words, consolidated_report


@click.command("consolidate", cls=TextCommand)
@common_options()
@report_options
@click.pass_obj
def command(
    session: Session,
    period: str | None,
    assessment: str | None,
    difficulties: str | None,
    proposals: str | None,
    *,
    check: bool,
) -> int:
    """The text `help.report.consolidate` of the catalogue."""
    now = session.now()
    wanted = read_period(period) if period else None
    words = Words(assessment, difficulties, proposals)
    with open_desk(session) as desk, report_desk(desk, now) as writing:
        draft = consolidated_report(writing, wanted, words, partial(received_report, desk.record))
        return keep_and_show(session, desk, draft, now, check=check)
