"""Messages that are neither in the record nor dropped: parked until what they wait for comes, or in quarantine.

They have been acknowledged to the broker, so they are kept in the record's store, and both show in `phoihop inbox`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from events import base64url
from events.arrival import Arrival, Authentic, Parked, Quarantined
from events.case import TELL_WHO_TAKES_PART
from events.envelope import Envelope, envelope_digest
from events.errors import Malformed
from events.instants import format_instant, parse_instant
from events.payload import split_payload
from events.signed_event import SignedEvent
from services.agency.anchors import Anchors
from services.agency.record_transaction import RecordTransaction

MESSAGES_KEPT_PER_SENDER = 10_000
BYTES_KEPT_PER_SENDER = 256_000_000
"""So much of one sender is kept aside at most, in each of the two places: nobody can fill another agency's disk so."""

_ARRIVAL_COLUMNS = "subject, payload, signature, stream_sequence, stored_at"


class HoldingArea:
    """The parked and the quarantined messages of one agency, within a transaction."""

    def __init__(self, transaction: RecordTransaction) -> None:
        self._transaction = transaction
        self._cursor = transaction.cursor
        self.anchors = Anchors(transaction)
        self._cursor.execute("SELECT COUNT(*) FROM parked")
        self._parked_count: int = self._cursor.fetchone()[0]
        self._cursor.execute("SELECT COUNT(*) FROM quarantine")
        self._quarantined_count: int = self._cursor.fetchone()[0]
        self._kept: dict[tuple[str, str], tuple[int, int]] = {}
        self._full: set[tuple[str, str]] = set()

    def _has_room(self, table: Literal["parked", "quarantine"], sender: str, arrival: Arrival, now: datetime) -> bool:
        """Whether one more message of a sender may be kept; if not, that is noted, once a batch.

        Nothing is lost by it. What would have been parked is not receipted, so its sender sends it again; what would
        have gone to quarantine could not be verified, and the broker's stream still has it.
        """
        key = (table, sender)
        if key not in self._kept:
            who = "sender" if table == "parked" else "claimed_sender"
            self._cursor.execute(
                f"SELECT COUNT(*), COALESCE(SUM(LENGTH(payload)), 0) FROM {table} WHERE {who} = ?",  # noqa: S608
                (sender,),
            )
            row = self._cursor.fetchone()
            self._kept[key] = (row[0], row[1])
        messages, size_bytes = self._kept[key]
        if messages >= MESSAGES_KEPT_PER_SENDER or size_bytes >= BYTES_KEPT_PER_SENDER:
            if key not in self._full:
                self._full.add(key)
                self._transaction.append_local("HoldingFull", sender, {"where": table, "messages": messages}, now)
            return False
        self._kept[key] = (messages + 1, size_bytes + len(arrival.payload))
        return True

    # --- parked ---

    def park(self, authentic: Authentic, parked: Parked, now: datetime) -> bool:
        """Keep an event until what it waits for comes; false if it is parked already."""
        event, arrival = authentic.event, authentic.arrival
        counts = [r.count for r in event.envelope.recipients if r.agency == _recipient(arrival)]
        self._cursor.execute("SELECT waits_for FROM parked WHERE digest = ?", (event.digest,))
        row = self._cursor.fetchone()
        if row is not None:
            if row[0] != parked.waits_for:
                self._cursor.execute(
                    "UPDATE parked SET waits_for = ? WHERE digest = ?", (parked.waits_for, event.digest)
                )
            return False
        if not self._has_room("parked", event.envelope.sender, arrival, now):
            return False
        self._cursor.execute(
            "INSERT INTO parked VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                event.digest,
                event.envelope.sender,
                counts[0] if counts else 0,
                event.envelope.id,
                parked.waits_for,
                arrival.subject,
                event.signature,
                arrival.payload,
                arrival.stream_sequence,
                format_instant(arrival.stored_at) if arrival.stored_at else None,
                format_instant(now),
                event.envelope.case or "",
            ),
        )
        self._parked_count += 1
        self.anchors.note(event, arrival.stored_at)
        about = {
            "sender": event.envelope.sender,
            "type": event.envelope.event_type,
            "event": event.envelope.id,
            "explanation": parked.explanation,
        }
        self._transaction.append_local("MessageParked", event.digest_text, about, now)
        return True

    def released_by(self, envelope: Envelope, next_count: int) -> list[Arrival]:
        """Parked messages that may be examined again now that an event was taken in.

        They are those that waited for it, its sender's next and, where it may tell who takes part in a case, what waits
        in that case: of each sender the first that waits, since all behind it waits for counts.
        """
        if not self._parked_count:
            return []
        case = envelope.case if envelope.event_type in TELL_WHO_TAKES_PART else None
        self._cursor.execute(
            f"SELECT {_ARRIVAL_COLUMNS} FROM parked "  # noqa: S608 - a constant list of columns
            "WHERE (waits_for = ? AND waits_for <> '') OR (sender = ? AND count = ?) "
            "OR (case_id = ? AND waits_for <> '') ORDER BY sender, count",
            (envelope.id, envelope.sender, next_count, case),
        )
        return [_arrival(row) for row in self._cursor.fetchall()]

    def next_of(self, sender: str, count: int) -> list[Arrival]:
        """The parked message with a count of a sender, if there is one."""
        self._cursor.execute(
            f"SELECT {_ARRIVAL_COLUMNS} FROM parked WHERE sender = ? AND count = ?",  # noqa: S608
            (sender, count),
        )
        return [_arrival(row) for row in self._cursor.fetchall()]

    def waiting_for(self, sender: str, event_id: str) -> list[Arrival]:
        """What is parked of a sender and waits for an event."""
        self._cursor.execute(
            f"SELECT {_ARRIVAL_COLUMNS} FROM parked WHERE sender = ? AND waits_for = ? ORDER BY count",  # noqa: S608
            (sender, event_id),
        )
        return [_arrival(row) for row in self._cursor.fetchall()]

    def settle(self, event: SignedEvent, now: datetime) -> None:
        """The event has an outcome: it is parked no longer."""
        if self._parked_count:
            self.anchors.settle(event)
            self._cursor.execute("DELETE FROM parked WHERE digest = ?", (event.digest,))
            if self._cursor.sqlite_cursor.rowcount:
                self._parked_count -= 1
                self._transaction.append_local("MessageUnparked", event.digest_text, {"event": event.envelope.id}, now)

    def unheld(self, sender: str, missing: range) -> range:
        """What of a range of missing counts is not parked here: only that needs repair. Empty if nothing."""
        if not missing:
            return missing
        self._cursor.execute(
            "SELECT count FROM parked WHERE sender = ? AND count BETWEEN ? AND ?", (sender, missing[0], missing[-1])
        )
        # The range may be as wide as a count can be: it is narrowed from both ends, never written out.
        held = {row[0] for row in self._cursor.fetchall()}
        first, last = missing[0], missing[-1]
        while first in held:
            first += 1
        while last in held and last >= first:
            last -= 1
        return range(first, last + 1)

    # --- quarantine ---

    def quarantine(self, arrival: Arrival, verdict: Quarantined, now: datetime) -> bool:
        """Keep a message that could not be verified; false if it is there already, perhaps for another reason."""
        self._leave_parked(arrival, verdict.claimed_sender, now)
        self._cursor.execute(
            "UPDATE quarantine SET check_number = ?, reason = ?, explanation = ? WHERE digest = ?",
            (int(verdict.check), verdict.reason, verdict.explanation, arrival.quarantine_key),
        )
        if self._cursor.sqlite_cursor.rowcount:
            return False
        if not self._has_room("quarantine", verdict.claimed_sender, arrival, now):
            return False
        self._quarantined_count += 1
        self._cursor.execute(
            "INSERT INTO quarantine VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                arrival.quarantine_key,
                verdict.claimed_sender,
                int(verdict.check),
                verdict.reason,
                verdict.explanation,
                arrival.subject,
                arrival.signature,
                arrival.payload,
                arrival.stream_sequence,
                format_instant(arrival.stored_at) if arrival.stored_at else None,
                format_instant(now),
                0,
            ),
        )
        about = {
            "claimed_sender": verdict.claimed_sender,
            "check": int(verdict.check),
            "reason": verdict.reason,
            "explanation": verdict.explanation,
            "subject": arrival.subject,
        }
        self._transaction.append_local("MessageQuarantined", base64url.encode(arrival.quarantine_key), about, now)
        return True

    def leave_quarantine(self, arrival: Arrival, now: datetime) -> None:
        """The message was verified: it waits in quarantine no longer, if it did."""
        if self._quarantined_count:
            self._cursor.execute("DELETE FROM quarantine WHERE digest = ?", (arrival.quarantine_key,))
            if self._cursor.sqlite_cursor.rowcount:
                self._quarantined_count -= 1
                about = {"by": "retry"}
                self._transaction.append_local(
                    "QuarantineResolved", base64url.encode(arrival.quarantine_key), about, now
                )

    def quarantined_arrivals(self, *, checks: tuple[int, ...] = ()) -> list[Arrival]:
        """The messages in quarantine, to be examined again: all, or those that failed at given checks.

        They stay until they are verified, so that nobody is answered twice about the same bytes.
        """
        where = f"WHERE check_number IN ({','.join('?' * len(checks))})" if checks else ""
        self._cursor.execute(f"SELECT {_ARRIVAL_COLUMNS} FROM quarantine {where} ORDER BY quarantined_at", checks)  # noqa: S608
        return [_arrival(row) for row in self._cursor.fetchall()]

    def parked_arrivals(self) -> list[Arrival]:
        """Every parked message, to be examined again."""
        self._cursor.execute(f"SELECT {_ARRIVAL_COLUMNS} FROM parked ORDER BY sender, count")  # noqa: S608
        return [_arrival(row) for row in self._cursor.fetchall()]

    def first_parked_count(self, sender: str) -> int | None:
        """The lowest count of a sender that has arrived and waits here."""
        self._cursor.execute("SELECT MIN(count) FROM parked WHERE sender = ? AND count > 0", (sender,))
        found: int | None = self._cursor.fetchone()[0]
        return found

    # --- inside ---

    def _leave_parked(self, arrival: Arrival, sender: str, now: datetime) -> None:
        # What is in quarantine has no place in the chain: it must not pass for the count that it claims.
        if not self._parked_count:
            return
        try:
            digest = envelope_digest(split_payload(arrival.payload).envelope)
        except Malformed:
            return
        self._cursor.execute(
            "SELECT digest, event_id FROM parked WHERE digest = ? AND sender = ? AND payload = ?",
            (digest, sender, arrival.payload),
        )
        for digest, event_id in self._cursor.fetchall():
            self._cursor.execute("DELETE FROM parked WHERE digest = ?", (digest,))
            self._parked_count -= 1
            self._transaction.append_local("MessageUnparked", base64url.encode(digest), {"event": event_id}, now)


def _recipient(arrival: Arrival) -> str:
    return arrival.subject.split(".")[3]


def _arrival(row: tuple[str, bytes, str | None, int | None, str | None]) -> Arrival:
    subject, payload, signature, stream_sequence, stored_at = row
    return Arrival(subject, payload, signature, stream_sequence, parse_instant(stored_at) if stored_at else None)
