"""`phoihop auditor …`: the service that keeps the transparency log, and how it stands."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.auditor_"


@click.group("auditor", cls=LazyGroup, modules={name: f"{_COMMANDS}{name}" for name in ("run", "status")})
@common_options(agency=False)
def command() -> None:
    """The text `help.auditor` of the catalogue."""
