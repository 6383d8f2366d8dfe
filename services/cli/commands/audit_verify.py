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
@click.argument("package", required=False, type=click.Path(dir_okay=False, path_type=Path))
@option("--root", metavar="KEY", text="audit_root")
@option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), text="audit_policy")
@option(
    "--authority", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), text="audit_authority"
)
@option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    text="audit_checkpoint",
)
@click.pass_obj
def command(
    session: Session,
    package: Path | None,
    root: str | None,
    policy: Path | None,
    authority: tuple[Path, ...],
    checkpoints: tuple[Path, ...],
) -> int:
    """The text `help.audit.verify` of the catalogue."""
    if package is None:
        # Only here: a package is verified without what a ledger needs.
        from services.cli.commands.audit_verify_ledger import verify_ledger  # noqa: PLC0415

        return verify_ledger(session, root, policy, checkpoints)
    return verify_package_file(session, package, root, policy, authority, checkpoints)
