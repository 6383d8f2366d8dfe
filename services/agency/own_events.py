"""Own events that come back from peers, and the word this agency gave in a record that was lost.

A record that was restored from an old backup, or begun anew, lacks events that peers hold with this agency's own
signature. They are kept aside as they come, until all are here and can be put in order (`reinstating`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events import base64url
from events.arrival import Admitted, Outcome, Refused
from events.catalogue import read_content
from events.errors import PhoihopError
from events.instants import format_instant, parse_instant
from events.payload import content_digest
from events.record_entry import Refusal
from events.signature import verify_envelope
from events.signed_event import SignedEvent, parse_signed_event
from events.types.protocol import EventReceived, EventRefused, ReceiptOutcome, RelayedEvent, RepairProvided
from services.agency.context import Context
from services.agency.record_transaction import RecordTransaction

_UNKNOWN_REFUSAL = Refusal(14, "recovered", None, "refused in a receipt that the lost record had given")


@dataclass(frozen=True)
class Word:
    """What a lost record had said of an incoming event in a signed receipt; it is kept, whatever the rules say now.

    `digest` is the envelope's, in base64url; `refusal` is None for an admitted event.
    """

    digest: str
    incoming_number: int | None
    admitted_at: datetime
    refusal: Refusal | None

    def kept_by(self, outcome: Outcome) -> Outcome:
        """The outcome that the word asks for, where the examination came to a decision of its own."""
        if not isinstance(outcome, Admitted | Refused):
            return outcome
        if self.refusal is not None:
            found_again = isinstance(outcome, Refused) and self.refusal == _UNKNOWN_REFUSAL
            return outcome if found_again else Refused(self.refusal, outcome.content)
        if isinstance(outcome, Refused) and outcome.content is not None:
            return Admitted(outcome.content, late=False)
        return outcome


def keep_brought(
    transaction: RecordTransaction, content: RepairProvided, peer: str, context: Context, now: datetime
) -> int:
    """Keep the own events of an answer that the record lacks; the number of new ones.

    Each must carry the signature of a key of this agency over this very content: a peer can give back, not make up.
    That there are any proves the record to be old, whoever asked: no document is signed before recovery.
    """
    fresh = 0
    for relayed in content.events:
        event = _own_event(relayed, context)
        if event is None or transaction.digest_of(event.envelope.id) is not None:
            continue
        transaction.cursor.execute(
            "INSERT OR IGNORE INTO brought_back VALUES (?,?,?,?)",
            (event.envelope.id, event.signature, event.payload, peer),
        )
        fresh += transaction.cursor.sqlite_cursor.rowcount
    if fresh:
        transaction.hold_signing(f"{peer} gave back {fresh} own events that this record lacks", now)
    return fresh


def brought_back(transaction: RecordTransaction) -> list[SignedEvent]:
    """The own events that wait for their place."""
    transaction.cursor.execute("SELECT payload, signature FROM brought_back")
    return [parse_signed_event(*row) for row in transaction.cursor.fetchall()]


def counts_brought(transaction: RecordTransaction) -> dict[str, set[int]]:
    """By peer, the counts to it among the own events that wait for their place."""
    counts: dict[str, set[int]] = {}
    for event in brought_back(transaction):
        for link in event.envelope.recipients:
            counts.setdefault(link.agency, set()).add(link.count)
    return counts


def note_words(transaction: RecordTransaction, own: Iterable[SignedEvent]) -> None:
    """Note what own receipts that came back say of incoming events, with the reasons of refusals."""
    receipts: list[EventReceived] = []
    refusals: dict[str, str] = {}
    for event in own:
        if event.envelope.event_type in {EventReceived.__name__, EventRefused.__name__}:
            match read_content(event):
                case EventReceived() as receipt:
                    receipts.append(receipt)
                case EventRefused(event=str(refused)) as told:
                    refusals[refused] = json.dumps([told.check, told.reason, told.clause, told.explanation])
    for line in (line for receipt in receipts for line in receipt.entries):
        if transaction.digest_of(line.event) is not None:
            continue
        refusal = refusals.get(line.event, "") if line.outcome is ReceiptOutcome.REFUSED else None
        transaction.cursor.execute(
            "INSERT OR REPLACE INTO receipts_recovered VALUES (?,?,?,?,?)",
            (line.event, line.digest, line.incoming_number, format_instant(line.admitted_at), refusal),
        )
        transaction.has_words = True


def word_about(transaction: RecordTransaction, event: SignedEvent) -> Word | None:
    """What the lost record had said of this very event, if it had."""
    transaction.cursor.execute(
        "SELECT digest, incoming_number, admitted_at, refusal FROM receipts_recovered WHERE event_id = ?",
        (event.envelope.id,),
    )
    row = transaction.cursor.fetchone()
    if row is None or row[0] != event.digest_text:
        return None
    refusal = None if row[3] is None else Refusal(*json.loads(row[3])) if row[3] else _UNKNOWN_REFUSAL
    return Word(row[0], row[1], parse_instant(row[2]), refusal)


def forget_word(transaction: RecordTransaction, event: SignedEvent) -> None:
    """The event is in the record again as the word said."""
    transaction.cursor.execute("DELETE FROM receipts_recovered WHERE event_id = ?", (event.envelope.id,))


def _own_event(relayed: RelayedEvent, context: Context) -> SignedEvent | None:
    try:
        event = parse_signed_event(base64url.decode(relayed.payload), relayed.signature)
        key = context.directory.key(event.kid)
        if key is None or key.agency != context.me or event.envelope.sender != context.me:
            return None
        verify_envelope(event.envelope_bytes, event.signature, key.public_key)
        read_content(event)
    except PhoihopError:
        return None
    if content_digest(event.salt, event.content_bytes) != event.envelope.contentdigest:
        return None
    return event
