"""The document of what was silent at a moment: `audit-silences.json`."""

from __future__ import annotations

from datetime import datetime

from events.instants import format_instant
from projections.deliveries_reports import Unsent
from projections.deliveries_silent import Unanswered, Unreceipted
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.audit.questions.silence import Silence
from services.documents import Document
from services.documents.deliveries import delivery_document
from services.reports.periods import show_period


def silences_document(book: Book, found: Silence, at: datetime) -> Document:
    """Requests, receipts and reports; each with how many there are at all."""
    coverage = Coverage(book.ledger.connection)
    requests, receipts = found.requests_count, found.receipts_count
    return {
        "question": "silences",
        "standing": book.standing.to_json(),
        "at": format_instant(at),
        "requests": {
            "total": requests.requests,
            "overdue": requests.overdue,
            "unanswered": [_unanswered(one, at, coverage) for one in found.requests],
        },
        "receipts": {"total": receipts, "missing": [_missing(one, coverage) for one in found.receipts]},
        "reports": {"total": len(found.reports), "not_sent": [_unsent(one, at) for one in found.reports]},
    }


def _unanswered(one: Unanswered, at: datetime, coverage: Coverage) -> Document:
    return {
        "delivery": delivery_document(one.delivery, coverage),
        "due": None if one.due is None else format_instant(one.due),
        "overdue_seconds": one.overdue_seconds(at),
        "silence_stated_at": None if one.stated_at is None else format_instant(one.stated_at),
    }


def _missing(one: Unreceipted, coverage: Coverage) -> Document:
    return {
        "delivery": delivery_document(one.delivery, coverage),
        "held_up_by": None if one.held_up_by is None else one.held_up_by.value,
    }


def _unsent(one: Unsent, at: datetime) -> Document:
    owed, duty = one.duty, one.duty.duty
    return {
        "clause": duty.clause,
        "kind": duty.kind,
        "event_type": duty.event,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "period": None if owed.period is None else show_period(owed.period),
        "due": None if owed.due is None else format_instant(owed.due),
        "due_origin": duty.due_origin,
        "overdue_seconds": one.overdue_seconds(at),
    }
