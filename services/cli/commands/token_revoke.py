"""`phoihop token revoke`: a machine's token opens nothing any more."""

from __future__ import annotations

import click

from services.cli.accounts_desk import open_accounts
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session


@click.command("revoke", cls=TextCommand)
@common_options()
@click.argument("label", metavar="LABEL")
@click.pass_obj
def command(session: Session, label: str) -> None:
    """The text `help.token.revoke` of the catalogue."""
    with open_accounts(session) as accounts:
        accounts.tokens.revoke(label, session.now())
        me = accounts.agency
    session.show({"agency": me, "label": label}, lambda: session.say("token_revoke.done", label=label))
