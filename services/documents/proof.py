"""The document of an event's proof card, `audit-proof.json`: every step with what was checked, by which values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from events.instants import format_instant
from projections.deliveries_told import told_of_event
from services.audit.proof_card import ProofCard
from services.audit.proof_step import Fact, Step
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.documents import Document
from services.documents.deliveries import delivery_document


def proof_document(book: Book, card: ProofCard, event_id: str, others: Iterable[int]) -> Document:
    """The card of an event; `others` are the indexes of further events under the same id."""
    coverage = Coverage(book.ledger.connection)
    held = card.held
    return {
        "question": "proof",
        "standing": book.standing.to_json(),
        "event": event_id,
        "log_index": card.logged.first_index,
        "others": list(others),
        "verdict": card.standing.value,
        "covered": coverage.of(card.logged.first_index).to_json(),
        "envelope": None if held is None else _readable(card.logged.envelope),
        "content": None if held is None or held.content is None else _readable(held.content),
        "deliveries": [delivery_document(one, coverage) for one in told_of_event(book.cursor, event_id)],
        "steps": [_step(one) for one in card.steps],
    }


def _step(one: Step) -> Document:
    return {
        "name": one.name.value,
        "standing": one.standing.value,
        "open_because": one.why or None,
        "facts": [_fact(fact) for fact in one.facts],
        "findings": [finding.to_json() for finding in one.findings],
    }


def _fact(fact: Fact) -> Document:
    value = format_instant(fact.value) if isinstance(fact.value, datetime) else fact.value
    return {"name": fact.name, "about": fact.about or None, "value": value}


def _readable(data: bytes) -> Any:
    """What the bytes say, if they are JSON."""
    try:
        return json.loads(data)
    except ValueError:
        return None
