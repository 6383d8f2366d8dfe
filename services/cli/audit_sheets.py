"""Deliveries as the auditor's questions show them: as JSON, as lines of a table, as rows of a file."""

from __future__ import annotations

from events.instants import parse_instant
from projections.deliveries_told import Told
from services.audit.output import Cell
from services.audit.questions.coverage import Coverage, Covered
from services.cli.audit_answers import document_name, event_name, outcome_name
from services.cli.session import Document, Session
from services.moments import show_moment

TABLE = ("signed!", "sender_recipient!", "type", "clause!", "document!", "outcome")
"""The columns of a table of deliveries."""

FILE = (
    "log_index", "signed_at", "stored_at", "admitted_at", "sender", "recipient", "event_type", "event", "clause",
    "document", "case_id", "outcome", "incoming_number", "receipt_id", "receipted_at", "refusal_check",
    "refusal_reason", "refusal_clause", "refusal_explanation", "due", "event_id", "cause", "digest",
    "checkpoint_size", "witnessed_at", "stamped_at",
)  # fmt: skip
"""The columns of a file of deliveries."""


def delivery_document(told: Told, coverage: Coverage) -> Document:
    """A delivery as JSON, with the checkpoint that covers it."""
    return told.to_json() | {"covered": coverage.of(told.log_index).to_json()}


def delivery_line(session: Session, told: Told) -> tuple[str, ...]:
    """A delivery as a line of a table."""
    return (
        show_moment(told.signed_at),
        f"{told.sender} → {told.recipient}",
        event_name(session, told.event_type),
        told.clause or "",
        document_name(told),
        outcome_name(session, told),
    )


def delivery_row(session: Session, told: Told, coverage: Coverage) -> tuple[Cell, ...]:
    """A delivery as a row of a file."""
    covered: Covered = coverage.of(told.log_index)
    return (
        told.log_index, told.signed_at, told.stored_at, told.admitted_at, told.sender, told.recipient,
        told.event_type, event_name(session, told.event_type), told.clause, document_name(told), told.case_id,
        session.texts.word("audit_outcome", told.outcome), told.incoming_number, told.receipt_id, told.receipted_at,
        told.refusal_check, told.refusal_reason, told.refusal_clause, told.refusal_explanation, told.due,
        told.event_id, told.cause, told.digest, covered.size,
        None if covered.witnessed_at is None else parse_instant(covered.witnessed_at),
        None if covered.stamped_at is None else parse_instant(covered.stamped_at),
    )  # fmt: skip
