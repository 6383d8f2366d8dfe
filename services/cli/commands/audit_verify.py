"""`phoihop audit verify [PACKAGE]`: the verdict over a package, or over the auditor's own ledger.

A package is verified without network, database or broker, and without loading what they need: each is imported only
where the ledger is meant.
"""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.commands.audit_verify_package import verify_package_file
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session


@click.command("verify", cls=TextCommand)
@common_options(agency=False)
@click.argument("package", type=click.Path(dir_okay=False, path_type=Path))
@option("--root", metavar="KEY", text="audit_root")
@option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), text="audit_policy")
@option(
    "--authority", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), text="audit_authority"
)
@click.pass_obj
def command(session: Session, package: Path, root: str | None, policy: Path | None, authority: tuple[Path, ...]) -> int:
    """The text `help.audit.verify` of the catalogue."""
    return verify_package_file(session, package, root, policy, authority)
