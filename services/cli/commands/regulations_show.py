"""`phoihop regulations show`: what a clause asks, of whom, by which event; what is text and what we add."""

from __future__ import annotations

import click

from events.regulation.coverage import enforcements, rows_of
from events.regulation.regulations import load_rules
from events.regulation.row import Forbidden
from events.regulation.vocabulary import clauses
from services.cli.frame import TextCommand, common_options, option
from services.cli.regulation_names import clauses_of, regulation_of
from services.cli.rule_words import row_document, say, say_row
from services.cli.session import Document, Session


@click.command("show", cls=TextCommand)
@click.argument("province")
@option("--clause", metavar="CLAUSE", text="regulations_clause")
@common_options(agency=False)
@click.pass_obj
def command(session: Session, province: str, clause: str | None) -> None:
    """The text `help.regulations.show` of the catalogue."""
    regulation = regulation_of(province)
    wanted = clauses_of(regulation, clause) if clause else list(clauses(regulation))
    shown = [_clause(session, regulation, name) for name in wanted]

    def draw() -> None:
        for entry in shown:
            _say(session, entry)

    session.show({"regulation": regulation, "clauses": shown}, draw)


def _clause(session: Session, regulation: str, name: str) -> Document:
    english = session.texts.lang == "en"
    clause = clauses(regulation)[name]
    return {
        "clause": name,
        "kind": clause.kind,
        # The list of clauses is kept in English; in Vietnamese the rows and the enforcement say what the clause asks.
        "duty": clause.duty if english else None,
        "rules": [row_document(session, regulation, row) for row in rows_of(regulation, name)],
        "forbidden": [_forbidden(session, entry) for entry in load_rules(regulation).forbidden if entry.clause == name],
        "enforced_by": [
            {"by": entry.label, "text": entry.en if english else entry.vi} for entry in enforcements().get(name, ())
        ],
        "ours": (clause.ours or None) if english else None,
    }


def _forbidden(session: Session, entry: Forbidden) -> Document:
    return {
        "event": entry.event_type,
        "roles": sorted(entry.roles) if entry.roles is not None else ["any"],
        "origin": entry.origin,
        "text": entry.text_en if session.texts.lang == "en" else entry.text_vi,
    }


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
