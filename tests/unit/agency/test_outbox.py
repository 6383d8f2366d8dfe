"""The outbox: every own event leaves with all its copies, whatever the broker does, and is told of once stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest
from nats.aio.client import Client

from events.record_entry import RecordEntry
from events.subjects import parse_subject
from services.agency import outbox as module
from services.agency.copies import copies
from services.agency.outbox import CURSOR, Outbox
from services.broker.errors import BrokerUnreachable
from services.broker.publish import BatchOutcome
from services.broker.wire import OutMessage
from tests.unit.agency.houses import House, Houses, suspicion


class Broker:
    """What `publish_batch` was asked, and what it answers: stored, away, or with ids that somebody took before."""

    def __init__(self) -> None:
        self.batches: list[list[OutMessage]] = []
        self.retries: list[bool] = []
        self.away = 0
        self.taken: set[str] = set()

    async def publish(self, _: object, messages: Sequence[OutMessage], *, retry: bool, **_more: object) -> BatchOutcome:
        if self.away:
            self.away -= 1
            raise BrokerUnreachable("nats://127.0.0.1:1", "no answer")
        self.batches.append(list(messages))
        self.retries.append(retry)
        return BatchOutcome((), tuple(m.msg_id for m in messages if m.msg_id in self.taken))

    @property
    def ids(self) -> list[str]:
        return [m.msg_id for batch in self.batches for m in batch]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    found = Broker()
    monkeypatch.setattr(module, "publish_batch", found.publish)
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.001)
    return found


class Sending:
    """The outbox of VNPT, running over what stands in its record until that is all stored."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.noted: list[tuple[str, int]] = []
        self.published: list[RecordEntry] = []

    async def until_stored(self, meanwhile: Callable[[Outbox], Awaitable[Any]] | None = None) -> Outbox:
        async def note(name: str, position: int) -> None:
            self.noted.append((name, position))

        outbox = Outbox(self.house.record, cast("Client", None), note=note, published=self.published.extend)
        task = asyncio.create_task(outbox.run())
        try:
            async with asyncio.timeout(10):
                if meanwhile is not None:
                    await meanwhile(outbox)
                await outbox.drained(self.house.record.last_position)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await outbox.note_position()
        return outbox


def ids(entries: list[RecordEntry]) -> list[str]:
    return [m.msg_id for e in entries for m in copies(e.event)]


async def test_every_copy_of_every_event_leaves_in_order_and_is_told_of(houses: Houses, broker: Broker) -> None:
    vnpt = houses["vnpt"]
    entries = vnpt.issue(suspicion(), suspicion("customs", "dic", "police"))
    with vnpt.writing() as transaction:
        transaction.append_local("Note", "n", {}, vnpt.now)
    sending = Sending(vnpt)
    await sending.until_stored()
    assert broker.ids == ids(entries)
    assert sending.published == entries
    assert sending.noted[-1] == (CURSOR, 3)


async def test_an_events_copies_are_never_parted(
    houses: Houses, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 8)
    entries = houses["vnpt"].issue(*(suspicion() for _ in range(3)), suspicion("customs", "dic", "police"), suspicion())
    await Sending(houses["vnpt"]).until_stored()
    assert broker.ids == ids(entries)
    assert [len(batch) for batch in broker.batches] == [6, 7, 3]
    for entry in entries:
        own = set(ids([entry]))
        assert sum(bool(own & {m.msg_id for m in batch}) for batch in broker.batches) == 1


async def test_a_broker_that_is_away_is_waited_for_and_then_asked_about_repeats(houses: Houses, broker: Broker) -> None:
    vnpt = houses["vnpt"]
    sending = Sending(vnpt)

    async def issue_while_away(outbox: Outbox) -> None:
        broker.away = 3
        outbox.follower.offer(vnpt.issue(suspicion()))

    await sending.until_stored(issue_while_away)
    assert broker.ids == ids(sending.published)
    # The first attempt may have been stored although nobody heard of it.
    assert broker.retries == [True]


async def test_what_stands_behind_the_noted_position_may_have_been_sent_before(houses: Houses, broker: Broker) -> None:
    vnpt = houses["vnpt"]
    before = vnpt.issue(suspicion(), suspicion())
    with vnpt.record.writing() as transaction:
        transaction.move_cursor(CURSOR, 1)
    sending = Sending(vnpt)

    async def issue_now(outbox: Outbox) -> None:
        await outbox.drained(2)
        outbox.follower.offer(vnpt.issue(suspicion()))

    await sending.until_stored(issue_now)
    assert broker.ids == ids([before[1], *sending.published[1:]])
    assert broker.retries == [True, False]


async def test_a_copy_whose_id_somebody_took_is_sent_under_another(houses: Houses, broker: Broker) -> None:
    first, second = houses["vnpt"].issue(suspicion(), suspicion())
    broker.taken = {copies(first.event)[1].msg_id, copies(second.event)[2].msg_id}
    sending = Sending(houses["vnpt"])
    await sending.until_stored()
    again = [m for batch in broker.batches[1:] for m in batch]
    assert [(parse_subject(m.subject).recipient, m.payload) for m in again] == [
        ("police", first.event.payload),
        ("auditor", second.event.envelope_bytes),
    ]
    assert not {m.msg_id for m in again} & set(ids([first, second]))
    assert sending.published == [first, second]


async def test_publishing_again_uses_new_ids_for_one_recipient(houses: Houses, broker: Broker) -> None:
    entries = houses["vnpt"].issue(suspicion(), suspicion())
    sending = Sending(houses["vnpt"])

    async def again(outbox: Outbox) -> None:
        await outbox.publish_again([e.event for e in entries], "dic")
        await outbox.publish_again([entries[0].event], "dic")

    await sending.until_stored(again)
    repeated = [m for batch in broker.batches for m in batch if m.msg_id not in ids(entries)]
    assert {parse_subject(m.subject).recipient for m in repeated} == {"dic"}
    assert len({m.msg_id for m in repeated}) == 3
