"""`phoihop directory …`: who belongs to the province's network."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options


@click.group(
    "directory",
    cls=LazyGroup,
    modules={
        "show": "services.cli.commands.directory_show",
        "succeed": "services.cli.commands.directory_succeed",
    },
)
@common_options()
def command() -> None:
    """The text `help.directory` of the catalogue."""
