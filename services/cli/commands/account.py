"""`phoihop account …`: who may enter an agency's pages."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.account_"


@click.group(
    "account", cls=LazyGroup, modules={name: f"{_COMMANDS}{name}" for name in ("add", "list", "password", "disable")}
)
@common_options()
def command() -> None:
    """The text `help.account` of the catalogue."""
