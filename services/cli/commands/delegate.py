"""`phoihop delegate …`: the head lets a deputy sign, within a scope and a period (our addition; DL-11.1 forbids it)."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.delegate_"


@click.group("delegate", cls=LazyGroup, modules={name: f"{_COMMANDS}{name}" for name in ("grant", "end", "list")})
@common_options()
def command() -> None:
    """The text `help.delegate` of the catalogue."""
