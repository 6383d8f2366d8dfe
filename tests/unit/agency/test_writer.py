"""The one writer: commands that wait together share a commit, and nobody suffers from another's error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from events.errors import InvalidValue
from events.record_entry import Entry, RecordEntry
from services.agency.issuing import issue
from services.agency.record_transaction import RecordTransaction
from services.agency.writer import Writer
from tests.unit.agency.houses import House, Houses, shared


class Desk:
    """A writer over the police's record, and what it told of its commits."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.commits: list[list[Entry]] = []
        self.writer = Writer(house.record, self.commits.append)
        self.gate = threading.Event()

    def issue(self, transaction: RecordTransaction) -> RecordEntry:
        return issue(transaction, shared(), self.house.head, self.house.context, self.house.now)

    def wait_at_gate(self, _: RecordTransaction) -> None:
        """Holds the writer, so that what comes next waits together."""
        assert self.gate.wait(10)

    def refuse(self, _: RecordTransaction) -> None:
        raise InvalidValue("this one is at fault")

    def append_and_refuse(self, transaction: RecordTransaction) -> None:
        self.issue(transaction)
        raise InvalidValue("at fault too late")

    def break_down(self, transaction: RecordTransaction) -> None:
        self.issue(transaction)
        raise RuntimeError("a bug")

    def counts(self) -> list[int]:
        return [e.event.envelope.recipients[0].count for e in self.house.documents()]


@pytest.fixture
async def desk(houses: Houses) -> AsyncIterator[Desk]:
    opened = Desk(houses["police"])
    yield opened
    opened.gate.set()
    await opened.writer.close()


async def queued(desk: Desk, *commands: tuple[str, bool]) -> list[asyncio.Task[Any]]:
    """Commands by name, some alone, that wait together behind a closed gate."""
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(desk.writer.run(desk.wait_at_gate))]
    await asyncio.sleep(0)
    for name, alone in commands:
        run = desk.writer.run_alone if alone else desk.writer.run
        tasks.append(asyncio.create_task(run(getattr(desk, name))))
        await asyncio.sleep(0)
    return tasks[1:]


async def test_commands_that_wait_together_are_one_commit_in_their_order(desk: Desk) -> None:
    tasks = await queued(desk, *(("issue", False) for _ in range(20)))
    desk.gate.set()
    entries = await asyncio.gather(*tasks)
    assert [len(commit) for commit in desk.commits] == [0, 20]
    assert list(entries) == desk.commits[1] == desk.house.documents()


async def test_what_a_caller_gets_is_durable_and_was_told_before(desk: Desk) -> None:
    entry = await desk.writer.run(desk.issue)
    assert desk.commits == [[entry]]
    assert desk.house.record.entry_at(entry.position) == entry


async def test_an_error_of_one_does_not_touch_the_others(desk: Desk) -> None:
    first, wrong, last = await queued(desk, ("issue", False), ("refuse", False), ("issue", False))
    desk.gate.set()
    assert isinstance(await first, RecordEntry)
    with pytest.raises(InvalidValue, match="at fault"):
        await wrong
    assert isinstance(await last, RecordEntry)
    assert desk.counts() == [1, 2]
    assert [len(commit) for commit in desk.commits] == [0, 2]


async def test_nothing_stays_of_a_command_that_fails_after_it_has_appended(desk: Desk) -> None:
    first, wrong, last = await queued(desk, ("issue", False), ("append_and_refuse", False), ("issue", False))
    desk.gate.set()
    with pytest.raises(InvalidValue, match="too late"):
        await wrong
    entries = [await first, await last]
    assert desk.counts() == [1, 2]
    assert desk.house.documents() == entries
    assert [e for commit in desk.commits for e in commit] == entries


async def test_a_bug_in_one_rolls_the_commit_back_for_all_and_the_writer_goes_on(desk: Desk) -> None:
    tasks = await queued(desk, ("issue", False), ("break_down", False))
    desk.gate.set()
    for task in tasks:
        with pytest.raises(RuntimeError, match="a bug"):
            await task
    assert desk.counts() == []
    await desk.writer.run(desk.issue)
    assert desk.counts() == [1]


async def test_a_bug_that_asyncio_cannot_hand_over_keeps_nobody_waiting(desk: Desk) -> None:
    async with asyncio.timeout(5):
        with pytest.raises(RuntimeError, match="iterator"):
            await desk.writer.run(lambda _: next(iter(())))
        await desk.writer.run(desk.issue)
    assert desk.counts() == [1]


async def test_one_that_runs_alone_is_rolled_back_alone(desk: Desk) -> None:
    first, wrong, last = await queued(desk, ("issue", False), ("append_and_refuse", True), ("issue", False))
    desk.gate.set()
    await first
    with pytest.raises(InvalidValue, match="too late"):
        await wrong
    await last
    assert desk.counts() == [1, 2]
    assert [len(commit) for commit in desk.commits] == [0, 1, 1]


async def test_a_caller_that_goes_away_disturbs_nobody(desk: Desk) -> None:
    first, gone, last = await queued(desk, ("issue", False), ("issue", False), ("issue", False))
    gone.cancel()
    desk.gate.set()
    await first
    await last
    assert gone.cancelled() or gone.cancelling()
    # What was queued is signed all the same: it is in the record, and the outbox sends it.
    assert desk.counts() == [1, 2, 3]
    assert (await desk.writer.run(desk.issue)).position == 4


async def test_closing_finishes_what_is_queued(desk: Desk) -> None:
    tasks = await queued(desk, *(("issue", False) for _ in range(3)))
    desk.gate.set()
    await desk.writer.close()
    assert [task.done() for task in await done_soon(tasks)] == [True] * 3
    assert desk.counts() == [1, 2, 3]


async def done_soon(tasks: list[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    done, _ = await asyncio.wait(tasks, timeout=5)
    return [task for task in tasks if task in done]
