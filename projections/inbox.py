"""The inbox: what came, and what became of it: admitted, refused, parked or in quarantine, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("inbox.sql")

NEWEST = 2**62
"""A position that no record reaches: where a list of the newest begins."""


class InboxState(StrEnum):
    """What became of a message that came."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    PARKED = "parked"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Received(Row):
    """An event that was admitted or refused here. `incoming_number` is that of the incoming register of its year."""

    position: int
    state: InboxState
    event_id: str
    event_type: str
    sender: str
    case_id: str | None
    clause: str | None
    docnumber: str
    docsymbol: str
    signed_at: datetime
    arrived_at: datetime
    incoming_number: int | None
    late: bool
    receipt_id: str | None
    refusal_check: int | None
    refusal_reason: str | None
    refusal_clause: str | None
    refusal_explanation: str | None


@dataclass(frozen=True)
class Held(Row):
    """A message that is no event of the record: parked until an earlier one comes, or in quarantine.

    Of one in quarantine `sender` is only what it claims. `digest` is the envelope's of a parked one, and that of the
    bytes that came of one in quarantine.
    """

    digest: str
    state: InboxState
    held_since: datetime
    sender: str | None
    event_type: str | None
    event_id: str | None
    reason: str | None
    explanation: str | None


@dataclass(frozen=True)
class Inbox(Row):
    """What was received, newest first, and what is held now."""

    received: tuple[Received, ...]
    held: tuple[Held, ...]


def inbox(cursor: sqlite3.Cursor, me: str, *, state: InboxState | None, before: int | None, limit: int) -> Inbox:
    """The inbox of `me`, or what of it is in one state; `before` a record position pages backwards."""
    values = {"me": me, "before": before or NEWEST, "state": state, "limit": limit}
    received: tuple[Received, ...] = ()
    held: tuple[Held, ...] = ()
    if state in {None, InboxState.ADMITTED}:
        received = Received.from_rows(cursor.execute(SQL["received"], values).fetchall())
    elif state is InboxState.REFUSED:
        received = Received.from_rows(cursor.execute(SQL["refused"], values).fetchall())
    if state in {None, InboxState.PARKED, InboxState.QUARANTINED}:
        held = Held.from_rows(cursor.execute(SQL["held"], values).fetchall())
    return Inbox(received, held)
