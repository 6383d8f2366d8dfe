"""Recovering a record that is older than what peers hold: restored from a backup, copied, or lost altogether.

1. Nothing is signed and no document is admitted meanwhile: counts and numbers may have been given already.
2. Every peer is asked for this agency's own events and receipts, and then for its heads, which end its answer.
3. The agency's mail is read again from the stream's start; documents wait aside.
4. When every peer has answered and the mail is read, all is put into the record in its old order (`reinstating`).
5. Counts that nobody holds, though a later one is held, are declared lost to their recipient, signed.
6. The file is the record from now on.

A peer that is away may hold counts that no one else does. Recovery waits for it, or goes on without it if people say
so: then no document is signed to that peer and none of its own admitted, until a later recovery has its answer. A peer
that claims more than it can prove with this agency's signature is treated the same.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from events.types.protocol import HeadsAnnounced, RepairRequested
from services.agency.brought_record import is_new
from services.agency.exchange import heads_of
from services.agency.folder import AgencyFolder
from services.agency.issuing import issue_protocol
from services.agency.own_events import counts_brought
from services.agency.reading_again import Progress, read_again
from services.agency.record import Record
from services.agency.record_transaction import IN, OUT, RecordTransaction
from services.agency.reinstating import Placed, Step, place, steps_to_place
from services.agency.repair import declare_lost, settle_receipts
from services.errors import CannotRun, UsageFault

if TYPE_CHECKING:
    from services.agency.service import AgencyService

_log = structlog.get_logger(__name__)

_AUDITOR = "auditor"
_ROUND_SECONDS = 5.0
_STEPS_PER_COMMIT = 200


class PeersAway(CannotRun):
    """Peers have not answered, so nobody knows what they hold; `peers` are they."""

    def __init__(self, peers: Collection[str], claims: Collection[str]) -> None:
        self.peers = tuple(sorted({*peers, *claims}))
        why = [f"no answer from {', '.join(sorted(peers))}"] if peers else []
        why += [f"{', '.join(sorted(claims))} claims more from here than it can show"] if claims else []
        super().__init__(
            what="the record is not recovered yet; signing stays held",
            why="; ".join(why),
            next_step="start their services and run this again, or leave them aside with --without "
            + " --without ".join(self.peers),
        )


@dataclass
class Recovered:
    """What recovery brought: own events, received ones, and what is lost for good."""

    own_events: int = 0
    received_events: int = 0
    gaps: dict[str, list[int]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    contradicting: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """As the command line shows it with `--json`."""
        return {
            "own_events": self.own_events,
            "received_events": self.received_events,
            "gaps": self.gaps,
            "without": list(self.without),
            "contradicting": self.contradicting,
        }


def begin_anew(folder: AgencyFolder, province: str, now: datetime) -> None:
    """Make an empty record in place of one that is lost without a backup; it signs nothing before `recover`.

    Raises `UsageFault` if there is a record.
    """
    if folder.record.exists():
        raise UsageFault(
            what=f"{folder.record} exists",
            why="a record is begun anew only where it is lost",
            next_step="put a damaged record elsewhere first, and keep it",
        )
    for remains in ("-wal", "-shm"):
        folder.record.with_name(folder.record.name + remains).unlink(missing_ok=True)
    record = Record(folder.record, folder.agency, province, create=True)
    try:
        with record.writing() as transaction:
            transaction.hold_signing("the record was lost and begun anew", now)
    finally:
        record.close()


async def recover(
    service: AgencyService,
    *,
    without: Collection[str] = (),
    patience_seconds: float = 60.0,
    progress: Progress | None = None,
) -> Recovered:
    """Fetch back what the record lacks and let documents be signed again. `service` runs.

    Raises `PeersAway`, naming those that have not answered within `patience_seconds`, and `MailNotRead`; asking again
    goes on where it stopped. A record that lacks nothing is left as it is.
    """
    if not service.record.signing_held and not service.record.unsettled:
        return Recovered()
    if await is_new(service):
        await asyncio.to_thread(service.record.accept_as_own)
        return Recovered()
    recovery = _Recovery(service, frozenset(without), progress or _silent)
    await recovery.ask(patience_seconds)
    await read_again(service, progress or _silent)
    return await recovery.finish()


def _silent(_stage: str, _done: int, _of: int) -> None:
    return


class _Recovery:
    def __init__(self, service: AgencyService, without: frozenset[str], progress: Progress) -> None:
        self._service = service
        self._without = without
        self._progress = progress
        agencies = service.context.directory.agencies
        if unknown := without - set(agencies):
            raise UsageFault(
                what=f"there is no agency {', '.join(sorted(unknown))}",
                why="--without names peers of the directory",
                next_step="list them with `phoihop directory show`",
            )
        self._peers = tuple(p for p in sorted(agencies) if p not in {service.agency, _AUDITOR} and p not in without)
        self._announced: dict[str, str] = {}
        self._missing: dict[str, int] = {}

    # --- asking ---

    async def ask(self, patience_seconds: float) -> None:
        """Have every peer give back what it holds from here."""
        heard = self._service.exchange.heads_heard
        waiting = await self._service.writer.run(lambda transaction: self._ask(transaction, self._peers, first=True))
        stuck: set[str] = set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                while waiting - stuck:
                    self._progress("ask", len(self._peers) - len(waiting), len(self._peers))
                    heard.clear()
                    answered = {p for p in waiting if self._has_answered(p)}
                    if answered - stuck:
                        waiting -= answered
                        again, stuck_now = await self._look_at(answered)
                        waiting |= again | stuck_now
                        stuck |= stuck_now
                        continue
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_ROUND_SECONDS):
                            await heard.wait()
        if waiting:
            raise PeersAway(waiting - stuck, stuck)
        self._progress("ask", len(self._peers), len(self._peers))

    def _has_answered(self, peer: str) -> bool:
        heads = self._service.exchange.heads.get(peer)
        return heads is not None and heads.in_answer_to == self._announced[peer]

    async def _look_at(self, peers: set[str]) -> tuple[set[str], set[str]]:
        """Of peers that have answered: who is asked for more, and who claims what it does not show."""

        def command(transaction: RecordTransaction) -> tuple[set[str], set[str]]:
            again, stuck = set[str](), set[str]()
            brought = counts_brought(transaction)
            for peer in peers:
                missing = _first_missing(transaction, peer, brought)
                held_there = self._service.exchange.heads[peer].received_count
                if missing <= held_there:
                    (again if missing > self._missing[peer] else stuck).add(peer)
            self._ask(transaction, tuple(sorted(again)), first=False)
            return again, stuck

        return await self._service.writer.run(command)

    def _ask(self, transaction: RecordTransaction, peers: tuple[str, ...], *, first: bool) -> set[str]:
        brought = counts_brought(transaction)
        for peer in peers:
            missing = self._missing[peer] = _first_missing(transaction, peer, brought)
            self._issue(
                transaction,
                peer,
                RepairRequested(of=self._service.agency, addressed_to=peer, from_count=missing, receipts=False),
            )
            if first:
                not_held = transaction.head(peer, IN).count + 1
                self._issue(
                    transaction,
                    peer,
                    RepairRequested(of=peer, addressed_to=self._service.agency, from_count=not_held, receipts=True),
                )
            version = self._service.context.directory.version
            self._announced[peer] = self._issue(transaction, peer, heads_of(transaction, peer, version, answer=True))
        return set(peers)

    def _issue(self, transaction: RecordTransaction, peer: str, content: RepairRequested | HeadsAnnounced) -> str:
        service = self._service
        entry = issue_protocol(transaction, content, (peer,), service.service_signer, service.context, service.now())
        return entry.event.envelope.id

    # --- placing ---

    async def finish(self) -> Recovered:
        """Place everything, declare what is lost, and take the file as the record."""
        service = self._service
        recovered = Recovered(without=tuple(sorted(self._without)))
        steps = await service.writer.run(lambda transaction: steps_to_place(transaction, service.agency))
        service.outbox.expect_repeats()
        for start in range(0, len(steps), _STEPS_PER_COMMIT):
            portion = steps[start : start + _STEPS_PER_COMMIT]
            self._progress("place", start, len(steps))
            placed = await service.writer.run(partial(self._place, portion))
            recovered.own_events += placed.own
            recovered.received_events += placed.received
            recovered.contradicting += placed.contradicting
        self._progress("place", len(steps), len(steps))
        await service.writer.run(lambda transaction: self._close(transaction, recovered))
        await asyncio.to_thread(service.record.accept_as_own)
        service.exchange.load()
        await service.mailroom.retry_inbox()
        await service.exchange.announce_heads(self._peers, reply_wanted=True)
        _log.info("record recovered", agency=service.agency, own=recovered.own_events, without=recovered.without)
        return recovered

    def _place(self, portion: list[Step], transaction: RecordTransaction) -> Placed:
        service = self._service
        return place(transaction, portion, service.context, service.service_signer, service.now(), service.policies)

    def _close(self, transaction: RecordTransaction, recovered: Recovered) -> None:
        service, now = self._service, self._service.now()
        for peer in sorted(service.context.directory.agencies):
            settle_receipts(transaction, peer)
            lost = transaction.lost_counts(peer, 1, transaction.head(peer, OUT).count, but_declared=True)
            # What a peer that is away may hold is not lost yet.
            if lost and peer not in self._without:
                declare_lost(transaction, peer, lost, service.service_signer, service.context, now)
                recovered.gaps[peer] = lost
        transaction.note_unsettled(self._without)
        if recovered.own_events:
            by = {"by": "recovery", "events": recovered.own_events}
            transaction.append_local("OwnEventsBrought", service.agency, by, now)
        transaction.append_local("RecordRecovered", service.agency, recovered.to_json(), now)


def _first_missing(transaction: RecordTransaction, peer: str, brought: dict[str, set[int]]) -> int:
    """The first count to a peer that neither stands in the record nor waits for its place."""
    head, came = transaction.head(peer, OUT).count, brought.get(peer, set())
    holes = (count for count in transaction.lost_counts(peer, 1, head, but_declared=True) if count not in came)
    count = next(holes, head + 1)
    while count > head and count in came:
        count += 1
    return count
