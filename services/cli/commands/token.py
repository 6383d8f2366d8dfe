"""`phoihop token …`: the tokens by which machines call an agency's API."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.token_"


@click.group("token", cls=LazyGroup, modules={name: f"{_COMMANDS}{name}" for name in ("add", "list", "revoke")})
@common_options()
def command() -> None:
    """The text `help.token` of the catalogue."""
