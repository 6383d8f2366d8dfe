"""Drafts: what somebody here means to send. Local, unnumbered, outside the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from events.errors import InvalidValue
from events.instants import format_instant, parse_instant
from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("drafts.sql")
COUNTED_UPTO = 1_000
_SEPARATOR = "~"
_LAST = "9999"
"""Greater than every instant: where a list of the last changed begins."""


class DraftState(StrEnum):
    """How far a draft has come."""

    OPEN = "open"
    RETURNED = "returned"
    SIGNED = "signed"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class DraftLine(Row):
    """One draft. Its content stays in the record; `signed_event` is the event that it became.

    `revision` counts how often it was written, edited or sent back; `remark` says why it was sent back, while it is.
    """

    draft_id: str
    state: DraftState
    event_type: str | None
    case_id: str | None
    recipients: tuple[str, ...]
    clause: str | None
    author: str | None
    created_at: datetime
    revision: int
    changed_at: datetime
    changed_by: str | None
    remark: str | None
    signed_event: str | None

    @property
    def mark(self) -> str:
        """This row's place in the list: what `after` takes to go on behind it."""
        return f"{format_instant(self.changed_at)}{_SEPARATOR}{self.draft_id}"


def drafts(
    cursor: sqlite3.Cursor, *, state: DraftState | None, after: str | None = None, limit: int
) -> tuple[DraftLine, ...]:
    """Drafts, the last changed first, from behind the row whose mark is `after`.

    Raises `InvalidValue` for a mark that no row has.
    """
    changed, draft_id = (_LAST, "") if after is None else _read_mark(after)
    values = {"state": state, "mark_changed": changed, "mark_draft": draft_id, "limit": limit}
    rows = cursor.execute(SQL["drafts" if state is None else "drafts_in_state"], values)
    return tuple(DraftLine.from_columns(row, recipients=tuple((row["recipients"] or "").split())) for row in rows)


def returned(cursor: sqlite3.Cursor, *, limit: int) -> tuple[DraftLine, ...]:
    """Those sent back that nobody has edited since, the last first."""
    return drafts(cursor, state=DraftState.RETURNED, limit=limit)


def count_open(cursor: sqlite3.Cursor) -> int:
    """How many are open, counted up to `COUNTED_UPTO`."""
    counted: int = cursor.execute(SQL["count_open"], {"upto": COUNTED_UPTO}).fetchone()["drafts"]
    return counted


def _read_mark(mark: str) -> tuple[str, str]:
    changed, separator, draft_id = mark.partition(_SEPARATOR)
    if not separator or not draft_id:
        raise InvalidValue("this is no mark of a draft")
    return format_instant(parse_instant(changed)), draft_id
