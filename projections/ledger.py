"""The disclosure ledger: who told whom what, under which clause, and what became of it.

A row for each event and recipient. What stands in a row comes from three places and from nowhere else: the envelope
(who, to whom, case, clause, document, when signed), this agency's own record (what it admitted or refused itself), and
the signed answers of others (`EventReceived`, `EventRefused`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from events.instants import format_instant
from events.record_entry import EntryKind
from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("ledger.sql")


class Outcome(StrEnum):
    """What is known here of one delivery."""

    PENDING = "pending"
    """Sent; its recipient has not yet said what it did with it."""
    ADMITTED = "admitted"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"
    """Another recipient of an event received here: its receipt goes to the sender, not to us."""


@dataclass(frozen=True)
class Delivery(Row):
    """One row of the ledger.

    `position` and `kind` are those of the record's entry. `pair_count` is the sender's running count to the recipient.
    `stored_at` and `stream_sequence` are the broker's words, as the recipient signed them. `admitted_at` is when the
    recipient admitted or refused it. `receipt_id` is the `EventReceived` that covers it. With a receipt and outcome
    `pending`, a cumulative receipt says that it arrived and its own entry has not come.
    """

    position: int
    event_id: str
    event_type: str
    kind: EntryKind
    sender: str
    role: str
    recipient: str
    case_id: str | None
    clause: str | None
    docnumber: str
    docsymbol: str
    signed_at: datetime
    recorded_at: datetime
    pair_count: int
    outcome: Outcome
    stored_at: datetime | None
    stream_sequence: int | None
    admitted_at: datetime | None
    incoming_number: int | None
    directory_version: int | None
    late: bool
    receipt_id: str | None
    refusal_check: int | None
    refusal_reason: str | None
    refusal_clause: str | None
    refusal_explanation: str | None

    @property
    def receipted(self) -> bool:
        """Whether a receipt covers the delivery."""
        return self.receipt_id is not None


@dataclass(frozen=True)
class OutcomeCount(Row):
    """How many deliveries ended how, and how many of them a receipt covers."""

    outcome: Outcome
    deliveries: int
    receipted: int


@dataclass(frozen=True)
class LedgerFilter:
    """Which rows are wanted; a member that is None does not narrow. `since` ≤ signed time < `until`."""

    event_id: str | None = None
    case_id: str | None = None
    sender: str | None = None
    recipient: str | None = None
    event_type: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


def ledger(cursor: sqlite3.Cursor, wanted: LedgerFilter, *, after: int, limit: int) -> tuple[Delivery, ...]:
    """Rows in record order from the entry after position `after`; at most `limit`."""
    values = {
        "event_id": wanted.event_id,
        "case_id": wanted.case_id,
        "sender": wanted.sender,
        "recipient": wanted.recipient,
        "event_type": wanted.event_type,
        "outcome": wanted.outcome,
        "since": format_instant(wanted.since) if wanted.since else None,
        "until": format_instant(wanted.until) if wanted.until else None,
        "after": after,
        "limit": limit,
    }
    # Each way in has its own index; the remaining members narrow what it finds.
    if wanted.event_id is not None:
        statement = SQL["ledger_of_event"]
    elif wanted.case_id is not None:
        statement = SQL["ledger_of_case"]
    else:
        statement = SQL["ledger"]
    return Delivery.from_rows(cursor.execute(statement, values).fetchall())


def outcome_counts(cursor: sqlite3.Cursor) -> tuple[OutcomeCount, ...]:
    """The ledger in three numbers at most."""
    return OutcomeCount.from_rows(cursor.execute(SQL["count_outcomes"]).fetchall())
