"""`phoihop regulations show`: what a clause asks, of whom, by which event; what is text and what we add."""

from __future__ import annotations

import click

from events.regulation.vocabulary import clauses
from services.cli.frame import TextCommand, common_options, option
from services.cli.regulation_names import clauses_of, regulation_of
from services.cli.rule_words import say, say_row
from services.cli.session import Session
from services.documents import Document
from services.documents.regulations import regulation_document


@click.command("show", cls=TextCommand)
@click.argument("province")
@option("--clause", metavar="CLAUSE", text="regulations_clause")
@common_options(agency=False)
@click.pass_obj
def command(session: Session, province: str, clause: str | None) -> None:
    """The text `help.regulations.show` of the catalogue."""
    regulation = regulation_of(province)
    wanted = clauses_of(regulation, clause) if clause else list(clauses(regulation))
    document = regulation_document(session.texts, regulation, wanted)

    def draw() -> None:
        for entry in document["clauses"]:
            _say(session, entry)

    session.show(document, draw)


def _say(session: Session, entry: Document) -> None:
    say(session, 0, "regulations.clause", clause=entry["clause"], kind=session.texts.word("clause_kind", entry["kind"]))
    if entry["duty"]:
        say(session, 2, "regulations.duty", text=entry["duty"])
    for row in entry["rules"]:
        say_row(session, row)
    for forbidden in entry["forbidden"]:
        named = f"{session.texts.word('event', forbidden['event'])} ({forbidden['event']})"
        say(session, 2, "regulations.forbidden", event=named, text=forbidden["text"])
    for enforced in entry["enforced_by"]:
        say(session, 2, "regulations.enforced", by=enforced["by"], text=enforced["text"])
    if entry["ours"]:
        say(session, 2, "regulations.ours", text=entry["ours"])
    click.echo()
