"""What the sender is told: one cumulative receipt for all that a batch covered, and refusals with their reasons."""

from __future__ import annotations

from datetime import datetime

from events import base64url
from events.arrival import Arrival, Quarantined
from events.record_entry import EntryKind, RecordEntry, Refusal
from events.signature import Signer
from events.signed_event import SignedEvent
from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome
from events.values.text import plain_text
from services.agency.context import Context
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction

_ENTRIES_PER_RECEIPT = 500
"""Some 150 kB: well under the payload's limit."""


class Answers:
    """The receipts and refusals of one batch; `sign` writes them into the same commit as what they cover."""

    def __init__(self, transaction: RecordTransaction, context: Context, service: Signer, now: datetime) -> None:
        self._transaction = transaction
        self._context = context
        self._service = service
        self._now = now
        self._covered: dict[str, list[RecordEntry]] = {}
        self._refused: list[tuple[RecordEntry, Refusal]] = []
        self._unverifiable: list[tuple[Arrival, Quarantined]] = []
        self.again: set[int] = set()
        """Positions of own messages that are to be published once more."""

    def covered(self, entry: RecordEntry) -> None:
        """An event was admitted or refused: the next receipt covers it."""
        self._covered.setdefault(entry.event.envelope.sender, []).append(entry)

    def refused(self, entry: RecordEntry) -> None:
        """An event was refused: its sender is told why."""
        if entry.refusal is not None:
            self._refused.append((entry, entry.refusal))

    def repeated(self, event: SignedEvent) -> None:
        """An event came again: its sender lacks the receipt that covers it."""
        link = event.envelope.recipient(self._context.me)
        if link is None or not link.count:
            return
        cursor = self._transaction.cursor
        cursor.execute(
            "SELECT position FROM receipts_given WHERE peer = ? AND upto_count >= ? ORDER BY upto_count LIMIT 1",
            (event.envelope.sender, link.count),
        )
        if (row := cursor.fetchone()) is not None:
            self.again.add(row[0])

    def unverifiable(self, arrival: Arrival, verdict: Quarantined) -> None:
        """Something came in a sender's name that cannot be verified: it is told, once."""
        if verdict.claimed_sender in self._context.directory.agencies and verdict.claimed_sender != self._context.me:
            self._unverifiable.append((arrival, verdict))

    def sign(self) -> None:
        """Sign and append everything that is to be answered."""
        for sender, entries in self._covered.items():
            for start in range(0, len(entries), _ENTRIES_PER_RECEIPT):
                self._receipt(sender, entries[start : start + _ENTRIES_PER_RECEIPT])
        for entry, refusal in self._refused:
            event = entry.event
            link = event.envelope.recipient(self._context.me)
            content = EventRefused(
                event=event.envelope.id,
                count=link.count if link else None,
                digest=event.digest_text,
                check=refusal.check,
                reason=refusal.reason,
                clause=refusal.clause,
                explanation=plain_text(refusal.explanation),
            )
            self._issue(content, event.envelope.sender, event.envelope.id, event.envelope.case)
        for arrival, verdict in self._unverifiable:
            content = EventRefused(
                digest=base64url.encode(arrival.digest),
                check=int(verdict.check),
                reason=verdict.reason,
                explanation=plain_text(verdict.explanation),
            )
            self._issue(content, verdict.claimed_sender, None)
            answered = "UPDATE quarantine SET answered = 1 WHERE digest = ?"
            self._transaction.cursor.execute(answered, (arrival.quarantine_key,))

    def _receipt(self, sender: str, entries: list[RecordEntry]) -> None:
        lines = [_receipt_entry(entry, self._context.me) for entry in entries]
        last = max(lines, key=lambda line: line.count)
        content = EventReceived(
            upto_count=last.count,
            upto_digest=last.digest,
            refused=tuple(line.count for line in lines if line.outcome is ReceiptOutcome.REFUSED),
            entries=tuple(lines),
        )
        entry = self._issue(content, sender, None)
        self._transaction.cursor.execute(
            "INSERT OR REPLACE INTO receipts_given VALUES (?,?,?)", (sender, last.count, entry.position)
        )

    def _issue(
        self, content: EventReceived | EventRefused, recipient: str, cause: str | None, case: str | None = None
    ) -> RecordEntry:
        return issue_protocol(
            self._transaction, content, (recipient,), self._service, self._context, self._now, cause=cause, case=case
        )


def _receipt_entry(entry: RecordEntry, me: str) -> ReceiptEntry:
    link = entry.event.envelope.recipient(me)
    if link is None:
        raise LookupError(f"event {entry.event.envelope.id} is not addressed to {me}: no receipt covers it")
    return ReceiptEntry(
        count=link.count,
        event=entry.event.envelope.id,
        digest=entry.event.digest_text,
        outcome=ReceiptOutcome.ADMITTED if entry.kind is EntryKind.ADMITTED else ReceiptOutcome.REFUSED,
        incoming_number=entry.incoming_number,
        admitted_at=entry.recorded_at,
        stream_sequence=entry.stream_sequence,
        stored_at=entry.stored_at,
        directory_version=entry.directory_version,
        late=entry.late,
    )
