"""Messages that are neither in the record nor dropped: parked until what they wait for comes, or in quarantine.

They have been acknowledged to the broker, so they are kept in the record's store, and both show in `phoihop inbox`.
"""

from __future__ import annotations

from datetime import datetime

from events import base64url
from events.arrival import Arrival, Authentic, Parked, Quarantined
from events.errors import PhoihopError
from events.instants import format_instant, parse_instant
from events.signed_event import SignedEvent, parse_signed_event
from services.agency.record_transaction import RecordTransaction

_ARRIVAL_COLUMNS = "subject, payload, signature, stream_sequence, stored_at"


class HoldingArea:
    """The parked and the quarantined messages of one agency, within a transaction."""

    def __init__(self, transaction: RecordTransaction) -> None:
        self._transaction = transaction
        self._cursor = transaction.cursor
        self._cursor.execute("SELECT COUNT(*) FROM parked")
        self._parked_count: int = self._cursor.fetchone()[0]

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
        self._cursor.execute(
            "INSERT INTO parked VALUES (?,?,?,?,?,?,?,?,?,?,?)",
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
            ),
        )
        self._parked_count += 1
        about = {
            "sender": event.envelope.sender,
            "type": event.envelope.event_type,
            "event": event.envelope.id,
            "explanation": parked.explanation,
        }
        self._transaction.append_local("MessageParked", event.digest_text, about, now)
        return True

    def released_by(self, event_id: str, sender: str, next_count: int) -> list[Arrival]:
        """Parked messages that may now be examined again: those that waited for the event, and the sender's next."""
        if not self._parked_count:
            return []
        self._cursor.execute(
            f"SELECT {_ARRIVAL_COLUMNS} FROM parked "  # noqa: S608 - a constant list of columns
            "WHERE (waits_for = ? AND waits_for <> '') OR (sender = ? AND count = ?) ORDER BY sender, count",
            (event_id, sender, next_count),
        )
        return [_arrival(row) for row in self._cursor.fetchall()]

    def settle(self, event: SignedEvent, now: datetime) -> None:
        """The event has an outcome: it is parked no longer, and no quarantined copy of it waits any more."""
        if self._parked_count:
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
        wanted = sorted(set(missing) - {row[0] for row in self._cursor.fetchall()})
        return range(wanted[0], wanted[-1] + 1) if wanted else range(0)

    def anchor(self, event: SignedEvent) -> datetime | None:
        """The earliest broker's time of a parked later link that names this envelope.

        It proves that the event was in the world by then, whatever happened to its key since.
        """
        self._cursor.execute(
            f"SELECT {_ARRIVAL_COLUMNS} FROM parked WHERE sender = ? AND stored_at IS NOT NULL ORDER BY count",  # noqa: S608
            (event.envelope.sender,),
        )
        rows = self._cursor.fetchall()
        return anchored_at(event, [_arrival(row) for row in rows])

    # --- quarantine ---

    def quarantine(self, arrival: Arrival, verdict: Quarantined, now: datetime) -> bool:
        """Keep a message that could not be verified; false if it is there already."""
        self._cursor.execute("SELECT 1 FROM quarantine WHERE digest = ?", (arrival.digest,))
        if self._cursor.fetchone() is not None:
            return False
        self._cursor.execute(
            "INSERT INTO quarantine VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                arrival.digest,
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
        self._transaction.append_local("MessageQuarantined", base64url.encode(arrival.digest), about, now)
        return True

    def take_from_quarantine(self, now: datetime, *, checks: tuple[int, ...] = ()) -> list[Arrival]:
        """Take out messages to examine them again: all, or those that failed at given checks."""
        where = f"WHERE check_number IN ({','.join('?' * len(checks))})" if checks else ""
        self._cursor.execute(f"SELECT {_ARRIVAL_COLUMNS} FROM quarantine {where} ORDER BY quarantined_at", checks)  # noqa: S608
        arrivals = [_arrival(row) for row in self._cursor.fetchall()]
        for arrival in arrivals:
            self._cursor.execute("DELETE FROM quarantine WHERE digest = ?", (arrival.digest,))
            self._transaction.append_local("QuarantineResolved", base64url.encode(arrival.digest), {"by": "retry"}, now)
        return arrivals

    def parked_arrivals(self) -> list[Arrival]:
        """Every parked message, to be examined again."""
        self._cursor.execute(f"SELECT {_ARRIVAL_COLUMNS} FROM parked ORDER BY sender, count")  # noqa: S608
        return [_arrival(row) for row in self._cursor.fetchall()]

    def first_parked_count(self, sender: str) -> int | None:
        """The lowest count of a sender that has arrived and waits here."""
        self._cursor.execute("SELECT MIN(count) FROM parked WHERE sender = ? AND count > 0", (sender,))
        found: int | None = self._cursor.fetchone()[0]
        return found


def anchored_at(event: SignedEvent, later: list[Arrival]) -> datetime | None:
    """The earliest broker's time among later messages whose chain leads back to the event without a gap."""
    digest, found = event.digest, None
    for arrival in later:
        try:
            link = parse_signed_event(arrival.payload, arrival.signature or "")
        except PhoihopError:
            continue
        recipient = link.envelope.recipient(_recipient(arrival))
        if recipient is not None and recipient.previous == digest and arrival.stored_at is not None:
            digest = link.digest
            found = arrival.stored_at if found is None else min(found, arrival.stored_at)
    return found


def _recipient(arrival: Arrival) -> str:
    return arrival.subject.split(".")[3]


def _arrival(row: tuple[str, bytes, str | None, int | None, str | None]) -> Arrival:
    subject, payload, signature, stream_sequence, stored_at = row
    return Arrival(subject, payload, signature, stream_sequence, parse_instant(stored_at) if stored_at else None)
