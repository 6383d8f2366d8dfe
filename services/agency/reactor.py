"""Policies at work: what an agency does by itself when an event has been admitted.

A policy is a pure function from an event and what is known to wishes: a draft for people to sign, an event that the
service's own key may sign, or a task for a hook outside. A wish is carried out once: that it was is written in the
same commit as its outcome.
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
from services.agency.issuing import issue
from services.agency.known_entries import known_event
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.agency.writer import Writer

_log = structlog.get_logger(__name__)

CURSOR = "policies"
_ENTRIES_AT_ONCE = 200
_RETRY_SECONDS = 5.0


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

    The hook is called again after a crash, so it must know a task that it has done: `event.id` names it.
    """

    event: KnownEvent
    hook: Callable[[KnownEvent], Awaitable[Draft | None]]


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

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:
        """What is to be done about an admitted event of one of its types; empty if nothing."""


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
    ) -> None:
        self._record = record
        self._writer = writer
        self._service = service
        self._policies = policies
        self._context = context
        self._now = now
        self._done = record.cursor_position(CURSOR)
        self.follower = Follower(record, self._done)

    async def run(self) -> None:
        """React until cancelled."""
        self.follower.rewind(self._done)
        while True:
            batch = await self.follower.next_batch(_ENTRIES_AT_ONCE)
            reacted = False
            for entry in batch:
                if isinstance(entry, RecordEntry) and entry.kind is EntryKind.ADMITTED:
                    reacted |= await self._react(entry)
            self._done = batch[-1].position
            if reacted or batch[-1].position % 1000 < len(batch):
                await self.note_position()

    async def note_position(self) -> None:
        """Note how far the policies have come: what lies before is not looked at again after a restart."""
        position = self._done
        await self._writer.run(lambda transaction: transaction.move_cursor(CURSOR, position))

    async def _react(self, entry: RecordEntry) -> bool:
        concerned = [p for p in self._policies if entry.event.envelope.event_type in p.event_types]
        known = known_event(entry) if concerned else None
        if known is None:
            return False
        facts = await self._writer.run(lambda transaction: self._facts(transaction, known))
        reacted = False
        for policy in concerned:
            for number, wish in enumerate(policy.react(known, facts)):
                reacted = True
                await self._carry_out(f"{policy.name}/{number}", known, wish)
        return reacted

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

    async def _carry_out(self, name: str, known: KnownEvent, wish: Wish) -> None:
        while True:
            try:
                if await self._writer.run(lambda transaction: transaction.has_reacted(name, known.id)):
                    return
                match wish:
                    case CallHook():
                        draft = await wish.hook(wish.event)
                    case WithinRecord():
                        draft = None
                    case _:
                        draft = wish.draft
                await self._writer.run(partial(self._write, name, known, wish, draft))
            except PhoihopError as error:
                # The wish is not lawful any more, or the key cannot: people are told, the policy goes on.
                reason = str(error)
                _log.warning(
                    "policy could not act", agency=self._record.agency, policy=name, event_id=known.id, reason=reason
                )
                await self._writer.run(partial(self._failed, name, known, reason))
            except Exception:  # noqa: BLE001 - a hook is foreign code: its failure must not lose the task
                _log.exception("hook failed, will be called again", agency=self._record.agency, policy=name)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            return

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
