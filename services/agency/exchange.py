"""Staying in step with the peers: receipts that are owed, heads, repair, directory versions.

Gaps are noticed from either end. The sender sends unreceipted events again, ever more rarely; both ends announce their
heads at start and now and then; the receiver asks for what it sees missing, first the sender, then whoever may have
got a copy.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import structlog

from events import base64url
from events.content import Content
from events.record_entry import RecordEntry
from events.signature import Signer
from events.types.protocol import DirectoryPublished, HeadsAnnounced, RepairRequested
from services.agency.causes import Causes
from services.agency.context import Context
from services.agency.follow_ups import FollowUps, HeardHeads
from services.agency.issuing import issue_protocol
from services.agency.outbox import Outbox
from services.agency.record import Record
from services.agency.record_transaction import IN, OUT, RecordTransaction
from services.agency.resending import Resender
from services.agency.writer import Writer
from services.witness.notebook import Notebook

_log = structlog.get_logger(__name__)

TICK_SECONDS = 2.0
HEADS_EVERY_SECONDS = 600.0
RESEND_FIRST_SECONDS = 10.0
RESEND_LONGEST_SECONDS = 600.0
ASK_AGAIN_SECONDS = 5.0
ASK_OTHERS_AFTER = 2
"""Requests to the sender that bring nothing, before its other correspondents are asked."""
DIRECTORY_AGAIN_SECONDS = 30.0
"""A peer that says it has an older directory is sent newer versions this often at most."""
_VERSIONS_AT_ONCE = 8


@dataclass
class _Owed:
    """What a peer has not receipted: `sent` is the last count to it, `receipted` the last it covered."""

    sent: int = 0
    receipted: int = 0
    since: float = 0.0
    pause_seconds: float = RESEND_FIRST_SECONDS


@dataclass
class _Asked:
    """A repair that was asked for: the counts, when, and how often."""

    counts: range
    at: float
    times: int = 1


class Exchange:
    """The standing business with the peers of one agency. Used from one event loop."""

    def __init__(
        self,
        record: Record,
        writer: Writer,
        outbox: Outbox,
        service: Signer,
        context: Callable[[], Context],
        now: Callable[[], datetime],
        directory_note: Callable[[int], str],
    ) -> None:
        self._record = record
        self._writer = writer
        self._outbox = outbox
        self._service = service
        self._context = context
        self._now = now
        self._directory_note = directory_note
        self._owed: dict[str, _Owed] = {}
        self._asked: dict[str, _Asked] = {}
        self.resender = Resender(record, outbox)
        self._causes = Causes(record, lambda request, sender: self._issue([request], (self._in_place_of(sender),)))
        self._unproven: dict[str, float] = {}
        self._directory_sent: dict[str, float] = {}
        self._heads_at = 0.0
        self.receipted = asyncio.Event()
        """Set whenever a receipt has covered more; whoever waits for one clears it."""
        self.heads: dict[str, HeardHeads] = {}
        """What each peer has said last, since the start, that it holds from here."""
        self.heads_heard = asyncio.Event()
        """Set whenever a peer has announced its heads; whoever waits for one clears it."""

    def load(self) -> None:
        """Read from the record what is still unreceipted, and what parked mail waits for."""
        self._causes.load()
        receipted = {row[0]: row[1] for row in self._record.rows("SELECT peer, upto_count FROM receipts_held")}
        for peer in self._context().directory.agencies:
            rows = self._record.rows("SELECT MAX(count) FROM pair_links WHERE peer = ? AND direction = ?", (peer, OUT))
            if rows[0][0]:
                self._owed[peer] = _Owed(sent=rows[0][0], receipted=receipted.get(peer, 0), since=self._clock())

    @property
    def unreceipted(self) -> dict[str, int]:
        """How many events each peer has not receipted yet, where there are any."""
        return {peer: o.sent - o.receipted for peer, o in self._owed.items() if o.sent > o.receipted}

    def published(self, entries: list[RecordEntry]) -> None:
        """The broker has stored these own events: receipts for them are owed from now on."""
        for entry in entries:
            for recipient in entry.event.envelope.recipients:
                if recipient.count:
                    owed = self._owed.setdefault(recipient.agency, _Owed())
                    if owed.sent == owed.receipted:
                        owed.since, owed.pause_seconds = self._clock(), RESEND_FIRST_SECONDS
                    owed.sent = max(owed.sent, recipient.count)

    async def act_on(self, follow: FollowUps) -> None:
        """Do what taken-in messages ask for."""
        for peer, count in follow.receipts.items():
            owed = self._owed.setdefault(peer, _Owed())
            if count > owed.receipted:
                owed.receipted, owed.since, owed.pause_seconds = count, self._clock(), RESEND_FIRST_SECONDS
                owed.sent = max(owed.sent, count)
                self.receipted.set()
        if follow.heads or follow.shown_by:
            self.heads |= follow.heads
            self._unproven = {peer: at for peer, at in self._unproven.items() if peer not in follow.shown_by}
            self.heads_heard.set()
        for peer, count in follow.prove_from.items():
            await self._ask_for_proof(peer, count)
        self.resender.want(follow.resend_from, follow.resend_positions)
        for sender, counts in follow.wanted.items():
            await self._want(sender, counts)
        for sender, event_id in sorted(follow.cited):
            self._causes.note(sender, event_id)
        if follow.announce_to or follow.answers_to:
            peers = sorted(follow.announce_to | set(follow.answers_to))
            await self.announce_heads(peers, reply_wanted=False, answers_to=follow.answers_to)
        await self._send_newer_directories(follow.send_directory_to)

    async def run(self) -> None:
        """Announce heads, send again, ask again, until cancelled."""
        await self.announce_heads(self._known_peers(), reply_wanted=True)
        self._heads_at = self._clock()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = self._clock()
            if now - self._heads_at > HEADS_EVERY_SECONDS:
                self._heads_at = now
                await self.announce_heads(self._known_peers(), reply_wanted=True)
            for peer, owed in list(self._owed.items()):
                if owed.sent > owed.receipted and now - owed.since > owed.pause_seconds:
                    owed.since = now
                    owed.pause_seconds = min(RESEND_LONGEST_SECONDS, 2 * owed.pause_seconds)
                    _log.info("sending again what is not receipted", agency=self._record.agency, peer=peer)
                    await self.resender.from_count(peer, owed.receipted + 1)
            for sender, asked in list(self._asked.items()):
                if now - asked.at > ASK_AGAIN_SECONDS * 2 ** min(asked.times - 1, 6):
                    await self._ask_again(sender, asked)
            await self._causes.ask_again()

    async def hear_heads(self, grace_seconds: float) -> None:
        """Wait for the heads of every peer to whom something was sent, but no longer than the grace.

        A peer that says it holds more than this record does is given the same time to show it.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                while self._unproven or set(self._owed) - set(self.heads):
                    self.heads_heard.clear()
                    await self.heads_heard.wait()

    async def announce_heads(
        self,
        peers: list[str] | tuple[str, ...],
        *,
        reply_wanted: bool,
        answers_to: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Tell peers the last count and digest, both ways; `answers_to` names by peer what this answers."""
        if not peers:
            return

        def command(transaction: RecordTransaction) -> None:
            context = self._context()
            for peer in peers:
                if peer == context.me or peer not in context.directory.agencies:
                    continue
                content = heads_of(transaction, peer, context.directory.version, answer=reply_wanted)
                # While the record is recovered its heads answer nobody: they may still move by what was lost.
                cause = None if transaction.signing_held else answers_to.get(peer)
                issue_protocol(transaction, content, (peer,), self._service, context, self._now(), cause=cause)

        await self._writer.run(command)

    async def send_directory(self, peer: str, after_version: int | None = None) -> None:
        """Send a peer the directory versions it may lack: the newest, or the next few after the one that it has."""
        newest = self._context().directory.version
        first = newest if after_version is None else after_version + 1
        last = min(newest, first + _VERSIONS_AT_ONCE - 1)
        contents = [DirectoryPublished(version=v, note=self._directory_note(v)) for v in range(first, last + 1)]
        await self._issue(contents, (peer,))

    async def _send_newer_directories(self, versions: Mapping[str, int]) -> None:
        for peer, version in sorted(versions.items()):
            if self._clock() - self._directory_sent.get(peer, -DIRECTORY_AGAIN_SECONDS) >= DIRECTORY_AGAIN_SECONDS:
                self._directory_sent[peer] = self._clock()
                await self.send_directory(peer, after_version=version)

    async def request_repair(self, of: str, addressed_to: str, counts: range | None, to: tuple[str, ...]) -> None:
        """Ask peers for events again; without counts, for everything, receipts included."""
        content = RepairRequested(
            of=of,
            addressed_to=addressed_to,
            from_count=counts[0] if counts else 1,
            to_count=counts[-1] if counts else None,
            receipts=counts is None,
        )
        await self._issue([content], to)

    async def _issue(self, contents: Sequence[Content], to: tuple[str, ...]) -> None:
        def command(transaction: RecordTransaction) -> None:
            for content in contents:
                for peer in to:
                    issue_protocol(transaction, content, (peer,), self._service, self._context(), self._now())

        await self._writer.run(command)

    async def _ask_for_proof(self, peer: str, from_count: int) -> None:
        if peer in self._unproven and self._clock() - self._unproven[peer] < HEADS_EVERY_SECONDS:
            return
        self._unproven[peer] = self._clock()
        content = RepairRequested(of=self._record.agency, addressed_to=peer, from_count=from_count)
        await self._issue([content], (peer,))

    async def _want(self, sender: str, counts: range) -> None:
        asked = self._asked.get(sender)
        if asked is not None and asked.counts[0] <= counts[0] and counts[-1] <= asked.counts[-1]:
            return
        self._asked[sender] = _Asked(counts, self._clock())
        await self.request_repair(sender, self._record.agency, counts, (self._in_place_of(sender),))

    async def _ask_again(self, sender: str, asked: _Asked) -> None:
        head = (
            self._record.rows("SELECT MAX(count) FROM pair_links WHERE peer = ? AND direction = ?", (sender, IN))[0][0]
            or 0
        )
        if head >= asked.counts[-1]:
            del self._asked[sender]
            return
        asked.counts = range(max(head + 1, asked.counts[0]), asked.counts[-1] + 1)
        asked.at = self._clock()
        asked.times += 1
        others = tuple(
            p for p in self._context().directory.agencies if p not in {sender, self._record.agency, "auditor"}
        )
        first = self._in_place_of(sender)
        to = tuple(dict.fromkeys((first, *others))) if asked.times > ASK_OTHERS_AFTER else (first,)
        await self.request_repair(sender, self._record.agency, asked.counts, to)

    def _in_place_of(self, sender: str) -> str:
        """Whom to ask for a sender's events: itself, or its successor, unless that is this agency."""
        context = self._context()
        heir = context.directory.heirs_at(self._now()).get(sender, sender)
        return sender if heir == context.me else heir

    def _known_peers(self) -> list[str]:
        return sorted(self._record.correspondents() & set(self._context().directory.agencies))

    @staticmethod
    def _clock() -> float:
        return asyncio.get_running_loop().time()


def heads_of(transaction: RecordTransaction, peer: str, directory_version: int, *, answer: bool) -> HeadsAnnounced:
    """The heads of the pair with a peer, as they are announced to it; `answer`: whether its own are wanted."""
    out, came = transaction.head(peer, OUT), transaction.head(peer, IN)
    return HeadsAnnounced(
        sent_count=out.count,
        sent_digest=base64url.encode(out.digest or bytes(32)),
        received_count=came.count,
        received_digest=base64url.encode(came.digest or bytes(32)),
        directory_version=directory_version,
        reply_wanted=answer,
        checkpoint=Notebook.within(transaction).cosigned_note(),
    )
