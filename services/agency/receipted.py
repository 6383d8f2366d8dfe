"""What peers have said in their receipts of single own events: the first outcome stands, whatever is said later."""

from __future__ import annotations

from events.catalogue import read_content
from events.record_entry import RecordEntry
from events.types.protocol import EventReceived, ReceiptOutcome
from services.agency.entry_codec import decode_entry
from services.agency.record_transaction import RecordTransaction

_RECEIPTS_READ = 3
"""The receipt that first covers a count says what came of it; one that was lost may have been given again later."""


class Receipted:
    """The receipts held, within a transaction; each is read once."""

    def __init__(self, transaction: RecordTransaction) -> None:
        self._transaction = transaction
        self._read: dict[int, frozenset[str]] = {}

    def admitted(self, peer: str, event_id: str) -> bool:
        """Whether a receipt of the peer says that it admitted an event.

        A receipt that only covers the count proves that the event arrived, and no more.
        """
        known = self._transaction.known(event_id)
        link = known.envelope.recipient(peer) if known is not None else None
        if known is None or link is None or known.envelope.sender != self._transaction.me:
            return False
        cursor = self._transaction.cursor
        cursor.execute(
            "SELECT position FROM receipts_taken WHERE peer = ? AND upto_count >= ? ORDER BY upto_count, position "
            "LIMIT ?",
            (peer, link.count, _RECEIPTS_READ),
        )
        return any(event_id in self._admitted_by(row[0]) for row in cursor.fetchall())

    def _admitted_by(self, position: int) -> frozenset[str]:
        if position not in self._read:
            self._read[position] = self._admitted_in(position)
        return self._read[position]

    def _admitted_in(self, position: int) -> frozenset[str]:
        entry = next((e for e in reversed(self._transaction.appended) if e.position == position), None)
        if entry is None:
            cursor = self._transaction.cursor
            cursor.execute("SELECT rowid, topic, state FROM entries WHERE rowid = ?", (position,))
            row = cursor.fetchone()
            entry = decode_entry(*row) if row is not None else None
        content = read_content(entry.event) if isinstance(entry, RecordEntry) else None
        lines = content.entries if isinstance(content, EventReceived) else ()
        return frozenset(line.event for line in lines if line.outcome is ReceiptOutcome.ADMITTED)
