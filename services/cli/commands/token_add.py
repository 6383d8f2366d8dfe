"""`phoihop token add`: let a machine call an agency's API; the token is printed this once."""

from __future__ import annotations

import click

from services.accounts.account import Role
from services.cli.accounts_desk import open_accounts
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.moments import read_moment


@click.command("add", cls=TextCommand)
@common_options()
@click.argument("label", metavar="LABEL")
@option("--role", type=click.Choice([Role.CLERK.value, Role.AUDITOR.value]), default="clerk", text="token_role")
@option("--until", metavar="MOMENT", text="token_until")
@click.pass_obj
def command(session: Session, label: str, role: str, until: str | None) -> None:
    """The text `help.token.add` of the catalogue."""
    now = session.now()
    with open_accounts(session) as accounts:
        expires_at = read_moment(until, now) if until else None
        token = accounts.tokens.make(label, Role(role), now, expires_at=expires_at)
        me = accounts.agency
    session.show(
        {"agency": me, "label": label, "token": token}, lambda: session.say("token_add.done", label=label, token=token)
    )
