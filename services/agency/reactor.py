"""Policies at work: what an agency does by itself when an event has been admitted.

A policy is a pure function from an event and what is known to wishes: a draft for people to sign, an event that the
service's own key may sign, or a task for a hook outside. A wish is carried out once: that it was is written in the
same commit as its outcome. What cannot be done yet (nothing is signed now, a technical system is down) stays under way
and holds up nothing else; the policies' position stays before it, so that a restart takes it up again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from events.draft import Draft
from events.errors import PhoihopError
from events.facts import Facts
from events.known_event import KnownEvent
from events.record_entry import EntryKind, RecordEntry
from events.signature import Signer
from services.agency.context import Context
from services.agency.drafts import save_draft
from services.agency.follower import Follower
from services.agency.issuing import ClockWentBack, KeyUnusable, SigningHeld, issue
from services.agency.known_entries import known_event
from services.agency.reactions import NotYet, Patience, Reaction, ReactionsUnderWay
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.agency.writer import Writer
from services.errors import CannotRun

_log = structlog.get_logger(__name__)

CURSOR = "policies"
_ENTRIES_AT_ONCE = 200
_HOOKS_AT_ONCE = 4
_REACTED_TO = frozenset({EntryKind.ADMITTED, EntryKind.SENT})
_PASSING = (SigningHeld, ClockWentBack, KeyUnusable, CannotRun)
"""Errors that say nothing about the wish: it is lawful or not when documents are signed again."""


@dataclass(frozen=True)
class ProposeDraft:
    """Lay a draft before the people: nothing is sent until somebody signs it."""

    draft: Draft


@dataclass(frozen=True)
class SendByService:
    """Send an event over the service's own key, where the clause does not want a person's."""

    draft: Draft


@dataclass(frozen=True)
class CallHook:
    """Have something done outside (a subscriber suspended), and send what comes of it.

    The hook is called again after a crash or a failure, so it must know a task that it has done: `event.id` names it.
    Hooks of one policy that name the same `turn` are called one after the other, in the order of their events.
    """

    event: KnownEvent
    hook: Callable[[KnownEvent], Awaitable[Draft | None]]
    turn: str = ""


@dataclass(frozen=True)
class WithinRecord:
    """Look into the record and append what follows from it, in the commit that notes the wish as carried out."""

    command: Callable[[RecordTransaction, Signer, Context, datetime], None]


Wish = ProposeDraft | SendByService | CallHook | WithinRecord


class Policy(Protocol):
    """A rule of thumb of the house."""

    @property
    def name(self) -> str:
        """Its stable name: stands in the record beside what it did."""

    @property
    def event_types(self) -> frozenset[str]:
        """The event types it may react to: others are not even read for it."""

    @property
    def own_event_types(self) -> frozenset[str]:
        """The event types to which it reacts when this agency itself has sent them; mostly none."""

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:
        """What is to be done about an event of one of its types; empty if nothing."""


class Reactor:
    """Runs the policies of one agency over its record."""

    def __init__(
        self,
        record: Record,
        writer: Writer,
        service: Signer,
        policies: Sequence[Policy],
        context: Callable[[], Context],
        now: Callable[[], datetime],
        patience: Patience | None = None,
    ) -> None:
        self._record = record
        self._writer = writer
        self._service = service
        self._policies = policies
        self._context = context
        self._now = now
        self._patience = patience
        self._read = record.cursor_position(CURSOR)
        self._under_way = ReactionsUnderWay(record.agency, self._note_waiting, patience)
        self._waiting: set[tuple[str, str]] = set()
        self._hooks = asyncio.Semaphore(_HOOKS_AT_ONCE)
        self.follower = Follower(record, self._read)

    async def run(self) -> None:
        """React until cancelled."""
        self._read = self._done
        self._under_way = ReactionsUnderWay(self._record.agency, self._note_waiting, self._patience)
        self.follower.rewind(self._read)
        await self._writer.run(lambda transaction: transaction.forget_waiting({p.name for p in self._policies}))
        self._waiting = {tuple(row) for row in self._record.rows("SELECT policy, event_id FROM reactions_waiting")}
        try:
            while True:
                batch = await self.follower.next_batch(_ENTRIES_AT_ONCE)
                reacted = False
                for entry in batch:
                    if isinstance(entry, RecordEntry) and entry.kind in _REACTED_TO:
                        reacted |= await self._react(entry)
                self._read = batch[-1].position
                if reacted or batch[-1].position % 1000 < len(batch):
                    await self.note_position()
        finally:
            await self._under_way.stop()

    @property
    def failing(self) -> dict[str, str]:
        """The reactions that failed last time and are tried again, by `<policy> <event>`, with the reason."""
        return dict(self._under_way.failing)

    def poke(self) -> None:
        """Another process may have appended entries, or may have opened signing again."""
        self.follower.poke()
        self._under_way.signing_may_be_open()

    async def note_position(self) -> None:
        """Note how far the policies have come: what lies before is not looked at again after a restart."""
        position = self._done
        await self._writer.run(lambda transaction: transaction.move_cursor(CURSOR, position))

    @property
    def _done(self) -> int:
        """The position up to which everything was done."""
        oldest = self._under_way.oldest
        return self._read if oldest is None else min(self._read, oldest - 1)

    async def _react(self, entry: RecordEntry) -> bool:
        event_type, own = entry.event.envelope.event_type, entry.kind is EntryKind.SENT
        concerned = [p for p in self._policies if event_type in (p.own_event_types if own else p.event_types)]
        known = known_event(entry) if concerned else None
        if known is None:
            return False
        facts = await self._writer.run(lambda transaction: self._facts(transaction, known))
        reacted = False
        for policy in concerned:
            reacted |= await self._begin(policy, entry.position, known, facts)
        return reacted

    async def _begin(self, policy: Policy, position: int, known: KnownEvent, facts: Facts) -> bool:
        """Do at once what the house itself can do; what takes a hook, or cannot be done now, is left under way."""
        turn = known.id
        try:
            wishes = policy.react(known, facts)
            hooks = [wish for wish in wishes if isinstance(wish, CallHook)]
            if not hooks:
                await self._carry_out_all(policy, known, wishes)
                return bool(wishes)
            turn = hooks[0].turn or turn
        except Exception as error:  # noqa: BLE001 - foreign code, or nothing can be signed now: it is tried again
            _log.info("reaction is put off", agency=self._record.agency, policy=policy.name, reason=str(error))
        again = partial(self._react_again, policy, known)
        self._under_way.begin(Reaction(policy.name, known.id, position, f"{policy.name}/{turn}", again))
        return True

    async def _react_again(self, policy: Policy, known: KnownEvent) -> None:
        facts = await self._writer.run(lambda transaction: self._facts(transaction, known))
        await self._carry_out_all(policy, known, policy.react(known, facts))

    def _facts(self, transaction: RecordTransaction, known: KnownEvent) -> Facts:
        context = self._context()
        envelope = known.envelope
        return Facts(
            me=context.me,
            now=self._now(),
            directory=context.directory,
            rules=context.rules,
            case=transaction.case_state(envelope.case) if envelope.case else None,
            basis=transaction.known(envelope.basis) if envelope.basis else None,
            cause=transaction.known(envelope.cause) if envelope.cause else None,
        )

    async def _carry_out_all(self, policy: Policy, known: KnownEvent, wishes: Sequence[Wish]) -> None:
        for number, wish in enumerate(wishes):
            await self._carry_out(f"{policy.name}/{number}", known, wish)
        if (policy.name, known.id) in self._waiting:
            self._waiting.discard((policy.name, known.id))
            await self._writer.run(lambda transaction: transaction.note_done(policy.name, known.id))

    async def _carry_out(self, name: str, known: KnownEvent, wish: Wish) -> None:
        """Raises `NotYet` where nothing can be signed for the present, and whatever a hook raises."""
        if await self._writer.run(lambda transaction: transaction.has_reacted(name, known.id)):
            return
        try:
            match wish:
                case CallHook():
                    async with self._hooks:
                        draft = await wish.hook(wish.event)
                case WithinRecord():
                    draft = None
                case _:
                    draft = wish.draft
            await self._writer.run(partial(self._write, name, known, wish, draft))
        except _PASSING as error:
            raise NotYet(str(error)) from error
        except PhoihopError as error:
            # The wish is not lawful any more: people are told, the policy goes on.
            reason = str(error)
            _log.warning(
                "policy could not act", agency=self._record.agency, policy=name, event_id=known.id, reason=reason
            )
            await self._writer.run(partial(self._failed, name, known, reason))

    def _write(
        self, name: str, known: KnownEvent, wish: Wish, draft: Draft | None, transaction: RecordTransaction
    ) -> None:
        now = self._now()
        if isinstance(wish, WithinRecord):
            wish.command(transaction, self._service, self._context(), now)
        if draft is not None:
            if isinstance(wish, ProposeDraft):
                save_draft(transaction, draft, f"policy:{name.partition('/')[0]}", now)
            else:
                issue(transaction, draft, self._service, self._context(), now)
        transaction.note_reaction(name, known.id)

    def _failed(self, name: str, known: KnownEvent, reason: str, transaction: RecordTransaction) -> None:
        transaction.append_local("PolicyFailed", known.id, {"policy": name, "reason": reason}, self._now())
        transaction.note_reaction(name, known.id)

    async def _note_waiting(self, reaction: Reaction, reason: str) -> None:
        self._waiting.add((reaction.policy, reaction.event_id))
        since = self._now()
        await self._writer.run(
            lambda transaction: transaction.note_waiting(reaction.policy, reaction.event_id, since, reason)
        )
