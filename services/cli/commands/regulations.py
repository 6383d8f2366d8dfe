"""`phoihop regulations …`: what the two regulations ask, and what carries each clause."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_MODULES = {
    "coverage": "services.cli.commands.regulations_coverage",
    "show": "services.cli.commands.regulations_show",
}


@click.group("regulations", cls=LazyGroup, modules=_MODULES)
@common_options()
def command() -> None:
    """The text `help.regulations` of the catalogue."""
