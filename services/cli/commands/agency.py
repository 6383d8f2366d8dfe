"""`phoihop agency …`: run an agency's service, change who belongs to the network, recover a record."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.agency_"


@click.group(
    "agency",
    cls=LazyGroup,
    modules={name: f"{_COMMANDS}{name}" for name in ("run", "add", "revoke", "renew", "recover", "inherit")},
)
@common_options()
def command() -> None:
    """The text `help.agency` of the catalogue."""
