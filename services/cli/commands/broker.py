"""`phoihop broker …`: the broker apart from any agency."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options


@click.group("broker", cls=LazyGroup, modules={"run": "services.cli.commands.broker_run"})
@common_options()
def command() -> None:
    """The text `help.broker` of the catalogue."""
