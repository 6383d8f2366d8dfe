"""Proofs that an event existed at an instant, before it came here itself.

A link of a sender's chain names the envelope before it by its digest. So what the broker stored at an instant proves,
for that envelope and, once it has come, for the one before it and so on, that they existed by then: a key revoked
later does not touch them, however late they arrive. Noted for parked links only, as what is admitted has all before it.
"""

from __future__ import annotations

from datetime import datetime

from events.arrival import Arrival, Check
from events.errors import PhoihopError
from events.instants import format_instant, parse_instant
from events.signed_event import SignedEvent, parse_signed_event
from services.agency.record_transaction import RecordTransaction

_SECOND = 2
"""The first link of a chain names no event."""


class Anchors:
    """The proofs that an agency holds, within a transaction. `fresh` are the digests proven since it was made."""

    def __init__(self, transaction: RecordTransaction) -> None:
        self._transaction = transaction
        self._cursor = transaction.cursor
        self.fresh: list[bytes] = []

    def proven_at(self, event: SignedEvent) -> datetime | None:
        """The earliest instant by which an event is proven to have existed, if anything proves it."""
        self._cursor.execute("SELECT stored_at FROM anchors WHERE digest = ?", (event.digest,))
        row = self._cursor.fetchone()
        return parse_instant(row[0]) if row else None

    def note(self, event: SignedEvent, stored_at: datetime | None) -> None:
        """An authentic event waits here: what it names existed when the broker stored it, or by its own proof."""
        waiting: tuple[SignedEvent, datetime | None] | None = (event, stored_at)
        while waiting is not None:
            waiting = self._note_one(*waiting)

    def _note_one(self, event: SignedEvent, stored_at: datetime | None) -> tuple[SignedEvent, datetime | None] | None:
        """Note the proof that one event gives; the event it is given for, if that waits here and may pass it on."""
        link = event.envelope.recipient(self._transaction.me)
        times = [moment for moment in (stored_at, self.proven_at(event)) if moment is not None]
        if link is None or link.count < _SECOND or not times:
            return None
        proven = format_instant(min(times))
        self._cursor.execute(
            "INSERT INTO anchors VALUES (?,?) ON CONFLICT (digest) DO UPDATE SET stored_at = excluded.stored_at "
            "WHERE excluded.stored_at < stored_at",
            (link.previous, proven),
        )
        if not self._cursor.sqlite_cursor.rowcount:
            return None
        self.fresh.append(link.previous)
        self._cursor.execute("SELECT payload, signature, stored_at FROM parked WHERE digest = ?", (link.previous,))
        row = self._cursor.fetchone()
        if row is None:
            return None
        return parse_signed_event(row[0], row[1]), parse_instant(row[2]) if row[2] else None

    def settle(self, event: SignedEvent) -> None:
        """The event is in the record: its proof is needed no more."""
        self._cursor.execute("DELETE FROM anchors WHERE digest = ?", (event.digest,))

    def kept_out(self) -> dict[bytes, Arrival]:
        """What is in quarantine because its key was revoked before it was known to exist, by envelope digest."""
        self._cursor.execute(
            "SELECT subject, payload, signature, stream_sequence, stored_at FROM quarantine WHERE check_number = ?",
            (int(Check.KEY_PERIOD),),
        )
        found: dict[bytes, Arrival] = {}
        for subject, payload, signature, sequence, stored_at in self._cursor.fetchall():
            try:
                digest = parse_signed_event(payload, signature or "").digest
            except PhoihopError:
                continue
            at = parse_instant(stored_at) if stored_at else None
            found[digest] = Arrival(subject, payload, signature, sequence, at)
        return found
