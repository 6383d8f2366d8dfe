"""The log of a running service: when it signs, and that it never stands still with something left to sign."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.auditor.ledger import Ledger
from services.auditor.log_keeper import LogKeeper
from services.auditor.taken import Taken
from tests.unit.auditor.desk import PROVINCE, History


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
