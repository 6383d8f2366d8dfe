"""The log of a running service: when it signs, and that it never stands still with something left to sign."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from events.audit.log_keys import AUDITOR
from events.types.transparency import CheckpointCosigned
from services.agency.standing_work import StandingWork
from services.auditor.ledger import Ledger
from services.auditor.log_keeper import LogKeeper
from services.auditor.taken import Taken
from tests.unit.agency.houses import NOW, shared
from tests.unit.auditor.desk import PROVINCE, Desk, History


@asynccontextmanager
async def running(history: History, seconds: float = 0.01) -> AsyncIterator[LogKeeper]:
    keeper = LogKeeper(history.writer(), history.network, seconds, lambda: history.now)
    await keeper.open()
    work = asyncio.create_task(keeper.run())
    try:
        yield keeper
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await keeper.close()


async def until_size(keeper: LogKeeper, size: int) -> None:
    async with asyncio.timeout(10):
        while True:
            moved = keeper.moved
            if keeper.size == size:
                return
            await moved.wait()


async def test_nothing_is_signed_before_it_may_be(history: History) -> None:
    size = history.grow(300)
    async with running(history) as keeper:
        for _ in range(20):
            await asyncio.sleep(0)
        assert keeper.size == 0
        keeper.may_sign.set()
        await until_size(keeper, size)


async def test_it_signs_what_comes_while_it_pauses_and_not_before_the_pause_is_over(history: History) -> None:
    first = history.grow(300)
    told: list[str] = []
    async with running(history, seconds=0.3) as keeper:
        keeper.publish = lambda note, _to: told.append(note)
        keeper.may_sign.set()
        await until_size(keeper, first)
        began = asyncio.get_running_loop().time()
        for size in (400, 500):
            history.grow(size)
            keeper.take(Taken(logged=1, entries=1))
        last = history.grow(600)
        keeper.take(Taken(logged=1, entries=1))
        await until_size(keeper, last)
        assert asyncio.get_running_loop().time() - began > 0.25
        assert [note.split("\n")[1] for note in told] == [str(first), str(last)]


async def test_behind_a_checkpoint_of_its_own_that_came_back_it_goes_on_by_itself(
    history: History, tmp_path: Path
) -> None:
    """The last checkpoint before the ledger was lost was told to nobody: no mail speaks of it or wakes the log."""
    first = history.grow(300)
    async with running(history) as keeper:
        keeper.may_sign.set()
        await until_size(keeper, first)
    note = history.writer().checkpoints.signed_note(first)
    again = History(history.network, history.whole, tmp_path / "again")
    again.folder.mkdir()
    whole = again.grow(900)
    with Ledger(again.path, PROVINCE) as ledger, ledger.commit():
        ledger.connection.execute("INSERT INTO unheld_checkpoints VALUES (?,?)", (note, first))
    async with running(again) as keeper:
        keeper.may_sign.set()
        await until_size(keeper, whole)
    assert again.writer().checkpoints.sizes() == [first, whole]


def cosigned_by_its_quorum(desk: Desk) -> set[int]:
    """A checkpoint, and the cosignatures over it that were stored and not judged; the sizes to judge."""
    desk.take(*desk.sent("police", shared()))
    size = desk.sign().size
    agencies = ("customs", "dic", "vnpt", "police")
    said = [desk.houses[a].say(CheckpointCosigned(checkpoint=desk.cosigned(a, size)), AUDITOR).event for a in agencies]
    return desk.take(*said).cosigned


async def test_what_was_cosigned_before_a_kill_counts_after_it(desk: Desk) -> None:
    sizes = cosigned_by_its_quorum(desk)
    assert desk.checkpoints.newest_witnessed() is None
    async with collecting(desk) as keeper:
        await until_witnessed(keeper, max(sizes))


async def test_what_could_not_be_judged_is_judged_with_the_next_attempt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with collecting(desk) as keeper:
        sizes = cosigned_by_its_quorum(desk)
        judge = desk.writer.witness

        def fails(*_: object) -> None:
            monkeypatch.setattr(desk.writer, "witness", judge)
            raise OSError("no space left on device")

        monkeypatch.setattr(desk.writer, "witness", fails)
        keeper.take(Taken(cosigned=sizes))
        await until_witnessed(keeper, max(sizes))


@asynccontextmanager
async def collecting(desk: Desk) -> AsyncIterator[LogKeeper]:
    keeper = LogKeeper(desk.writer, desk.houses.network, 0.01, lambda: NOW)
    await keeper.open()
    standing = StandingWork(AUDITOR)
    standing.begin("witnesses", keeper.collect)
    try:
        yield keeper
    finally:
        await standing.stop()
        await keeper.close()


async def until_witnessed(keeper: LogKeeper, size: int) -> None:
    async with asyncio.timeout(5):
        while True:
            moved = keeper.moved
            if keeper.witnessed_size == size:
                return
            await moved.wait()
