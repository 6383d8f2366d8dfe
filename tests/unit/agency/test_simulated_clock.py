"""The simulated clock of a folder: set, running on, standing, read by others, and never going back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.agency.simulated_clock import MOST_UNNOTED, SimulatedClock, now_in

BEGINS = datetime(2012, 10, 5, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """This machine's clock, in the hands of a test."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_it_stands_until_it_runs_and_then_runs_on(tmp_path: Path) -> None:
    machine = Machine()
    clock = SimulatedClock(tmp_path, BEGINS, machine)
    machine.now += HOUR
    assert clock.now() == BEGINS
    clock.run()
    machine.now += timedelta(seconds=3)
    assert clock.now() == BEGINS + timedelta(seconds=3)


def test_it_goes_forward_only(tmp_path: Path) -> None:
    machine = Machine()
    clock = SimulatedClock(tmp_path, BEGINS, machine)
    clock.advance(BEGINS + HOUR)
    clock.advance(BEGINS)
    assert clock.now() == BEGINS + HOUR
    machine.now -= HOUR
    assert clock.now() == BEGINS + HOUR


def test_a_stopped_clock_is_taken_up_where_it_stood(tmp_path: Path) -> None:
    machine = Machine()
    clock = SimulatedClock(tmp_path, BEGINS, machine)
    clock.advance(BEGINS + HOUR)
    machine.now += timedelta(seconds=5)
    clock.stop()
    machine.now += 9 * HOUR
    assert SimulatedClock(tmp_path, BEGINS, machine).now() == BEGINS + HOUR + timedelta(seconds=5)
    assert now_in(tmp_path) == BEGINS + HOUR + timedelta(seconds=5)


def test_the_clock_of_a_killed_program_has_run_on_for_a_minute_at_most(tmp_path: Path) -> None:
    machine = Machine()
    SimulatedClock(tmp_path, BEGINS, machine).run()
    machine.now += timedelta(seconds=20)
    assert SimulatedClock(tmp_path, BEGINS, machine).now() == BEGINS + timedelta(seconds=20)
    machine.now += 9 * HOUR
    assert SimulatedClock(tmp_path, BEGINS, machine).now() == BEGINS + MOST_UNNOTED


def test_a_folder_without_one_has_the_clock_of_the_machine(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    assert before <= now_in(tmp_path) <= datetime.now(UTC)
