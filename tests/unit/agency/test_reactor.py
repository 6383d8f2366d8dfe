"""Policies at work: each wish is carried out once, what cannot be done yet is tried again and holds up nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from events.draft import Draft
from events.facts import Facts
from events.known_event import KnownEvent
from events.record_entry import Entry, EntryKind
from events.types.suspension import Measure, SuspensionEnd, SuspensionLifted, SuspensionOrdered, SuspensionScope
from events.values.service import Service, ServiceKind, ServiceTarget
from services.agency.policies.execution import SuspensionExecution
from services.agency.policies.switch import Done, SwitchTask, SwitchUnavailable
from services.agency.reactions import Patience
from services.agency.reactor import CURSOR, Policy, ProposeDraft, Reactor, SendByService, Wish
from services.agency.writer import Writer
from tests.unit.agency.houses import NOW, House, Houses, carry, rows, shared, use_directory, with_keys

AT_ONCE = Patience(0.01, 0.02)


@dataclass
class Switch:
    """A technical system that may be down, for all orders or for some."""

    down: bool = False
    stuck: set[tuple[str, str]] = field(default_factory=set)
    done: list[tuple[str, str]] = field(default_factory=list)
    tries: int = 0

    async def __call__(self, task: SwitchTask) -> Done:
        self.tries += 1
        if self.down or (task.action, task.order) in self.stuck:
            raise SwitchUnavailable("the exchange does not answer")
        self.done.append((task.action, task.order))
        return Done(NOW)


@dataclass
class Drafts:
    """Drafts something for people on each order."""

    name: str = "drafts"
    event_types: frozenset[str] = frozenset({"SuspensionOrdered"})
    own_event_types: frozenset[str] = frozenset()
    broken: bool = False

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:  # noqa: ARG002 - the policies' signature
        if self.broken:
            raise ValueError("a mistake in the policy")
        return (ProposeDraft(shared(event.id)),)


class Running:
    """A reactor over a house; `until` waits for commits, not for time."""

    def __init__(self, house: House, *policies: Policy, patience: Patience = AT_ONCE) -> None:
        self.house = house
        self.writer = Writer(house.record, self._committed)
        self.reactor = Reactor(
            house.record, self.writer, house.service, policies, lambda: house.context, lambda: house.now, patience
        )

    def _committed(self, entries: list[Entry]) -> None:
        self.house.views.apply(entries, self.house.me)
        self.reactor.follower.offer(entries)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await self.writer.run(lambda _: None)  # a turn of the writer, and of everything that waits for it

    async def everything_read(self) -> None:
        await self.until(lambda: self.reactor.follower.position == self.house.record.last_position)
        await self.until(lambda: self.reactor._read == self.house.record.last_position)

    async def everything_done(self) -> None:
        await self.until(lambda: self.reactor._done == self.house.record.last_position)


@asynccontextmanager
async def reacting(house: House, *policies: Policy, patience: Patience = AT_ONCE) -> AsyncIterator[Running]:
    running = Running(house, *policies, patience=patience)
    work = asyncio.create_task(running.reactor.run())
    try:
        yield running
        assert not work.done(), work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await running.reactor.note_position()
        await running.writer.close()


def order(houses: Houses, text: str = "Tạm ngừng") -> str:
    """The police order VNPT to pause a trunk; the order's id."""
    content = SuspensionOrdered(
        subject=text, measure=Measure.PAUSE, scope=SuspensionScope.ENTIRE, legal_basis="Điều 10.3", interim=False,
        targets=(ServiceTarget(service=Service(kind=ServiceKind.SIP_TRUNK, provider="vnpt")),),
        ends=SuspensionEnd(at=NOW + timedelta(days=9)),
    )  # fmt: skip
    (entry,) = houses["police"].issue(Draft(content, ("vnpt",)))
    carry(houses, [entry])
    return entry.event.envelope.id


def lift(houses: Houses, of: str) -> None:
    content = SuspensionLifted(subject="Khôi phục", suspension=of, reason="Đã rõ", effective_at=NOW)
    carry(houses, houses["police"].issue(Draft(content, ("vnpt",), cause=of)))


def answered(house: House) -> list[str]:
    sent = house.events(EntryKind.SENT, event_type="SuspensionExecuted")
    return [entry.event.envelope.cause or "" for entry in sent]


def waiting(house: House) -> list[tuple[str, str]]:
    return [(policy, event) for policy, event in rows(house.record, "SELECT policy, event_id FROM reactions_waiting")]


def proposed(house: House) -> int:
    return len(house.local("DraftSaved"))


async def test_what_a_failed_switch_leaves_undone_holds_up_nothing_else(houses: Houses) -> None:
    vnpt, switch = houses["vnpt"], Switch()
    first, second = order(houses), order(houses)
    switch.stuck.add(("suspend", first))
    async with reacting(vnpt, SuspensionExecution(switch), Drafts()) as running:
        await running.until(lambda: answered(vnpt) == [second] and proposed(vnpt) == 2)
        await running.until(lambda: waiting(vnpt) == [("suspension-execution", first)])
        assert running.reactor.failing == {f"suspension-execution {first}": "the exchange does not answer"}
        tries = switch.tries
        await running.until(lambda: switch.tries > tries + 2)
        switch.stuck.clear()
        await running.until(lambda: answered(vnpt) == [second, first])
        await running.until(lambda: not waiting(vnpt) and not running.reactor.failing)
    assert switch.done == [("suspend", second), ("suspend", first)]
    assert vnpt.local("PolicyFailed") == []


