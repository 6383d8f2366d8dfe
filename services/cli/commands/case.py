"""`phoihop case …`: one case."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup


@click.group("case", cls=LazyGroup, modules={"show": "services.cli.commands.case_show"})
def command() -> None:
    """The text `help.case` of the catalogue."""
