"""`phoihop account password`: give an account a new password; its sessions end."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.accounts_desk import new_password, open_accounts
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session


@click.command("password", cls=TextCommand)
@common_options()
@click.argument("name", metavar="NAME")
@option("--password-file", type=click.Path(path_type=Path), metavar="FILE", text="account_password_file")
@click.pass_obj
def command(session: Session, name: str, password_file: Path | None) -> None:
    """The text `help.account.password` of the catalogue."""
    with open_accounts(session) as accounts:
        accounts.set_password(name, new_password(session, password_file), session.now())
        me = accounts.agency
    session.show({"agency": me, "account": name}, lambda: session.say("account_password.done", name=name))