async def test_what_is_under_way_survives_a_restart_and_is_done_once(houses: Houses) -> None:
    vnpt, switch = houses["vnpt"], Switch(down=True)
    order_id = order(houses)
    async with reacting(vnpt, SuspensionExecution(switch), Drafts()) as running:
        await running.until(lambda: waiting(vnpt) == [("suspension-execution", order_id)])
        await running.everything_read()
    assert vnpt.record.cursor_position(CURSOR) < vnpt.record.last_position
    switch.down = False
    async with reacting(vnpt, SuspensionExecution(switch), Drafts()) as running:
        await running.until(lambda: answered(vnpt) == [order_id] and not waiting(vnpt))
        await running.everything_read()
    async with reacting(vnpt, SuspensionExecution(switch), Drafts()) as running:
        await running.everything_done()
    assert (answered(vnpt), proposed(vnpt), switch.done) == ([order_id], 1, [("suspend", order_id)])
    assert vnpt.record.cursor_position(CURSOR) == vnpt.record.last_position


async def test_a_service_is_not_restored_before_it_was_stopped(houses: Houses) -> None:
    vnpt, switch = houses["vnpt"], Switch()
    order_id = order(houses)
    switch.stuck.add(("suspend", order_id))
    lift(houses, order_id)
    other = order(houses)
    async with reacting(vnpt, SuspensionExecution(switch)) as running:
        await running.until(lambda: answered(vnpt) == [other] and len(waiting(vnpt)) == 1)
        switch.stuck.clear()
        await running.until(lambda: len(switch.done) == 3)
    assert switch.done == [("suspend", other), ("suspend", order_id), ("restore", order_id)]


async def test_what_is_not_signed_now_is_signed_when_signing_opens(houses: Houses) -> None:
    vnpt, switch = houses["vnpt"], Switch()
    order_id = order(houses)
    with vnpt.writing() as transaction:
        transaction.hold_signing("a peer holds more", NOW)
    async with reacting(vnpt, SuspensionExecution(switch), patience=Patience(3600, 3600)) as running:
        await running.until(lambda: waiting(vnpt) == [("suspension-execution", order_id)])
        assert "signs no documents now" in running.reactor.failing[f"suspension-execution {order_id}"]
        assert answered(vnpt) == []
        vnpt.record.accept_as_own()
        running.reactor.poke()
        await running.until(lambda: answered(vnpt) == [order_id] and not waiting(vnpt))
    assert vnpt.local("PolicyFailed") == []


async def test_a_key_that_the_directory_brings_later_signs_later(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    order_id = order(houses)
    known = vnpt.context.directory
    use_directory(vnpt, with_keys(known, "vnpt", lambda key: replace(key, not_before=NOW + timedelta(days=1))))
    async with reacting(vnpt, SuspensionExecution(Switch())) as running:
        await running.until(lambda: waiting(vnpt) == [("suspension-execution", order_id)])
        use_directory(vnpt, known)
        await running.until(lambda: answered(vnpt) == [order_id])


async def test_what_is_not_lawful_is_told_to_people_and_not_tried_again(houses: Houses) -> None:
    @dataclass
    class Unlawful(Drafts):
        def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:  # noqa: ARG002 - the policies' signature
            return (SendByService(replace(shared(), recipients=("dic",))), ProposeDraft(shared()))

    vnpt = houses["vnpt"]
    order_id = order(houses)
    async with reacting(vnpt, Unlawful()) as running:
        await running.until(lambda: proposed(vnpt) == 1)
        await running.everything_read()
        assert running.reactor.failing == {}
    assert [(e.subject, e.data["policy"]) for e in vnpt.local("PolicyFailed")] == [(order_id, "drafts/0")]


async def test_a_mistake_in_one_policy_stops_no_other(houses: Houses) -> None:
    vnpt, broken = houses["vnpt"], Drafts(broken=True)
    order_id = order(houses)
    async with reacting(vnpt, broken, SuspensionExecution(Switch())) as running:
        await running.until(lambda: answered(vnpt) == [order_id])
        await running.until(lambda: waiting(vnpt) == [("drafts", order_id)])
        broken.broken = False
        await running.until(lambda: proposed(vnpt) == 1 and not waiting(vnpt))


async def test_what_waits_for_a_policy_that_was_switched_off_is_forgotten(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    order(houses)
    async with reacting(vnpt, SuspensionExecution(Switch(down=True))) as running:
        await running.until(lambda: len(waiting(vnpt)) == 1)
    async with reacting(vnpt, Drafts()) as running:
        await running.until(lambda: waiting(vnpt) == [])


async def test_own_documents_are_reacted_to_where_a_policy_asks_for_them(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    asks = Drafts("asks", frozenset(), frozenset({"SuspensionExecuted"}))
    does_not = Drafts("does not", frozenset({"SuspensionExecuted"}))
    order(houses)
    async with reacting(vnpt, SuspensionExecution(Switch()), asks, does_not) as running:
        await running.until(lambda: proposed(vnpt) == 1)
        await running.everything_read()
    assert [entry.data["author"] for entry in vnpt.local("DraftSaved")] == ["policy:asks"]


def test_pauses_grow_up_to_the_longest() -> None:
    assert [Patience(2, 120).after(n) for n in (1, 2, 3, 7, 100)] == [2, 4, 8, 120, 120]
