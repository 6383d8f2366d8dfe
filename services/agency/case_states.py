"""The case states in memory: what admission and signing need of a case, without folding its whole history again.

A state is a fold over the case's entries. It is kept with the version (number of entries) it has seen; when another
process has appended since, only the rest is folded. Snapshots in the store bound the work after a start.
"""

from __future__ import annotations

from collections import OrderedDict

from eventsourcing.sqlite import SQLiteCursor

from events.canonical import canonical_json, parse_json
from events.case import CaseState, after, state_from_json, state_to_json
from events.known_event import KnownEvent
from events.record_entry import RecordEntry
from services.agency.entry_codec import decode_entry
from services.agency.known_entries import known_event

_CASES_REMEMBERED = 4096
_EVENTS_REMEMBERED = 8192
_ENTRIES_PER_READ = 500


class CaseStates:
    """A bounded memory of case states and of events lately seen. Thread-confined: used by the record's writer alone."""

    def __init__(self, me: str) -> None:
        self.me = me
        self._states: OrderedDict[str, tuple[int, CaseState | None]] = OrderedDict()
        self._events: OrderedDict[str, KnownEvent] = OrderedDict()

    def load(self, cursor: SQLiteCursor, case_id: str, version: int) -> tuple[int, CaseState | None]:
        """The state of a case at its newest `version`: from memory or the last snapshot, and what came since."""
        seen, state = self._states.get(case_id) or self._snapshot(cursor, case_id)
        while seen < version:
            cursor.execute(
                "SELECT originator_version, rowid, topic, state FROM entries "
                "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version LIMIT ?",
                (f"case:{case_id}", seen, _ENTRIES_PER_READ),
            )
            for number, position, topic, data in cursor.fetchall():
                entry = decode_entry(position, topic, data)
                known = known_event(entry) if isinstance(entry, RecordEntry) else None
                if known is not None:
                    state = after(state, known, self.me)
                seen = number
        return version, state

    def put(self, case_id: str, version: int, state: CaseState | None) -> None:
        """Remember a state that is durable."""
        self._states[case_id] = (version, state)
        self._states.move_to_end(case_id)
        if len(self._states) > _CASES_REMEMBERED:
            self._states.popitem(last=False)

    def version_of(self, case_id: str) -> int:
        """The version remembered of a case; 0 if none."""
        return self._states.get(case_id, (0, None))[0]

    def remember(self, known: KnownEvent) -> None:
        """Keep a document at hand: answers soon ask for their request.

        Messages of the protocol are rarely asked for, and one that speaks of hundreds of events takes up as much room
        as hundreds of documents.
        """
        if known.content.PROTOCOL:
            return
        self._events[known.id] = known
        if len(self._events) > _EVENTS_REMEMBERED:
            self._events.popitem(last=False)

    def recall(self, event_id: str) -> KnownEvent | None:
        """An event lately seen."""
        return self._events.get(event_id)

    @staticmethod
    def dump(state: CaseState) -> bytes:
        """A state as it stands in a snapshot."""
        return canonical_json(state_to_json(state))

    @staticmethod
    def _snapshot(cursor: SQLiteCursor, case_id: str) -> tuple[int, CaseState | None]:
        cursor.execute("SELECT version, state FROM case_snapshots WHERE case_id = ?", (case_id,))
        row = cursor.fetchone()
        return (row[0], state_from_json(parse_json(row[1]))) if row else (0, None)
