"""Deliveries as lines of the command line's tables; their JSON and their files: `services.documents.deliveries`."""

from __future__ import annotations

from projections.deliveries_told import Told
from services.audit.output import Cell
from services.audit.questions.coverage import Coverage
from services.cli.audit_answers import document_name, event_name, outcome_name
from services.cli.session import Session
from services.documents.deliveries import COLUMNS, delivery_cells, delivery_document
from services.moments import show_moment

__all__ = ["FILE", "TABLE", "delivery_document", "delivery_line", "delivery_row"]

TABLE = ("signed!", "sender_recipient!", "type", "clause!", "document!", "outcome")
"""The columns of a table of deliveries."""

FILE = COLUMNS
"""The columns of a file of deliveries."""


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
    return delivery_cells(session.texts, told, coverage)
