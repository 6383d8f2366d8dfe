"""How the case view moves: by `events.case.evolve`, the same fold by which the rules judge.

The timeline needs no fold of its own: it is the events that name the case, in the order of the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.case import FOLDS, evolve
from events.instants import format_instant
from events.known_event import KnownEvent
from events.record_entry import EntryKind
from events.types.case import CaseOpened, ParticipantAdded
from events.types.protocol import EventRefused
from projections.case_store import PARTS, SQL, CaseStore
from projections.search_form import search_form

if TYPE_CHECKING:
    import sqlite3

    from events.case import CaseState
    from events.content import Content
    from events.record_entry import RecordEntry

NEED_CONTENT = frozenset(FOLDS)
"""The types that change a case; any other only stands in its timeline."""


def fold_case(
    cursor: sqlite3.Cursor, cases: CaseStore, entry: RecordEntry, content: Content | None, me: str
) -> tuple[CaseState | None, CaseState] | None:
    """Apply one document event; gives the case before and after it, None if it changed nothing.

    A refused one comes without content: it makes the case known and changes nothing.
    """
    envelope = entry.event.envelope
    case_id = envelope.case
    if case_id is None:
        return None
    touched_by = {"case_id": case_id, "at": format_instant(envelope.time), "position": entry.position}
    cursor.execute(SQL["touch"], touched_by)
    if content is None or envelope.event_type not in FOLDS:
        return None
    old = cases.load(cursor, case_id)
    admitted_at = entry.recorded_at if entry.kind is EntryKind.ADMITTED else None
    new = evolve(old, KnownEvent(envelope, content, admitted_at=admitted_at, heirs=entry.heirs), me)
    if new is old:
        return None
    touched = _members(old, new) if entry.heirs else {envelope.id, *_ids(content)}
    cases.save(cursor, old, new, touched)
    if title := _title(content):
        cursor.execute(SQL["set_title"], {"case_id": case_id, "title": title, "search": search_form(title)})
    return old, new


def fold_refusal(cursor: sqlite3.Cursor, cases: CaseStore, entry: RecordEntry, refusal: EventRefused, me: str) -> None:
    """A recipient refused an own event: its case loses what the event asked of that recipient, or gave it."""
    case_id = entry.event.envelope.case
    old = cases.load(cursor, case_id) if case_id is not None else None
    if old is None:
        return
    new = evolve(old, KnownEvent(entry.event.envelope, refusal, admitted_at=entry.recorded_at), me)
    if new is not old:
        cases.save(cursor, old, new, _ids(refusal))


def _members(*states: CaseState | None) -> set[str]:
    """Every member of every collection: where an agency's place is taken, anything may be renamed."""
    return {member for state in states if state is not None for part in PARTS for member in getattr(state, part)}


def _ids(content: Content) -> set[str]:
    found: set[str] = set()
    for value in vars(content).values():
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, tuple):
            found.update(item for item in value if isinstance(item, str))
    return found


def _title(content: Content) -> str | None:
    if isinstance(content, CaseOpened):
        return content.title
    return content.briefing.title if isinstance(content, ParticipantAdded) else None
