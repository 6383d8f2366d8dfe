"""`phoihop informant …`: who reported something, kept with the agency that took the report in (LC-12.1)."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.informant_"


@click.group("informant", cls=LazyGroup, modules={name: f"{_COMMANDS}{name}" for name in ("add", "show")})
@common_options()
def command() -> None:
    """The text `help.informant` of the catalogue."""
