"""`phoihop account list`: who may enter an agency's pages."""

from __future__ import annotations

import click

from services.cli.accounts_desk import open_accounts
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session
from services.cli.tables import draw_table


@click.command("list", cls=TextCommand)
@common_options()
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.account.list` of the catalogue."""
    with open_accounts(session) as accounts:
        found = accounts.accounts()
        me = accounts.agency

    def draw() -> None:
        rows = [
            (
                one.name,
                one.full_name,
                session.texts.word("account_role", one.role),
                one.signatory or "",
                session.texts("frame.yes" if enabled else "frame.no"),
            )
            for one, enabled in found
        ]
        columns = ("account!", "full_name", "account_role", "signatory", "enabled")
        draw_table(session, session.texts("account_list.title", agency=me), columns, rows)

    listed = [
        {
            "account": one.name,
            "full_name": one.full_name,
            "role": one.role.value,
            "signatory": one.signatory,
            "enabled": enabled,
        }
        for one, enabled in found
    ]
    session.show({"agency": me, "accounts": listed}, draw)
