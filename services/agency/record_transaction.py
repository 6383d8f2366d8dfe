"""One transaction on the record: heads are read, numbers given and entries appended while no other process can write.

Nothing is visible outside before the commit. Rows are gathered and written together when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor

from events.canonical import JSON
from events.case import after
from events.case_succession import heirs_concerned
from events.content import Content
from events.instants import vietnam_date
from events.known_event import KnownEvent
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry, Refusal
from events.signed_event import SignedEvent
from services.agency.bookmarks import Bookmarks
from services.agency.case_states import CaseStates
from services.agency.entry_codec import TOPICS, encode_entry, encode_local, origin_of
from services.agency.pair_links import IN, OUT, Head, PairLinks
from services.agency.record_reading import RecordReading
from services.agency.recorder import RecordRecorder
from services.agency.registers import Registers

__all__ = ["ID_REUSED", "IN", "OUT", "Head", "RecordTransaction"]

ID_REUSED = "id-reused"
"""Reason of a refusal: the event's id is held already."""
_SNAPSHOT_EVERY = 200


class RecordTransaction(RecordReading, PairLinks, Registers, Bookmarks):
    """What signing and admission may ask and append. Made by `Record.writing`; not to be kept."""

    def __init__(self, cursor: SQLiteCursor, recorder: RecordRecorder, states: CaseStates, *, restored: bool) -> None:
        RecordReading.__init__(self, cursor, recorder.path, states)
        PairLinks.__init__(self, cursor)
        Registers.__init__(self, cursor)
        self._recorder = recorder
        self._stored: list[StoredEvent] = []
        self.appended: list[Entry] = []
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        row = cursor.fetchone()
        self._position = row[0] if row else 0
        cursor.execute("SELECT name, value FROM about WHERE name IN ('recovery', 'without')")
        held = dict(tuple(row) for row in cursor.fetchall())
        self.unsettled = frozenset(held.get("without", "").split())
        """Peers that were away when the record was recovered: no documents to or from them before the next recovery."""
        cursor.execute("SELECT 1 FROM receipts_recovered LIMIT 1")
        self.has_words = cursor.fetchone() is not None
        """Whether a lost record had said in receipts what is not yet in this one again."""
        self.signing_held = restored or "recovery" in held
        """Whether documents may not be signed: peers hold, or may hold, more from here than this record does."""

    # --- appending ---

    def append_sent(
        self,
        event: SignedEvent,
        content: Content,
        now: datetime,
        directory_version: int,
        *,
        heirs: Mapping[str, str] = MappingProxyType({}),
    ) -> RecordEntry:
        """Append an own event: its links, its number in the outgoing register, its place in the case.

        `heirs` are the agencies that have passed on all they were, each with who stands in its place.
        """
        envelope = event.envelope
        entry = self._append(
            RecordEntry(self._position + 1, EntryKind.SENT, now, event, directory_version),
            origin_of(event, None),
            content,
            heirs,
        )
        for recipient in envelope.recipients:
            if recipient.count:
                self._link(recipient.agency, OUT, recipient.count, entry)
        if envelope.docnumber is not None:
            self._register(OUT, vietnam_date(envelope.time).year, int(envelope.docnumber), entry.position)
        return entry

    def append_received(
        self,
        event: SignedEvent,
        content: Content | None,
        now: datetime,
        directory_version: int,
        *,
        me: str,
        refusal: Refusal | None = None,
        stream_sequence: int | None = None,
        stored_at: datetime | None = None,
        late: bool = False,
        incoming_number: int | None = None,
        heirs: Mapping[str, str] = MappingProxyType({}),
    ) -> RecordEntry:
        """Append an incoming event: admitted, with the next incoming number, or refused (`refusal`).

        `heirs` as in `append_sent`.
        `incoming_number` is given only when the event had one in a record that was lost.
        """
        kind = EntryKind.ADMITTED if refusal is None else EntryKind.REFUSED
        number: int | None = None
        if not event.envelope.is_protocol and refusal is None:
            year, next_number = self.next_number(IN, now)
            number = incoming_number or next_number
            self._register(IN, year, number, self._position + 1)
        entry = self._append(
            RecordEntry(
                self._position + 1, kind, now, event, directory_version, incoming_number=number,
                stream_sequence=stream_sequence, stored_at=stored_at, late=late, refusal=refusal,
            ),
            origin_of(event, event.envelope.sender),
            content,
            heirs,
        )  # fmt: skip
        link = event.envelope.recipient(me)
        if link is not None and link.count:
            self._link(event.envelope.sender, IN, link.count, entry)
        return entry

    def append_inherited(
        self, left: RecordEntry, content: Content, now: datetime, directory_version: int, heirs: Mapping[str, str]
    ) -> RecordEntry:
        """Append a document of a predecessor's record: into its case, with no link and no number of this agency.

        `stored_at` says since when it was held there at the latest: its key has ended with the predecessor.
        """
        since = min(left.recorded_at, left.stored_at or left.recorded_at)
        kind = EntryKind.INHERITED
        entry = RecordEntry(self._position + 1, kind, now, left.event, directory_version, stored_at=since)
        return self._append(entry, origin_of(left.event, left.event.envelope.sender), content, heirs)

    def append_local(self, name: str, subject: str, data: JSON, now: datetime) -> LocalEntry:
        """Append a fact that stays in the house."""
        entry = LocalEntry(self._position + 1, now, name, subject, data)
        self._store(f"local:{subject}", TOPICS[EntryKind.LOCAL], encode_local(entry))
        self.appended.append(entry)
        return entry

    def hold_signing(self, why: str, now: datetime) -> None:
        """A peer has shown that it holds more from here than this record does: no documents until recovery."""
        if not self.signing_held:
            self.cursor.execute("INSERT OR REPLACE INTO about VALUES ('recovery', ?)", (why,))
            self.append_local("SigningHeld", "record", {"why": why}, now)
            self.signing_held = True

    def flush(self) -> None:
        """Write everything gathered; called by `Record.writing` before the commit."""
        if self._stored and self._recorder.insert(self.cursor, self._stored) != self._position:
            raise RuntimeError("the record gave other positions than foreseen: it was written outside a transaction")
        self._write_index()
        self._write_links()
        self._write_registers()
        for case_id, (version, state) in self._cases.items():
            if state is not None and version // _SNAPSHOT_EVERY != self._states.version_of(case_id) // _SNAPSHOT_EVERY:
                self.cursor.execute(
                    "INSERT OR REPLACE INTO case_snapshots VALUES (?,?,?)", (case_id, version, self._states.dump(state))
                )

    def committed(self) -> None:
        """Hand what is now durable to the caches; called by `Record.writing` after the commit."""
        for case_id, (version, state) in self._cases.items():
            self._states.put(case_id, version, state)
        self._remember_fresh()

    # --- inside ---

    def _append(
        self, entry: RecordEntry, origin: str, content: Content | None, heirs: Mapping[str, str]
    ) -> RecordEntry:
        event = entry.event
        case_id = event.envelope.case
        # Read before the version moves on: the fold must not see the entry twice.
        version, state = self._case(case_id) if case_id is not None else (0, None)
        if heirs and case_id is not None:
            entry = replace(entry, heirs=heirs_concerned(state, event.envelope, heirs))
        elif heirs and not event.envelope.is_protocol:
            # What is open outside cases has no state that names its agencies: all are told.
            entry = replace(entry, heirs=tuple(sorted(heirs.items())))
        self._store(origin, TOPICS[entry.kind], encode_entry(entry))
        # An id that another event has already stays that event's.
        if entry.refusal is None or entry.refusal.reason != ID_REUSED:
            self._index(event.envelope.id, entry.position, event.digest)
        self.appended.append(entry)
        if content is not None:
            known = KnownEvent(
                event.envelope,
                content,
                refused=entry.kind is EntryKind.REFUSED,
                admitted_at=entry.recorded_at if entry.kind is EntryKind.ADMITTED else None,
                heirs=entry.heirs,
            )
            self._hold(known)
            if case_id is not None:
                state = after(state, known, self._states.me)
        if case_id is not None:
            self._cases[case_id] = (version + 1, state)
        return entry

    def _store(self, origin: str, topic: str, state: bytes) -> None:
        version = self._version(origin) + 1
        self._versions[origin] = version
        self._stored.append(StoredEvent(origin, version, topic, state))
        self._position += 1
