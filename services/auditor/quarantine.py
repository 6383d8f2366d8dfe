"""What could not be verified, or not be acted on as it asks: kept in the ledger with why, and shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events.arrival import Arrival
from events.instants import format_instant, parse_instant
from services.auditor.ledger import Ledger

MESSAGES_KEPT_PER_SENDER = 10_000
BYTES_KEPT_PER_SENDER = 256_000_000
"""So much of one sender is kept at most: nobody can fill the auditor's disk with what it cannot verify."""

FULL = "quarantine-full"
"""The reason of the one row a sender that says that more came of it than is kept."""


class Quarantine:
    """The quarantine of one ledger. Writing methods are called inside `Ledger.commit`."""

    def __init__(self, ledger: Ledger) -> None:
        self._connection = ledger.connection

    def keep(
        self,
        arrival: Arrival,
        reason: str,
        explanation: str,
        now: datetime,
        *,
        sender: str,
        digest: bytes | None = None,
    ) -> None:
        """Keep a message with why; one that is here already only gets the newer reason.

        Of a sender with too much here nothing more is kept: the broker's stream still has it.
        """
        changed = self._connection.execute(
            "UPDATE quarantine SET reason = ?, explanation = ? WHERE key = ?",
            (reason, explanation, arrival.quarantine_key),
        ).rowcount
        if changed:
            return
        kept = "SELECT COUNT(*), COALESCE(SUM(LENGTH(payload)), 0) FROM quarantine WHERE claimed_sender = ?"
        messages, size_bytes = self._connection.execute(kept, (sender,)).fetchone()
        if messages >= MESSAGES_KEPT_PER_SENDER or size_bytes >= BYTES_KEPT_PER_SENDER:
            reason, explanation = FULL, f"so much of {sender or 'unknown senders'} is here that no more is kept"
            arrival = Arrival(arrival.subject, FULL.encode(), sender, arrival.stream_sequence, arrival.stored_at)
        self._connection.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                arrival.quarantine_key, arrival.stream_sequence,
                format_instant(arrival.stored_at) if arrival.stored_at else None, arrival.subject, arrival.payload,
                arrival.signature, reason, explanation, sender, digest, format_instant(now),
            ),
        )  # fmt: skip

    def leave(self, arrival: Arrival) -> None:
        """The message was verified, and acted on: it waits here no longer, if it did."""
        self._connection.execute("DELETE FROM quarantine WHERE key = ?", (arrival.quarantine_key,))

    def is_empty(self) -> bool:
        """Whether nothing is here."""
        return self._connection.execute("SELECT 1 FROM quarantine LIMIT 1").fetchone() is None

    def arrivals(self, reasons: Collection[str]) -> list[Arrival]:
        """The messages kept for one of these reasons, in the order in which they came."""
        rows = self._connection.execute(
            "SELECT subject, payload, signature, stream_sequence, stored_at FROM quarantine "  # noqa: S608 - only marks
            f"WHERE reason IN ({','.join('?' * len(reasons))}) ORDER BY stream_sequence, taken_at",
            tuple(reasons),
        )
        return [
            Arrival(subject, payload, signature, sequence, parse_instant(stored_at) if stored_at else None)
            for subject, payload, signature, sequence, stored_at in rows
        ]

    def counts(self) -> dict[str, int]:
        """How many messages are here, by reason."""
        return dict(self._connection.execute("SELECT reason, COUNT(*) FROM quarantine GROUP BY reason ORDER BY reason"))
