"""What keeps a service going: being woken by the command line, and work that begins again after a failure."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from services import ending_tasks
from services.agency import standing_work as module
from services.agency.standing_work import StandingWork
from services.agency.wake import RecordGrowth, WakeListener, tell_waiting, wake, wake_path


@pytest.mark.parametrize("folder", ["short", "d" * 90 + "/" + "e" * 90])
async def test_a_service_is_woken_through_its_folder_however_long_the_path(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir(parents=True)
    woken = asyncio.Event()
    assert not wake(place)
    async with WakeListener(place, woken.set):
        assert stat.S_IMODE(wake_path(place).stat().st_mode) == 0o600
        for _ in range(2):
            assert await asyncio.to_thread(wake, place)
            async with asyncio.timeout(5):
                await woken.wait()
            woken.clear()
    assert not wake(place)
    assert not wake_path(place).exists()


async def test_a_socket_left_by_a_killed_service_is_replaced(tmp_path: Path) -> None:
    wake_path(tmp_path).touch()
    woken = asyncio.Event()
    async with WakeListener(tmp_path, woken.set):
        assert wake(tmp_path)
        async with asyncio.timeout(5):
            await woken.wait()


@pytest.mark.parametrize("folder", ["short", "d" * 90 + "/" + "e" * 90])
async def test_whoever_waits_beside_the_service_hears_that_the_record_has_grown(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir(parents=True)
    tell_waiting(place)  # nobody waits yet, and nothing was prepared
    with RecordGrowth(place) as first, RecordGrowth(place) as second:
        assert stat.S_IMODE((place / "waiting").stat().st_mode) == 0o700
        assert not first.wait(0.01)
        waits = asyncio.to_thread(first.wait, 20)
        task = asyncio.ensure_future(waits)
        tell_waiting(place)
        tell_waiting(place)
        assert await task
        assert second.wait(20)  # it was said before it waited
        assert not second.wait(0.01)
        assert not second.wait(0)
    assert list((place / "waiting").iterdir()) == []


def test_a_waiting_process_that_was_killed_is_forgotten_and_a_slow_one_holds_up_nothing(tmp_path: Path) -> None:
    killed = RecordGrowth(tmp_path)
    killed.__enter__()
    killed._listener.close()
    with RecordGrowth(tmp_path) as slow:
        for _ in range(1000):
            tell_waiting(tmp_path)
        assert slow.wait(1)
        assert not slow.wait(0.01)
    assert list((tmp_path / "waiting").iterdir()) == []


class Work:
    """Fails so many times, then stands."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.begun = 0
        self.failed = asyncio.Event()
        self.stands = asyncio.Event()
        self.ended = False

    async def run(self) -> None:
        self.begun += 1
        if self.begun <= self.failures:
            self.failed.set()
            raise RuntimeError("the disk hiccuped")
        self.stands.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_work_begins_again_after_a_failure_and_ends_when_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.001)
    standing, work, other = StandingWork("dic"), Work(3), Work(0)
    standing.begin("outbox", work.run)
    standing.begin("projector", other.run)
    async with asyncio.timeout(5):
        await work.stands.wait()
        await other.stands.wait()
    assert (work.begun, other.begun) == (4, 1)
    await standing.stop()
    assert work.ended
    assert other.ended


async def test_a_failure_is_named_until_the_work_ends_well() -> None:
    standing, work = StandingWork("dic"), Work(1)
    standing.begin("outbox", work.run)
    async with asyncio.timeout(5):
        await work.failed.wait()
        await asyncio.sleep(0)
    assert standing.failing == {"outbox": "RuntimeError: the disk hiccuped"}
    await standing.stop()
    assert not work.stands.is_set()


async def test_work_goes_on_when_what_it_waited_for_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.001)
    standing, begun, again = StandingWork("dic"), [0], asyncio.Event()

    async def work() -> None:
        begun[0] += 1
        if begun[0] == 1:
            answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            answer.cancel()
            await answer
        again.set()
        await asyncio.Event().wait()

    standing.begin("outbox", work)
    async with asyncio.timeout(5):
        await again.wait()
        await standing.stop()


async def test_work_that_is_done_once_is_not_begun_again() -> None:
    standing, work = StandingWork("dic"), Work(1)
    standing.once("directory", work.run)
    async with asyncio.timeout(5):
        await work.failed.wait()
        await asyncio.sleep(0)
    assert standing.failing == {"directory": "RuntimeError: the disk hiccuped"}
    standing.once("directory", lambda: asyncio.sleep(0))
    await asyncio.sleep(0.01)
    assert standing.failing == {}
    assert work.begun == 1
    await standing.stop()


async def test_work_that_lost_its_cancellation_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `asyncio.wait_for` does before Python 3.12: the result comes just as the cancellation does, and wins."""
    monkeypatch.setattr(ending_tasks, "_AGAIN_SECONDS", 0.01)
    lost = asyncio.Event()

    async def deaf_once() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.set()
        await asyncio.Event().wait()

    standing = StandingWork("dic")
    standing.begin("sending", deaf_once)
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await standing.stop()
    assert lost.is_set()
