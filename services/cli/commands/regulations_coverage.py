"""`phoihop regulations coverage`: every clause with its rules, events, scenarios and what else enforces it."""

from __future__ import annotations

import click

from events.regulation.coverage import coverage
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.regulations import coverage_document


@click.command("coverage", cls=TextCommand)
@common_options(agency=False)
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.regulations.coverage` of the catalogue."""
    covered = coverage()

    def draw() -> None:
        rows = [
            (
                entry.clause,
                str(len(entry.rules)),
                ", ".join(entry.events),
                str(len(entry.scenarios)),
                ", ".join(entry.enforced_by),
            )
            for entry in covered
        ]
        columns = ("clause!", "rules", "events", "scenarios", "enforced_by")
        draw_table(session, session.texts("regulations.coverage", clauses=len(covered)), columns, rows)

    session.show(coverage_document(covered), draw)
