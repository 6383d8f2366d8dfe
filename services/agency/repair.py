"""Repair: giving events again to whoever is entitled to their bytes, and fetching back what was lost.

Entitled to an event are its sender and its recipients, nobody else. A peer may therefore ask for
1. events of this agency to it (`of` is me): they are published again as they were;
2. its own events to this agency (`of` is the peer): its store came back from an old backup;
3. events of a third agency to the peer, of which this agency got a copy too.
"""

from __future__ import annotations

from datetime import datetime

from events import base64url
from events.arrival import Arrival
from events.catalogue import read_content
from events.errors import PhoihopError
from events.instants import format_instant
from events.record_entry import EntryKind, RecordEntry
from events.signature import Signer, verify_envelope
from events.signed_event import SignedEvent, parse_signed_event
from events.subjects import Subject
from events.types.protocol import EventReceived, LostRange, RelayedEvent, RepairProvided, RepairRequested
from services.agency.context import Context
from services.agency.entry_codec import decode_entry
from services.agency.follow_ups import FollowUps
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import IN, RecordTransaction

_EVENTS_PER_ANSWER = 200
_BYTES_PER_ANSWER = 500_000
_ENTRIES_SEARCHED = 20_000
"""How far back the events of a third agency are searched for one request: repairs are for what was lost lately."""


def answer_request(
    transaction: RecordTransaction,
    request: RepairRequested,
    peer: str,
    context: Context,
    service: Signer,
    now: datetime,
) -> FollowUps:
    """Give a peer what it asks for and is entitled to; anything else is noted and not answered."""
    if request.of == context.me and request.addressed_to == peer:
        return FollowUps(resend_from={peer: request.from_count})
    if request.of == peer and request.addressed_to == context.me:
        found = _links(transaction, peer, IN, request)
        receipts = _receipts_by(transaction, peer) if request.receipts else []
        _provide(transaction, request, peer, found + receipts, context, service, now)
    elif request.addressed_to == peer:
        _provide(transaction, request, peer, _third_party(transaction, request, peer), context, service, now)
    else:
        about = {"of": request.of, "addressed_to": request.addressed_to}
        transaction.append_local("RepairDenied", peer, about, now)
    return FollowUps()


def relayed_arrivals(content: RepairProvided, context: Context) -> list[Arrival]:
    """The events that a peer handed over, as arrivals to be examined like those that the broker brought."""
    arrivals = []
    for relayed in content.events:
        try:
            event = parse_signed_event(base64url.decode(relayed.payload), relayed.signature)
        except PhoihopError:
            continue
        subject = Subject(context.directory.province, event.envelope.sender, context.me, event.envelope.event_type)
        if event.envelope.sender == content.of:
            arrivals.append(Arrival(str(subject), event.payload, event.signature))
    return arrivals


def take_own_back(transaction: RecordTransaction, content: RepairProvided, context: Context) -> int:
    """Put own events that a peer kept back into the record; the number of those that were missing.

    Each must carry the signature of a key of this agency: a peer can give back, not make up.
    """
    brought = 0
    for relayed in content.events:
        try:
            event = parse_signed_event(base64url.decode(relayed.payload), relayed.signature)
            key = context.directory.key(event.kid)
            if key is None or key.agency != context.me:
                continue
            verify_envelope(event.envelope_bytes, event.signature, key.public_key)
            own_content = read_content(event)
        except PhoihopError:
            continue
        if transaction.digest_of(event.envelope.id) is not None:
            continue
        if isinstance(own_content, EventReceived):
            _remember_receipt(transaction, own_content)
        transaction.append_sent(event, own_content, event.envelope.time, context.directory.version)
        brought += 1
    return brought


def _remember_receipt(transaction: RecordTransaction, receipt: EventReceived) -> None:
    transaction.cursor.executemany(
        "INSERT OR REPLACE INTO receipts_recovered VALUES (?,?,?)",
        [(line.event, line.incoming_number, format_instant(line.admitted_at)) for line in receipt.entries],
    )


def _provide(
    transaction: RecordTransaction,
    request: RepairRequested,
    peer: str,
    found: list[SignedEvent],
    context: Context,
    service: Signer,
    now: datetime,
) -> None:
    for start, stop in _portions(found):
        relayed = tuple(
            RelayedEvent(signature=event.signature, payload=base64url.encode(event.payload))
            for event in found[start:stop]
        )
        content = RepairProvided(of=request.of, addressed_to=request.addressed_to, events=relayed)
        issue_protocol(transaction, content, (peer,), service, context, now)
    if not found:
        lost: tuple[LostRange, ...] = ()
        if request.to_count is not None:
            lost = (LostRange(from_count=request.from_count, to_count=request.to_count),)
        content = RepairProvided(of=request.of, addressed_to=request.addressed_to, lost=lost)
        issue_protocol(transaction, content, (peer,), service, context, now)


def _portions(events: list[SignedEvent]) -> list[tuple[int, int]]:
    """Cut a list into slices that fit into one message each."""
    portions, start, size = [], 0, 0
    for index, event in enumerate(events):
        size += len(event.payload)
        if index > start and (size > _BYTES_PER_ANSWER or index - start >= _EVENTS_PER_ANSWER):
            portions.append((start, index))
            start, size = index, len(event.payload)
    return [*portions, (start, len(events))] if events else []


def _links(transaction: RecordTransaction, peer: str, direction: int, request: RepairRequested) -> list[SignedEvent]:
    transaction.cursor.execute(
        "SELECT e.rowid, e.topic, e.state FROM pair_links l JOIN entries e ON e.rowid = l.position "
        "WHERE l.peer = ? AND l.direction = ? AND l.count >= ? AND l.count <= ? ORDER BY l.count LIMIT ?",
        (peer, direction, request.from_count, request.to_count or 2**53, 10 * _EVENTS_PER_ANSWER),
    )
    return _events(transaction)


def _receipts_by(transaction: RecordTransaction, peer: str) -> list[SignedEvent]:
    transaction.cursor.execute(
        "SELECT rowid, topic, state FROM entries WHERE originator_id = ? ORDER BY originator_version DESC LIMIT ?",
        (f"from:{peer}", 10 * _EVENTS_PER_ANSWER),
    )
    events = _events(transaction)
    return [event for event in reversed(events) if event.envelope.event_type == EventReceived.__name__]


def _third_party(transaction: RecordTransaction, request: RepairRequested, peer: str) -> list[SignedEvent]:
    transaction.cursor.execute(
        "SELECT e.rowid, e.topic, e.state FROM pair_links l JOIN entries e ON e.rowid = l.position "
        "WHERE l.peer = ? AND l.direction = ? ORDER BY l.count DESC LIMIT ?",
        (request.of, IN, _ENTRIES_SEARCHED),
    )
    wanted = []
    for event in _events(transaction):
        link = event.envelope.recipient(peer)
        if link is not None and request.from_count <= link.count <= (request.to_count or link.count):
            wanted.append((link.count, event))
    return [event for _, event in sorted(wanted, key=lambda pair: pair[0])]


def _events(transaction: RecordTransaction) -> list[SignedEvent]:
    entries = [decode_entry(*row) for row in transaction.cursor.fetchall()]
    return [entry.event for entry in entries if isinstance(entry, RecordEntry) and entry.kind is not EntryKind.LOCAL]
