"""How open obligations pass over: from an agency to the one that stands in its place when an entry is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from events.case_succession import envelope_in_place_of
from events.instants import format_instant
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

    from events.record_entry import RecordEntry

SQL = named_sql("succession.sql")


def pass_over(cursor: sqlite3.Cursor, entry: RecordEntry) -> RecordEntry:
    """Rename the debtors and creditors of the case, and of what belongs to none; gives the entry as obligations see it.

    What was settled stays under the name of who settled it. The entry's heirs are those of its recipients alone: what
    is asked of a role is asked of who held it then, and owed by who stands in that one's place.
    """
    for values in _passing(entry):
        cursor.execute(SQL["note_heir"], values)
    _rename(cursor, entry)
    signed = entry.event.envelope
    envelope = envelope_in_place_of(signed, dict(entry.heirs))
    of_recipients = tuple((gone, heir) for gone, heir in entry.heirs if gone in signed.agencies)
    return replace(entry, event=replace(entry.event, envelope=envelope), heirs=of_recipients)


def settle_merged(cursor: sqlite3.Cursor, entry: RecordEntry) -> None:
    """After the entry made and reopened obligations: what an agency owes itself, or owes twice, is settled."""
    _rename(cursor, entry)
    for values in _passing(entry):
        cursor.execute(SQL["settle_merged"], values)


def _rename(cursor: sqlite3.Cursor, entry: RecordEntry) -> None:
    for values in _passing(entry):
        cursor.execute(SQL["pass_debts"], values)
        cursor.execute(SQL["pass_claims"], values)


def _passing(entry: RecordEntry) -> list[dict[str, str | None]]:
    case_id, at = entry.event.envelope.case, format_instant(entry.recorded_at)
    return [{"old": old, "new": new, "case_id": case_id, "at": at} for old, new in entry.heirs]
