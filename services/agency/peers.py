"""What a peer's protocol messages change here: receipts, heads, repair, declared gaps, directory versions.

Each function handles one message type within the transaction that stores the message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from events import base64url
from events.content import Content
from events.instants import format_instant
from events.signature import Signer
from events.signed_event import SignedEvent
from events.types.attachment import AttachmentRequested, AttachmentUnavailable
from events.types.protocol import (
    DirectoryPublished,
    EventReceived,
    GapDeclared,
    HeadsAnnounced,
    RepairProvided,
    RepairRequested,
)
from services.agency import own_events, repair
from services.agency.attachments.entitlement import deny, obstacle
from services.agency.context import Context
from services.agency.follow_ups import FollowUps, HeardHeads
from services.agency.holding_area import HoldingArea
from services.agency.record_transaction import IN, OUT, RecordTransaction
from services.agency.repair_by_id import note_not_addressed

WIDEST_GAP = 100_000
"""A sender that lost more in one piece than this says so in several messages: each count is a row here."""


def take_protocol_message(
    transaction: RecordTransaction,
    event: SignedEvent,
    content: Content,
    context: Context,
    service: Signer,
    now: datetime,
) -> FollowUps:
    """Act on an admitted protocol message that was just stored; what is to be done after the commit is returned."""
    handle = _HANDLERS.get(type(content))
    if handle is None:
        return FollowUps()
    return handle(_Hearing(transaction, event, context, service, now), content)


class _Hearing:
    """One protocol message being acted on."""

    def __init__(
        self, transaction: RecordTransaction, event: SignedEvent, context: Context, service: Signer, now: datetime
    ) -> None:
        self.transaction = transaction
        self.event = event
        self.peer = event.envelope.sender
        self.context = context
        self.service = service
        self.now = now

    def alarm(self, name: str, **about: Any) -> None:
        """Something that cannot be by accident: kept as a local entry, shown to people."""
        self.transaction.append_local(name, self.peer, about | {"event": self.event.envelope.id}, self.now)

    def claims_more(self, claimed: int, held: int) -> FollowUps:
        """The peer says that it holds more from here than this record does: it is asked to show it.

        Only an event with this agency's own signature proves that (`own_events.keep_brought` then holds signing). On a
        peer's bare word an agency does not stop: one liar could stop them all.
        """
        if self.transaction.signing_held or self.peer in self.transaction.unsettled:
            return FollowUps()
        self.alarm("PeerClaimsMore", claimed=claimed, held=held)
        return FollowUps(prove_from={self.peer: held + 1})

    def link_digest(self, direction: int, count: int) -> bytes | None:
        """The digest of a link with the peer; zeros for count 0, None if it is not held."""
        if count == 0:
            return bytes(32)
        head = self.transaction.head(self.peer, direction)
        if head.count == count:
            return head.digest
        cursor = self.transaction.cursor
        cursor.execute(
            "SELECT digest FROM pair_links WHERE peer = ? AND direction = ? AND count = ?",
            (self.peer, direction, count),
        )
        row = cursor.fetchone()
        return row[0] if row else None


def _received(hearing: _Hearing, content: EventReceived) -> FollowUps:
    transaction, peer = hearing.transaction, hearing.peer
    own = transaction.head(peer, OUT)
    if content.upto_count > own.count:
        follow = hearing.claims_more(content.upto_count, own.count)
        follow.announce_to.add(peer)
        return follow
    # Every line of a receipt is evidence: one that names another envelope than the one sent makes all of it doubtful.
    said = {line.count: line.digest for line in content.entries} | {content.upto_count: content.upto_digest}
    held = transaction.digests(peer, OUT, min(said), max(said))
    for count, digest in said.items():
        if held.get(count) is not None and base64url.encode(held[count]) != digest:
            hearing.alarm("ReceiptDisagrees", count=count, receipted=digest, held=base64url.encode(held[count]))
            return FollowUps()
    transaction.cursor.execute(
        "INSERT INTO receipts_held VALUES (?,?,?) "
        "ON CONFLICT (peer) DO UPDATE SET upto_count = excluded.upto_count, position = excluded.position "
        "WHERE excluded.upto_count > upto_count",
        (peer, content.upto_count, transaction.position_of(hearing.event.envelope.id)),
    )
    transaction.cursor.execute(
        "INSERT OR IGNORE INTO receipts_taken VALUES (?,?,?)",
        (peer, content.upto_count, transaction.position_of(hearing.event.envelope.id)),
    )
    return FollowUps(receipts={peer: content.upto_count})


def _heads(hearing: _Hearing, content: HeadsAnnounced) -> FollowUps:
    transaction, peer = hearing.transaction, hearing.peer
    follow = FollowUps(heads={peer: HeardHeads(content.received_count, hearing.event.envelope.cause)})
    sent, received = transaction.head(peer, OUT), transaction.head(peer, IN)
    if content.received_count > sent.count:
        follow.add(hearing.claims_more(content.received_count, sent.count))
    elif (held := hearing.link_digest(OUT, content.received_count)) and base64url.encode(
        held
    ) != content.received_digest:
        hearing.alarm("ChainsDiffer", direction="out", count=content.received_count)
    elif content.received_count < sent.count and not transaction.signing_held:
        follow.resend_from[peer] = content.received_count + 1
    if content.sent_count > received.count and not transaction.signing_held:
        follow.want(peer, range(received.count + 1, content.sent_count + 1))
    elif (held := hearing.link_digest(IN, content.sent_count)) and base64url.encode(held) != content.sent_digest:
        hearing.alarm("ChainsDiffer", direction="in", count=content.sent_count)
    if content.reply_wanted:
        follow.answers_to[peer] = hearing.event.envelope.id
    if content.directory_version < hearing.context.directory.version:
        follow.send_directory_to[peer] = content.directory_version
    return follow


def _repair_requested(hearing: _Hearing, content: RepairRequested) -> FollowUps:
    return repair.answer_request(
        hearing.transaction, content, hearing.peer, hearing.context, hearing.service, hearing.now
    )


def _repair_provided(hearing: _Hearing, content: RepairProvided) -> FollowUps:
    if content.of == hearing.context.me:
        own_events.keep_brought(hearing.transaction, content, hearing.peer, hearing.context, hearing.now)
        return FollowUps(shown_by={hearing.peer})
    arrivals = repair.relayed_arrivals(content, hearing.context)
    arrivals += note_not_addressed(hearing.transaction, content, hearing.peer, hearing.context, hearing.now)
    return FollowUps(arrivals=arrivals)


def _gap(hearing: _Hearing, content: GapDeclared) -> FollowUps:
    """A gap closes only if it begins right behind what is held: a sender cannot talk away what has arrived."""
    transaction, peer = hearing.transaction, hearing.peer
    head = transaction.head(peer, IN)
    if content.to_count <= head.count:
        return FollowUps()
    first = max(content.from_count, head.count + 1)
    if transaction.signing_held:
        # A record under recovery may have held these; if not, the sender is asked and declares the gap again.
        return FollowUps()
    if first > head.count + 1:
        return FollowUps(wanted={peer: range(head.count + 1, first)})
    arrived = HoldingArea(transaction).first_parked_count(peer)
    last = content.to_count if arrived is None else min(content.to_count, arrived - 1)
    if last < first:
        return FollowUps()
    if last - first >= WIDEST_GAP:
        hearing.alarm("GapTooWide", from_count=first, to_count=last)
        return FollowUps()
    digest = base64url.decode(content.to_digest) if content.to_digest and last == content.to_count else None
    transaction.append_gap(peer, range(first, last + 1), digest)
    hearing.alarm(
        "GapAccepted",
        from_count=first,
        to_count=last,
        reason=content.reason,
        at=format_instant(hearing.now),
    )
    return FollowUps(gap_closed=True)


def _directory(hearing: _Hearing, content: DirectoryPublished) -> FollowUps:
    if content.version > hearing.context.directory.version:
        return FollowUps(directory_notes=[content.note])
    return FollowUps()


def _attachment_requested(hearing: _Hearing, content: AttachmentRequested) -> FollowUps:
    heirs = hearing.context.directory.heirs_at(hearing.now)
    if reason := obstacle(hearing.transaction, content, hearing.peer, heirs):
        deny(hearing.transaction, content, hearing.peer, reason, hearing.context, hearing.service, hearing.now)
        return FollowUps()
    return FollowUps(about_attachments=[(hearing.peer, content)])


def _attachment_unavailable(hearing: _Hearing, content: AttachmentUnavailable) -> FollowUps:
    return FollowUps(about_attachments=[(hearing.peer, content)])


_HANDLERS: dict[type[Content], Callable[[_Hearing, Any], FollowUps]] = {
    EventReceived: _received,
    HeadsAnnounced: _heads,
    RepairRequested: _repair_requested,
    RepairProvided: _repair_provided,
    GapDeclared: _gap,
    DirectoryPublished: _directory,
    AttachmentRequested: _attachment_requested,
    AttachmentUnavailable: _attachment_unavailable,
}
"""EventRefused needs no handling here: it is a fact of the record, and the views make an obligation of it."""
