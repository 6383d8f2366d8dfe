"""`phoihop account disable`: let nobody in by an account any more; its sessions end."""

from __future__ import annotations

import click

from services.cli.accounts_desk import open_accounts
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session


@click.command("disable", cls=TextCommand)
@common_options()
@click.argument("name", metavar="NAME")
@click.pass_obj
def command(session: Session, name: str) -> None:
    """The text `help.account.disable` of the catalogue."""
    with open_accounts(session) as accounts:
        accounts.disable(name, session.now())
        me = accounts.agency
    session.show({"agency": me, "account": name}, lambda: session.say("account_disable.done", name=name))
