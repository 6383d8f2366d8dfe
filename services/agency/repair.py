"""Repair: giving events again to whoever is entitled to their bytes, and fetching back what was lost.

Entitled to an event are its sender and its recipients, nobody else. A peer may therefore ask for
1. events of this agency to it (`of` is me): they are published again as they were, and those that are lost here too
   are declared lost; or, with `receipts`, what it had signed of them;
2. its own events to this agency (`of` is the peer): its store came back from an old backup;
3. events of a third agency to the peer, of which this agency got a copy too;
4. one event by its id, that mail of this agency cites (`repair_by_id`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from events import base64url
from events.arrival import Arrival
from events.catalogue import read_content
from events.errors import PhoihopError
from events.record_entry import EntryKind, RecordEntry
from events.signature import Signer
from events.signed_event import SignedEvent, parse_signed_event
from events.subjects import Subject
from events.types.protocol import (
    EventReceived,
    EventRefused,
    GapDeclared,
    LostRange,
    RelayedEvent,
    RepairProvided,
    RepairRequested,
)
from services.agency.allowance import REQUEST_COSTS_BYTES, take_for_repair
from services.agency.context import Context
from services.agency.entry_codec import TOPICS, decode_entry
from services.agency.follow_ups import FollowUps
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import IN, OUT, RecordTransaction
from services.agency.repair_by_id import give_by_id

_EVENTS_PER_ANSWER = 200
_BYTES_PER_ANSWER = 500_000
_LARGEST_RELAYED_BYTES = 600_000
"""In base64url, with the rest of the message, it stays under a payload's limit."""
_ENTRIES_PER_READ = 500
_FAR = 2**53
_WORDS = frozenset({"EventReceived", "EventRefused", "GapDeclared"})
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
    """Give a peer what it asks for and is entitled to, within its allowance; anything else is noted, not answered."""
    if not take_for_repair(transaction, peer, REQUEST_COSTS_BYTES, now):
        return FollowUps()
    if request.event is not None and request.addressed_to == peer:
        give_by_id(transaction, request, peer, context, service, now)
    elif request.of == context.me and request.addressed_to == peer:
        if request.receipts:
            signed_by_peer = _receipts_by(transaction, peer, request.from_count)
            _provide(transaction, peer, context.me, request, signed_by_peer, context, service, now)
            return FollowUps()
        if not transaction.signing_held:
            last = min(transaction.head(peer, OUT).count, request.to_count or _FAR)
            lost = transaction.lost_counts(peer, request.from_count, last)
            declare_lost(transaction, peer, lost, service, context, now)
        return FollowUps(resend_from={peer: request.from_count})
    elif request.of == peer and request.addressed_to == context.me:
        _provide(transaction, peer, context.me, request, _links(transaction, peer, IN, request), context, service, now)
    elif request.addressed_to == peer:
        # The chains of an agency that is no more are served by whoever stands in its place and holds its record.
        mine = context.directory.heirs_at(now).get(request.of) == context.me
        third = (_inherited if mine else _third_party)(transaction, request, peer)
        _provide(transaction, request.of, peer, request, third, context, service, now)
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


def declare_lost(
    transaction: RecordTransaction, peer: str, counts: list[int], service: Signer, context: Context, now: datetime
) -> None:
    """State to a peer, signed, that counts sent to it are lost for good, so that its chain may go on behind them."""
    for first, last in _stretches(counts):
        digest = _digest_before(transaction, peer, last + 1)
        content = GapDeclared(
            from_count=first,
            to_count=last,
            to_digest=base64url.encode(digest) if digest else None,
            reason="The sender's record was lost, and neither its backup nor any other agency holds these events.",
        )
        issue_protocol(transaction, content, (peer,), service, context, now)
        transaction.cursor.executemany(
            "INSERT OR IGNORE INTO pair_links VALUES (?,?,?,NULL,?,NULL,0)",
            [(peer, OUT, count, digest if count == last else None) for count in range(first, last + 1)],
        )


def settle_receipts(transaction: RecordTransaction, peer: str) -> None:
    """Find the last receipt of a peer that this record can stand behind: it may have come before what it covers."""
    own = transaction.head(peer, OUT)
    for entry in _entries_from(transaction, peer):
        if entry.event.envelope.event_type == EventReceived.__name__ and entry.kind is EntryKind.ADMITTED:
            content = read_content(entry.event)
            if isinstance(content, EventReceived) and content.upto_count <= own.count:
                transaction.cursor.execute(
                    "INSERT INTO receipts_held VALUES (?,?,?) ON CONFLICT (peer) DO UPDATE "
                    "SET upto_count = excluded.upto_count, position = excluded.position "
                    "WHERE excluded.upto_count > upto_count",
                    (peer, content.upto_count, entry.position),
                )
                return


def _provide(
    transaction: RecordTransaction,
    of: str,
    addressed_to: str,
    request: RepairRequested,
    found: list[SignedEvent],
    context: Context,
    service: Signer,
    now: datetime,
) -> None:
    peer = of if addressed_to == context.me else addressed_to
    # What could not be wrapped into one message was never a document: a padded message of the protocol.
    found = [event for event in found if len(event.payload) <= _LARGEST_RELAYED_BYTES]
    take_for_repair(transaction, peer, sum(len(event.payload) for event in found), now)
    for start, stop in _portions(found):
        relayed = tuple(
            RelayedEvent(signature=event.signature, payload=base64url.encode(event.payload))
            for event in found[start:stop]
        )
        content = RepairProvided(of=of, addressed_to=addressed_to, events=relayed)
        issue_protocol(transaction, content, (peer,), service, context, now)
    if not found:
        lost: tuple[LostRange, ...] = ()
        if request.to_count is not None:
            lost = (LostRange(from_count=request.from_count, to_count=request.to_count),)
        content = RepairProvided(of=of, addressed_to=addressed_to, lost=lost)
        issue_protocol(transaction, content, (peer,), service, context, now)


