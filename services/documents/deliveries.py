"""Deliveries as the auditor's questions answer them: as JSON, as rows of a file, in words.

The command line and the auditor's pages show the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from events.instants import parse_instant
from projections.deliveries_told import Outcome, Told
from services.audit.output import Cell
from services.audit.questions.book import Standing
from services.audit.questions.coverage import Coverage
from services.documents import Document
from services.moments import show_moment
from services.texts import Texts

COLUMNS = (
    "log_index", "signed_at", "stored_at", "admitted_at", "sender", "recipient", "event_type", "event", "clause",
    "document", "case_id", "outcome", "incoming_number", "receipt_id", "receipted_at", "refusal_check",
    "refusal_reason", "refusal_clause", "refusal_explanation", "due", "event_id", "cause", "digest",
    "checkpoint_size", "witnessed_at", "stamped_at",
)  # fmt: skip
"""The columns of a file of deliveries."""


def delivery_document(told: Told, coverage: Coverage) -> Document:
    """A delivery as JSON, with the checkpoint that covers it."""
    return told.to_json() | {"covered": coverage.of(told.log_index).to_json()}


def delivery_cells(texts: Texts, told: Told, coverage: Coverage) -> tuple[Cell, ...]:
    """A delivery as a row of a file, with the columns `COLUMNS`."""
    covered = coverage.of(told.log_index)
    return (
        told.log_index, told.signed_at, told.stored_at, told.admitted_at, told.sender, told.recipient,
        told.event_type, texts.word("event", told.event_type), told.clause, document_name(told), told.case_id,
        texts.word("audit_outcome", told.outcome), told.incoming_number, told.receipt_id, told.receipted_at,
        told.refusal_check, told.refusal_reason, told.refusal_clause, told.refusal_explanation, told.due,
        told.event_id, told.cause, told.digest, covered.size,
        None if covered.witnessed_at is None else parse_instant(covered.witnessed_at),
        None if covered.stamped_at is None else parse_instant(covered.stamped_at),
    )  # fmt: skip


def who_told_document(
    standing: Standing, found: Iterable[Told], coverage: Coverage, *, by: str, total: int, next_after: int | None
) -> Document:
    """`audit-who-told.json`; `by` says which instant a period is of: `signed` or `admitted`."""
    return {
        "question": "who-told",
        "standing": standing.to_json(),
        "period_by": by,
        "total": total,
        "next_after": next_after,
        "deliveries": [delivery_document(row, coverage) for row in found],
    }


def timeline_document(
    standing: Standing, found: Iterable[Told], coverage: Coverage, *, case: str, total: int, next_after: int | None
) -> Document:
    """`audit-timeline.json`: a case in the order of the log."""
    return {
        "question": "timeline",
        "standing": standing.to_json(),
        "case": case,
        "total": total,
        "next_after": next_after,
        "deliveries": [delivery_document(row, coverage) for row in found],
    }


def column_heads(texts: Texts, columns: Iterable[str]) -> list[str]:
    """The heads of a file's columns."""
    return [texts(f"audit_column.{column}") for column in columns]


def reach_lines(texts: Texts, standing: Standing) -> list[str]:
    """Up to where an answer reaches, and what it cannot show."""
    until = show_moment(standing.stored_until) or "-"
    lines = [texts("audit_answer.reach", size=standing.log_size, stored=until, version=standing.directory_version)]
    if not standing.times_proven:
        lines.append(texts("audit_answer.simulated"))
    if standing.unread:
        lines.append(texts("audit_answer.unread", count=standing.unread))
    return lines


def document_name(told: Told) -> str:
    """Number and symbol: `05/CV-CA`. A number is of the year in which it was signed."""
    return f"{told.docnumber}/{told.docsymbol}"


def outcome_words(texts: Texts, told: Told) -> str:
    """What became of a delivery and when, in words."""
    name = texts.word("audit_outcome", told.outcome)
    if told.admitted_at is not None:
        name += f" {show_moment(told.admitted_at)}"
    if told.incoming_number is not None:
        name += ", " + texts("ledger.incoming", number=told.incoming_number)
    if told.outcome is Outcome.REFUSED and (told.refusal_clause or told.refusal_reason):
        name += f": {told.refusal_clause or told.refusal_reason}"
    return name


def span_words(texts: Texts, seconds: int | None) -> str:
    """A length of time in days, hours and minutes; empty for none."""
    if seconds is None:
        return ""
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        return texts("audit_answer.days", days=days, hours=hours)
    return texts("audit_answer.hours", hours=hours, minutes=minutes)
