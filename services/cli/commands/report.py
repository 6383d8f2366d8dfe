"""`phoihop report`: what is to be reported when, and drafts of reports filled from the agency's own views."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands"


@click.group(
    "report",
    cls=LazyGroup,
    modules={
        "due": f"{_COMMANDS}.report_due",
        "draft": f"{_COMMANDS}.report_draft",
        "consolidate": f"{_COMMANDS}.report_consolidate",
    },
)
@common_options(agency=False, document=False)
def command() -> None:
    """The text `help.report` of the catalogue."""
