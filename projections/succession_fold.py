"""How open obligations pass over: from an agency to the one that stands in its place when an entry is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from events.case_succession import envelope_in_place_of
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

    from events.record_entry import RecordEntry

SQL = named_sql("succession.sql")


def pass_over(cursor: sqlite3.Cursor, entry: RecordEntry) -> RecordEntry:
    """Rename the debtors and creditors of the case, and of what belongs to none; gives the entry as obligations see it.

    What was settled stays under the name of who settled it.
    """
    for old, new in entry.heirs:
        values = {"old": old, "new": new, "case_id": entry.event.envelope.case}
        cursor.execute(SQL["pass_debts"], values)
        cursor.execute(SQL["pass_claims"], values)
    envelope = envelope_in_place_of(entry.event.envelope, dict(entry.heirs))
    return replace(entry, event=replace(entry.event, envelope=envelope))