def _portions(events: list[SignedEvent]) -> list[tuple[int, int]]:
    """Cut a list into slices that fit into one message each."""
    portions: list[tuple[int, int]] = []
    start, size = 0, 0
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
        (peer, direction, request.from_count, request.to_count or _FAR, 10 * _EVENTS_PER_ANSWER),
    )
    return _events(transaction)


def _receipts_by(transaction: RecordTransaction, peer: str, from_count: int) -> list[SignedEvent]:
    """What a peer signed of this agency's events from a count on: receipts and refusals, and the gaps it declared."""
    found: list[SignedEvent] = []
    for entry in _entries_from(transaction, peer):
        if entry.kind is not EntryKind.ADMITTED or entry.event.envelope.event_type not in _WORDS:
            continue
        match read_content(entry.event):
            case EventReceived(upto_count=upto) if upto < from_count:
                break
            case EventReceived() | EventRefused() | GapDeclared():
                found.append(entry.event)
    return found[::-1]


def _entries_from(transaction: RecordTransaction, peer: str) -> Iterator[RecordEntry]:
    """The messages of a peer that belong to no case, from the newest back."""
    before = _FAR
    while True:
        transaction.cursor.execute(
            "SELECT rowid, topic, state, originator_version FROM entries "
            "WHERE originator_id = ? AND originator_version < ? ORDER BY originator_version DESC LIMIT ?",
            (f"from:{peer}", before, _ENTRIES_PER_READ),
        )
        rows = transaction.cursor.fetchall()
        for position, topic, state, _ in rows:
            entry = decode_entry(position, topic, state)
            if isinstance(entry, RecordEntry):
                yield entry
        if len(rows) < _ENTRIES_PER_READ:
            return
        before = rows[-1][3]


def _stretches(counts: list[int]) -> list[tuple[int, int]]:
    """Counts in order, as stretches without holes: first and last of each."""
    stretches: list[tuple[int, int]] = []
    for count in counts:
        if stretches and stretches[-1][1] == count - 1:
            stretches[-1] = (stretches[-1][0], count)
        else:
            stretches.append((count, count))
    return stretches


def _digest_before(transaction: RecordTransaction, peer: str, count: int) -> bytes | None:
    """The digest of the envelope before a count to a peer, as the event with that count names it."""
    transaction.cursor.execute(
        "SELECT e.rowid, e.topic, e.state FROM pair_links l JOIN entries e ON e.rowid = l.position "
        "WHERE l.peer = ? AND l.direction = ? AND l.count = ?",
        (peer, OUT, count),
    )
    links = [event.envelope.recipient(peer) for event in _events(transaction)]
    return links[0].previous if links and links[0] is not None else None


def _third_party(transaction: RecordTransaction, request: RepairRequested, peer: str) -> list[SignedEvent]:
    transaction.cursor.execute(
        "SELECT e.rowid, e.topic, e.state FROM pair_links l JOIN entries e ON e.rowid = l.position "
        "WHERE l.peer = ? AND l.direction = ? AND l.count > (SELECT MAX(count) FROM pair_links WHERE peer = ?1 "
        "AND direction = ?2) - ? AND instr(e.state, ?) > 0 ORDER BY l.count DESC LIMIT ?",
        # The peer's link stands in the bytes of every event that it got too: the store looks, not the parser.
        (request.of, IN, _ENTRIES_SEARCHED, f"{peer}:".encode(), 10 * _EVENTS_PER_ANSWER),
    )
    return _wanted(_events(transaction), request, peer)


def _wanted(events: list[SignedEvent], request: RepairRequested, peer: str) -> list[SignedEvent]:
    """Those that the request's sender signed to the peer, within the range asked for, by count."""
    wanted = []
    for event in events:
        if event.envelope.sender != request.of:
            continue
        link = event.envelope.recipient(peer)
        if link is not None and request.from_count <= link.count <= (request.to_count or link.count):
            wanted.append((link.count, event))
    return [event for _, event in sorted(wanted, key=lambda pair: pair[0])][: 10 * _EVENTS_PER_ANSWER]


def _inherited(transaction: RecordTransaction, request: RepairRequested, peer: str) -> list[SignedEvent]:
    transaction.cursor.execute(
        "SELECT rowid, topic, state FROM entries WHERE topic IN (?, ?) AND instr(state, ?) > 0 ORDER BY rowid",
        (TOPICS[EntryKind.INHERITED], TOPICS[EntryKind.ADMITTED], f"{peer}:".encode()),
    )
    return _wanted(_events(transaction), request, peer)


def _events(transaction: RecordTransaction) -> list[SignedEvent]:
    entries = [decode_entry(*row) for row in transaction.cursor.fetchall()]
    return [entry.event for entry in entries if isinstance(entry, RecordEntry) and entry.kind is not EntryKind.LOCAL]
