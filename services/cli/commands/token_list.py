"""`phoihop token list`: the machines that may call an agency's API. The tokens themselves are kept nowhere."""

from __future__ import annotations

from datetime import datetime

import click

from events.instants import format_instant
from services.cli.accounts_desk import open_accounts
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session
from services.cli.tables import draw_table
from services.moments import show_moment


@click.command("list", cls=TextCommand)
@common_options()
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.token.list` of the catalogue."""
    with open_accounts(session) as accounts:
        found = accounts.tokens.listed()
        me = accounts.agency

    def draw() -> None:
        rows = [
            (
                one.label,
                session.texts.word("account_role", one.role),
                show_moment(one.created_at),
                show_moment(one.expires_at),
                show_moment(one.revoked_at),
            )
            for one in found
        ]
        columns = ("label!", "account_role", "created", "expires", "revoked")
        draw_table(session, session.texts("token_list.title", agency=me), columns, rows)

    listed = [
        {
            "label": one.label,
            "role": one.role.value,
            "created_at": _text(one.created_at),
            "expires_at": _text(one.expires_at),
            "revoked_at": _text(one.revoked_at),
        }
        for one in found
    ]
    session.show({"agency": me, "tokens": listed}, draw)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)
