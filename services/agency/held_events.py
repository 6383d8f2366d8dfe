"""The events that a record holds, within a transaction: by id, this transaction's own included."""

from __future__ import annotations

from collections.abc import Collection

from eventsourcing.sqlite import SQLiteCursor

from events.known_event import KnownEvent
from events.record_entry import RecordEntry
from events.regulation.delegation import TYPES as DELEGATION_TYPES
from services.agency.case_states import CaseStates
from services.agency.entry_codec import decode_entry
from services.agency.known_entries import known_event


class HeldEvents:
    """The index of events as it stands. A part of `RecordTransaction`."""

    def __init__(self, cursor: SQLiteCursor, states: CaseStates) -> None:
        self.cursor = cursor
        self._states = states
        self._fresh: dict[str, KnownEvent] = {}
        self._fresh_digests: dict[str, bytes] = {}
        self._looked_up: dict[str, bytes | None] = {}
        self._index_rows: list[tuple[str, int, bytes]] = []

    def look_up(self, event_ids: Collection[str]) -> None:
        """Find out about many ids at once; `digest_of` then knows them without asking the store for each."""
        marks = ",".join("?" * len(event_ids))
        self.cursor.execute(f"SELECT event_id, digest FROM event_index WHERE event_id IN ({marks})", tuple(event_ids))  # noqa: S608
        self._looked_up |= dict.fromkeys(event_ids) | {row[0]: row[1] for row in self.cursor.fetchall()}

    def digest_of(self, event_id: str) -> bytes | None:
        """The envelope digest of an event that is held, whatever came of it."""
        if event_id in self._fresh_digests:
            return self._fresh_digests[event_id]
        if event_id in self._looked_up:
            return self._looked_up[event_id]
        self.cursor.execute("SELECT digest FROM event_index WHERE event_id = ?", (event_id,))
        row = self.cursor.fetchone()
        return row[0] if row else None

    def position_of(self, event_id: str) -> int:
        """The position of an event that is held; raises `LookupError` if it is not."""
        for row in reversed(self._index_rows):
            if row[0] == event_id:
                return row[1]
        self.cursor.execute("SELECT position FROM event_index WHERE event_id = ?", (event_id,))
        if (row := self.cursor.fetchone()) is None:
            raise LookupError(f"the record holds no event {event_id}")
        return int(row[0])

    def known(self, event_id: str) -> KnownEvent | None:
        """An event that is held, as the rules see it."""
        if event_id in self._fresh:
            return self._fresh[event_id]
        if (remembered := self._states.recall(event_id)) is not None:
            return remembered
        self.cursor.execute(
            "SELECT e.rowid, e.topic, e.state FROM event_index i JOIN entries e ON e.rowid = i.position "
            "WHERE i.event_id = ?",
            (event_id,),
        )
        if (row := self.cursor.fetchone()) is None:
            return None
        entry = decode_entry(*row)
        known = known_event(entry) if isinstance(entry, RecordEntry) else None
        if known is not None:
            self._states.remember(known)
        return known

    def untold(self, sender: str, event_ids: Collection[str]) -> frozenset[str]:
        """Those of some events of which a sender has stated that they were not addressed to this agency."""
        marks = ",".join("?" * len(event_ids))
        query = f"SELECT event_id FROM untold WHERE sender = ? AND event_id IN ({marks})"  # noqa: S608
        self.cursor.execute(query, (sender, *event_ids))
        return frozenset(row[0] for row in self.cursor.fetchall())

    def delegations_of(self, agency: str) -> tuple[KnownEvent, ...]:
        """The delegations of signing that an agency granted or ended, as far as they are held here."""
        self.cursor.execute("SELECT event_id FROM delegations WHERE sender = ? ORDER BY event_id", (agency,))
        held = [self.known(row[0]) for row in self.cursor.fetchall()]
        return tuple(known for known in held if known is not None)

    def _index(self, event_id: str, position: int, digest: bytes) -> None:
        self._index_rows.append((event_id, position, digest))
        self._fresh_digests[event_id] = digest

    def _hold(self, known: KnownEvent) -> None:
        self._fresh[known.id] = known
        if known.event_type in DELEGATION_TYPES and not known.refused:
            self.cursor.execute("INSERT OR IGNORE INTO delegations VALUES (?,?)", (known.envelope.sender, known.id))

    def _write_index(self) -> None:
        self.cursor.executemany("INSERT INTO event_index VALUES (?,?,?)", self._index_rows)

    def _remember_fresh(self) -> None:
        for known in self._fresh.values():
            self._states.remember(known)
