"""`phoihop may police InfoWithheld customs --province lao-cai`: yes (exit 0) or no (exit 1), with the clause."""

from __future__ import annotations

import click

from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import TextCommand, common_options, option
from services.cli.regulation_names import event_type_of, regulation_of, role_of
from services.cli.rule_words import say, say_row
from services.cli.session import Session
from services.documents.regulations import may_document


@click.command("may", cls=TextCommand)
@click.argument("sender")
@click.argument("event_type")
@click.argument("recipient")
@option("--province", required=True, metavar="PROVINCE", text="may_province")
@common_options(agency=False)
@click.pass_obj
def command(session: Session, sender: str, event_type: str, recipient: str, province: str) -> int:
    """The text `help.may` of the catalogue."""
    regulation = regulation_of(province)
    sender, event_type, recipient = (
        role_of(regulation, sender),
        event_type_of(event_type),
        role_of(regulation, recipient),
    )
    document = may_document(session.texts, regulation, sender, event_type, recipient)

    def draw() -> None:
        clause = document["clause"] or session.texts("may.protocol")
        say(session, 0, "may.yes" if document["allowed"] else "may.no", clause=clause, text=document["text"])
        for row in document["rules"]:
            say_row(session, row)

    session.show(document, draw)
    return OK if document["allowed"] else REFUSED
