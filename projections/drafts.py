"""Drafts: what somebody here means to send. Local, unnumbered, outside the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("drafts.sql")


class DraftState(StrEnum):
    """How far a draft has come."""

    OPEN = "open"
    SIGNED = "signed"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class DraftLine(Row):
    """One draft. Its content stays in the record; `signed_event` is the event that it became."""

    draft_id: str
    state: DraftState
    event_type: str | None
    case_id: str | None
    recipients: tuple[str, ...]
    clause: str | None
    author: str | None
    created_at: datetime
    changed_at: datetime
    signed_event: str | None


def drafts(cursor: sqlite3.Cursor, *, state: DraftState | None, limit: int) -> tuple[DraftLine, ...]:
    """Drafts, the last changed first."""
    rows = cursor.execute(SQL["drafts"], {"state": state, "limit": limit}).fetchall()
    return tuple(DraftLine.from_columns(row, recipients=tuple((row["recipients"] or "").split())) for row in rows)
