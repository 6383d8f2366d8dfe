"""`phoihop audit …`: asking the auditor's ledger, replaying it, and handing its evidence on."""

from __future__ import annotations

import click

from services.cli.frame import LazyGroup, common_options

_COMMANDS = "services.cli.commands.audit_"


@click.group(
    "audit",
    cls=LazyGroup,
    modules={
        name: f"{_COMMANDS}{name.replace('-', '_')}"
        for name in ("replay", "verify", "export", "open", "who-told", "who-knew", "silences", "timeline", "compare")
    },
)
@common_options(agency=False)
def command() -> None:
    """The text `help.audit` of the catalogue."""
