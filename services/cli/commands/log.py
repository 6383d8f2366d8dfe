"""`phoihop log …`: the transparency log as this agency's witness knows it."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.log_"


@click.group("log", cls=LazyGroup, modules={name: f"{_COMMANDS}{name}" for name in ("status", "alarms", "accept")})
@common_options()
def command() -> None:
    """The text `help.log` of the catalogue."""
