"""`phoihop case …`: one case."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options


@click.group("case", cls=LazyGroup, modules={"show": "services.cli.commands.case_show"})
@common_options()
def command() -> None:
    """The text `help.case` of the catalogue."""
