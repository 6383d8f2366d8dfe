"""`phoihop account add`: let a person enter an agency's pages."""

from __future__ import annotations

from pathlib import Path

import click

from services.accounts.account import Role
from services.cli.accounts_desk import check_signatory, new_password, open_accounts
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session


@click.command("add", cls=TextCommand)
@common_options()
@click.argument("name", metavar="NAME")
@option("--full-name", required=True, text="account_full_name")
@option("--role", type=click.Choice([role.value for role in Role]), required=True, text="account_role")
@option("--signatory", metavar="SIGNATORY", text="account_signatory")
@option("--password-file", type=click.Path(path_type=Path), metavar="FILE", text="account_password_file")
@click.pass_obj
def command(
    session: Session, name: str, full_name: str, role: str, signatory: str | None, password_file: Path | None
) -> None:
    """The text `help.account.add` of the catalogue."""
    if signatory is None and role == Role.HEAD:
        signatory = "head"
    with open_accounts(session) as accounts:
        if signatory is not None:
            check_signatory(session, signatory)
        password = new_password(session, password_file)
        account = accounts.add(name, full_name, Role(role), password, session.now(), signatory=signatory)
    document = {"agency": account.agency, "account": account.name, "role": account.role.value}
    session.show(document, lambda: session.say("account_add.done", name=account.name, agency=account.agency))
