"""Followers of the record: every entry once, in order, whoever committed it and whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.record_entry import Entry
from services.agency import follower as module
from services.agency.follower import Follower
from services.agency.record import Record
from tests.unit.agency.houses import NOW, House, Houses

T = TypeVar("T")


def note(record: Record, number: int = 1) -> list[Entry]:
    """Commit so many local entries."""
    with record.writing() as transaction:
        for _ in range(number):
            transaction.append_local("Note", "n", {}, NOW)
    return transaction.appended


async def soon(awaitable: Awaitable[T]) -> T:
    async with asyncio.timeout(5):
        return await awaitable


async def nothing_yet(follower: Follower) -> asyncio.Task[list[Entry]]:
    """A reader that has found nothing and waits."""
    task = asyncio.create_task(follower.next_batch(100))
    done, _ = await asyncio.wait([task], timeout=0.05)
    assert not done
    return task


@pytest.fixture
def record(houses: Houses) -> Record:
    return houses["police"].record


async def test_what_was_there_before_comes_first(record: Record) -> None:
    note(record, 5)
    follower = Follower(record, 2)
    assert [e.position for e in await soon(follower.next_batch(2))] == [3, 4]
    assert [e.position for e in await soon(follower.next_batch(2))] == [5]
    assert follower.position == 5


async def test_an_offer_is_handed_on_without_reading(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = Follower(record, 0)
    waiting = await nothing_yet(follower)
    entries = note(record, 3)
    monkeypatch.setattr(record, "entries", None)
    follower.offer(entries)
    batch = await soon(waiting)
    assert all(given is taken for given, taken in zip(entries, batch, strict=True))


async def test_a_poke_brings_what_another_process_wrote(record: Record, houses: Houses) -> None:
    follower = Follower(record, 0)
    waiting = await nothing_yet(follower)
    other = Record(record.path, "police", "lao-cai")
    note(other, 2)
    other.close()
    follower.poke()
    assert [e.position for e in await soon(waiting)] == [1, 2]


async def test_an_offer_behind_a_gap_is_read_with_what_fills_it(record: Record) -> None:
    follower = Follower(record, 0)
    waiting = await nothing_yet(follower)
    note(record, 2)
    follower.offer(note(record, 1))
    assert [e.position for e in await soon(waiting)] == [1, 2, 3]


async def test_offers_that_come_while_it_reads_are_neither_lost_nor_doubled(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = note(record, 3)
    follower = Follower(record, 0)
    begun, go_on = threading.Event(), threading.Event()
    read = record.entries

    def slowly(after: int, limit: int) -> list[Entry]:
        found = read(after, limit)
        begun.set()
        assert go_on.wait(5)
        return found

    monkeypatch.setattr(record, "entries", slowly)
    task = asyncio.create_task(follower.next_batch(100))
    await asyncio.to_thread(begun.wait, 5)
    follower.offer(first)
    follower.offer(note(record, 2))
    go_on.set()
    taken = await soon(task)
    taken += await soon(follower.next_batch(100))
    assert [e.position for e in taken] == [1, 2, 3, 4, 5]


async def test_rewinding_hands_on_again(record: Record) -> None:
    follower = Follower(record, 0)
    follower.offer(note(record, 4))
    await soon(follower.next_batch(100))
    follower.offer(note(record, 1))
    follower.rewind(2)
    assert [e.position for e in await soon(follower.next_batch(100))] == [3, 4, 5]
    await nothing_yet(follower)


async def test_a_slow_follower_holds_little_in_memory_and_misses_nothing(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_OFFERS_KEPT", 10)
    follower = Follower(record, 0)
    for _ in range(20):
        follower.offer(note(record, 4))
        assert len(follower._offered) <= 10 + 4
    taken: list[int] = []
    while len(taken) < 80:
        taken += [e.position for e in await soon(follower.next_batch(7))]
    assert taken == list(range(1, 81))


ACTS = st.lists(
    st.tuples(st.sampled_from(["here", "elsewhere", "poke", "take", "rewind"]), st.integers(1, 4)), max_size=25
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_entries_come_in_order_and_without_gaps_whoever_writes(
    network: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]
) -> None:
    houses = Houses(network, tmp_path_factory.mktemp("follower"), ("police",))
    asyncio.run(follow(houses["police"], acts))
    houses.close()


async def follow(house: House, acts: list[tuple[str, int]]) -> None:
    record, taken = house.record, 0
    follower = Follower(record, 0)
    for act, number in acts:
        if act == "here":
            follower.offer(note(record, number))
        elif act == "elsewhere":
            note(record, number)
        elif act == "poke":
            follower.poke()
        elif act == "rewind":
            taken = max(0, taken - number)
            follower.rewind(taken)
        else:
            # The command line pokes after it has written; before that nobody can know.
            follower.poke()
            if record.last_position > taken:
                batch = await soon(follower.next_batch(number))
                assert [e.position for e in batch] == list(range(taken + 1, taken + 1 + len(batch)))
                taken = batch[-1].position
    follower.poke()
    while taken < record.last_position:
        batch = await soon(follower.next_batch(3))
        assert [e.position for e in batch] == list(range(taken + 1, taken + 1 + len(batch)))
        taken = batch[-1].position
