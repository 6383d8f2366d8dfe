"""A rule row in words, as text: who, to whom, what else it asks, and what is our addition."""

from __future__ import annotations

import textwrap

import click

from services.cli.session import Session
from services.documents import Document

_ROW = {"text": "regulations.row_text", "ours": "regulations.row_ours"}
_CONDITION = {"text": "regulations.condition_text", "ours": "regulations.condition_ours"}


def say_row(session: Session, document: Document) -> None:
    """Print a row for people."""
    say(session, 2, _ROW[document["origin"]], rule=document["rule"], text=document["text"])
    say(session, 6, "regulations.event", event=document["event"], meaning=document["meaning"])
    senders, recipients = (", ".join(document[name]) for name in ("sender_names", "recipient_names"))
    say(session, 6, "regulations.parties", senders=senders, recipients=recipients)
    for names in document["must_hear_names"]:
        say(session, 6, "regulations.must_hear", roles=" / ".join(names))
    capacities = [session.texts.word("capacity", capacity) for capacity in document["signatory"]]
    say(session, 6, "regulations.signatory", capacities=" / ".join(capacities))
    for condition in document["conditions"]:
        clause = condition["clause"] or document["clause"]
        say(session, 6, _CONDITION[condition["origin"]], text=condition["text"], clause=clause)


def say(session: Session, indent: int, key: str, /, **values: object) -> None:
    """A text, indented by so many blanks and broken to the width of the screen."""
    text = session.texts(key, **values)
    margin = " " * indent
    click.echo(textwrap.fill(text, session.width, initial_indent=margin, subsequent_indent=f"{margin}  "))
