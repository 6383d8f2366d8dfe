"""Documents about the regulations: what a clause asks, by which rows, and who may tell whom what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from events.agency import CAPACITIES
from events.catalogue import CATALOGUE
from events.regulation.coverage import ClauseCoverage, enforcements, rows_of
from events.regulation.permission import may
from events.regulation.regulations import load_rules
from events.regulation.row import Check, Forbidden, RuleRow
from events.regulation.vocabulary import clauses, condition_texts, roles
from services.documents import Document
from services.texts import Texts


def regulation_document(texts: Texts, regulation: str, wanted: Iterable[str]) -> Document:
    """`regulations-show.json`: some clauses of a regulation."""
    return {"regulation": regulation, "clauses": [clause_document(texts, regulation, name) for name in wanted]}


def coverage_document(covered: Iterable[ClauseCoverage]) -> list[Document]:
    """`regulations-coverage.json`."""
    return [
        {name: list(part) if isinstance(part, tuple) else part for name, part in asdict(entry).items()}
        for entry in covered
    ]


def may_document(texts: Texts, regulation: str, sender: str, event_type: str, recipient: str) -> Document:
    """`may.json`: whether a role may tell a role this kind of thing, and by which clause or against which."""
    answer = may(load_rules(regulation), sender, event_type, recipient)
    return {
        "regulation": regulation,
        "sender": sender,
        "event": event_type,
        "recipient": recipient,
        "allowed": answer.allowed,
        "clause": answer.clause,
        "origin": answer.origin,
        "text": answer.text(texts.lang),
        "rules": [row_document(texts, regulation, row) for row in answer.rows],
    }


def clause_document(texts: Texts, regulation: str, name: str) -> Document:
    """A clause: its rules, what it forbids, and what enforces it."""
    english = texts.lang == "en"
    clause = clauses(regulation)[name]
    return {
        "clause": name,
        "kind": clause.kind,
        # The list of clauses is kept in English; in Vietnamese the rows and the enforcement say what the clause asks.
        "duty": clause.duty if english else None,
        "rules": [row_document(texts, regulation, row) for row in rows_of(regulation, name)],
        "forbidden": [_forbidden(texts, entry) for entry in load_rules(regulation).forbidden if entry.clause == name],
        "enforced_by": [
            {"by": entry.label, "text": entry.en if english else entry.vi} for entry in enforcements().get(name, ())
        ],
        "ours": (clause.ours or None) if english else None,
    }


def _forbidden(texts: Texts, entry: Forbidden) -> Document:
    return {
        "event": entry.event_type,
        "roles": sorted(entry.roles) if entry.roles is not None else ["any"],
        "origin": entry.origin,
        "text": entry.text_en if texts.lang == "en" else entry.text_vi,
    }


def row_document(texts: Texts, regulation: str, row: RuleRow) -> Document:
    """The row for `--json`: ids and words; `origin` is `text` or `ours`."""
    senders = _words(row.sender_roles, lead=row.from_lead, participants=row.from_participants)
    recipients = _words(row.recipient_roles, lead=row.to_lead, participants=row.to_participants)
    return {
        "rule": row.id,
        "clause": row.clause,
        "event": row.event_type,
        "meaning": meaning(texts, row.event_type),
        "origin": row.origin,
        "text": row.text(texts.lang),
        "senders": senders,
        "recipients": recipients,
        "must_hear": [sorted(group.roles) for group in row.include],
        "signatory": [capacity for capacity in CAPACITIES if capacity in row.capacities],
        "case": row.case,
        "conditions": [_condition(texts, check) for check in row.checks],
        "sender_names": _names(texts, regulation, senders),
        "recipient_names": _names(texts, regulation, recipients),
        "must_hear_names": [_names(texts, regulation, sorted(group.roles)) for group in row.include],
    }


def meaning(texts: Texts, event_type: str) -> str:
    """The event type's one-line meaning."""
    model = CATALOGUE[event_type, 1]
    return model.MEANING_EN if texts.lang == "en" else model.MEANING_VI


def _names(texts: Texts, regulation: str, words: list[str]) -> list[str]:
    known = roles(regulation)
    english = texts.lang == "en"
    return [
        (known[word].english if english else known[word].vietnamese) if word in known else texts.word("place", word)
        for word in words
    ]


def _condition(texts: Texts, check: Check) -> Document:
    vi, en = condition_texts()[check.name]
    return {
        "check": check.name,
        "text": en if texts.lang == "en" else vi,
        "by": check.by,
        "origin": check.origin,
        "clause": check.clause,
    }


def _words(named: frozenset[str] | None, *, lead: bool, participants: bool) -> list[str]:
    if named is None:
        return ["any"]
    return [*sorted(named), *(["lead"] if lead else []), *(["participants"] if participants else [])]
