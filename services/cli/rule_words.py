"""A rule row in words, as a document and as text: who, to whom, what else it asks, and what is our addition."""

from __future__ import annotations

import textwrap

import click

from events.agency import CAPACITIES
from events.catalogue import CATALOGUE
from events.regulation.row import Check, RuleRow
from events.regulation.vocabulary import condition_texts, roles
from services.cli.session import Document, Session


def row_document(session: Session, regulation: str, row: RuleRow) -> Document:
    """The row for `--json`: ids and words; `origin` is `text` or `ours`."""
    senders = _words(row.sender_roles, lead=row.from_lead, participants=row.from_participants)
    recipients = _words(row.recipient_roles, lead=row.to_lead, participants=row.to_participants)
    return {
        "rule": row.id,
        "clause": row.clause,
        "event": row.event_type,
        "meaning": meaning(session, row.event_type),
        "origin": row.origin,
        "text": row.text(session.texts.lang),
        "senders": senders,
        "recipients": recipients,
        "must_hear": [sorted(group.roles) for group in row.include],
        "signatory": [capacity for capacity in CAPACITIES if capacity in row.capacities],
        "case": row.case,
        "conditions": [_condition(session, check) for check in row.checks],
        "sender_names": _names(session, regulation, senders),
        "recipient_names": _names(session, regulation, recipients),
        "must_hear_names": [_names(session, regulation, sorted(group.roles)) for group in row.include],
    }


def meaning(session: Session, event_type: str) -> str:
    """The event type's one-line meaning."""
    model = CATALOGUE[event_type, 1]
    return model.MEANING_EN if session.texts.lang == "en" else model.MEANING_VI


def _names(session: Session, regulation: str, words: list[str]) -> list[str]:
    known = roles(regulation)
    english = session.texts.lang == "en"
    return [
        (known[word].english if english else known[word].vietnamese)
        if word in known
        else session.texts.word("place", word)
        for word in words
    ]


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


def _condition(session: Session, check: Check) -> Document:
    vi, en = condition_texts()[check.name]
    return {
        "check": check.name,
        "text": en if session.texts.lang == "en" else vi,
        "by": check.by,
        "origin": check.origin,
        "clause": check.clause,
    }


def _words(named: frozenset[str] | None, *, lead: bool, participants: bool) -> list[str]:
    if named is None:
        return ["any"]
    return [*sorted(named), *(["lead"] if lead else []), *(["participants"] if participants else [])]
