"""`phoihop directory …`: who belongs to the province's network."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup


@click.group("directory", cls=LazyGroup, modules={"show": "services.cli.commands.directory_show"})
def command() -> None:
    """The text `help.directory` of the catalogue."""
