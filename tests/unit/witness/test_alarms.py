"""Other agencies' alarms, and what becomes of alarms in time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from events.types.transparency import LogAlarmRaised, LogProblem
from services.witness.accepting import accept
from services.witness.notebook import Proof, Standing
from services.witness.patience import Progress, TileTrouble
from services.witness.settings import WitnessSettings
from tests.unit.agency.houses import NOW, Houses, shared, use_directory, with_keys
from tests.unit.witness.small_log import SmallLog
from tests.unit.witness.watching import Watching, small_log, watching


@pytest.fixture
def log(houses: Houses, tmp_path: Path) -> SmallLog:
    return small_log(houses, tmp_path / "log").strangers(9)


@pytest.fixture
def other(houses: Houses, tmp_path: Path) -> SmallLog:
    """Another history of the same log."""
    return small_log(houses, tmp_path / "other").strangers(9, first=100)


def raises(watch: Watching, who: str, problem: LogProblem, *notes: str) -> None:
    """Another agency raises an alarm."""
    content = LogAlarmRaised(problem=problem, explanation="so it says", checkpoints=notes)
    watch.deliver(watch.houses[who].say(content, watch.house.me))


async def proof_of(watch: Watching, position: int = 0) -> Proof:
    await watch.all_done()
    return watch.alarms[position].proof


async def test_two_notes_that_contradict_each_other_prove_a_fork_to_everybody(
    houses: Houses, log: SmallLog, other: SmallLog
) -> None:
    async with watching(houses, "dic", log) as watch:
        watch.show(log.note(4))
        await watch.until_cosigned(4)
        raises(watch, "police", LogProblem.FORKED, log.note(), other.note())
        assert await proof_of(watch) is Proof.PROVEN
        # What is proven is refused here as well, though nothing more is told: everybody knows.
        watch.show()
        await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == 9)
        await watch.turn()
        assert watch.seen is not None
        assert watch.seen.cosigned_size == 4
        assert watch.raised == []


async def test_a_fork_of_two_sizes_is_proven_by_the_own_tree(houses: Houses, log: SmallLog, other: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(9)
        raises(watch, "police", LogProblem.FORKED, log.note(7), other.note(5))
        assert await proof_of(watch) is Proof.PROVEN


async def test_a_false_alarm_is_refuted_by_its_own_notes(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(9)
        raises(watch, "police", LogProblem.FORKED, log.note(7), log.note(5))
        assert await proof_of(watch) is Proof.REFUTED
        log.strangers(1, 9)
        watch.show()
        await watch.until_cosigned(10)


@pytest.mark.parametrize("notes", ["none", "one", "unsigned"])
async def test_a_fork_without_two_notes_of_the_log_is_refuted(houses: Houses, log: SmallLog, notes: str) -> None:
    shown = {"none": [], "one": [log.note()], "unsigned": [log.note(), log.note().replace("9\n", "8\n", 1)]}[notes]
    async with watching(houses, "dic", log) as watch:
        raises(watch, "police", LogProblem.FORKED, *shown)
        assert await proof_of(watch) is Proof.REFUTED


async def test_an_alarm_over_larger_trees_is_judged_when_they_are_known(
    houses: Houses, log: SmallLog, other: SmallLog
) -> None:
    async with watching(houses, "dic", log) as watch:
        watch.show(log.note(4))
        await watch.until_cosigned(4)
        raises(watch, "police", LogProblem.FORKED, log.note(6), log.note(9))
        raises(watch, "vnpt", LogProblem.FORKED, log.note(6), other.note(9))
        await watch.all_done()
        assert [alarm.proof for alarm in watch.alarms] == [Proof.PENDING, Proof.PENDING]
        watch.show()
        await watch.until(lambda: all(alarm.proof is not Proof.PENDING for alarm in watch.alarms))
        assert {alarm.raised_by: alarm.proof for alarm in watch.alarms} == {
            "police": Proof.REFUTED, "vnpt": Proof.PROVEN,
        }  # fmt: skip


async def test_what_a_revoked_key_signed_proves_nothing(houses: Houses, log: SmallLog, other: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        use_directory(houses["dic"], with_keys(houses.directory, "auditor", lambda key: replace(key, revoked_at=NOW)))
        raises(watch, "police", LogProblem.FORKED, log.note(), other.note())
        assert await proof_of(watch) is Proof.REFUTED


@pytest.mark.parametrize("problem", [LogProblem.LEFT_OUT, LogProblem.STALLED, LogProblem.MISSTATED])
async def test_what_no_note_can_prove_is_another_agencys_word(
    houses: Houses, log: SmallLog, problem: LogProblem
) -> None:
    async with watching(houses, "dic", log) as watch:
        raises(watch, "police", problem, log.note())
        assert await proof_of(watch) is Proof.WORD
        watch.show()
        await watch.until_cosigned(9)  # a bare word stops nobody


async def test_of_a_flood_of_alarms_the_newest_is_shown(houses: Houses, log: SmallLog, other: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        raises(watch, "police", LogProblem.FORKED, log.note(), other.note())
        for _ in range(5):
            raises(watch, "police", LogProblem.FORKED, log.note())
            raises(watch, "police", LogProblem.STALLED)
        await watch.all_done()
        kept = sorted((alarm.problem.value, alarm.proof.value) for alarm in watch.alarms)
        assert kept == [("forked", "proven"), ("forked", "refuted"), ("stalled", "word")]


async def test_others_passing_alarms_are_over_with_the_next_good_checkpoint(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        raises(watch, "police", LogProblem.STALLED, log.note())
        raises(watch, "police", LogProblem.LEFT_OUT, log.note())
        await watch.all_done()
        watch.show()
        await watch.until_cosigned(9)
        standings = {alarm.problem.value: alarm.standing for alarm in watch.alarms}
        assert standings == {"stalled": Standing.OVER, "left_out": Standing.OPEN}
        assert [entry.name for entry in watch.house.local("LogAlarmOver")] == ["LogAlarmOver"]


async def test_without_an_address_alarms_are_heard_and_nothing_is_cosigned(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log, address=False) as watch:
        watch.show()
        raises(watch, "police", LogProblem.STALLED)
        await watch.until(lambda: len(watch.alarms) == 1)
        await watch.turn()
        assert watch.seen is None
        assert watch.notebook.noted("address") == ""


async def test_a_log_that_stalls_is_told_once_and_over_when_it_goes_on(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log, within_seconds=0.2) as watch:
        watch.show()
        await watch.until_cosigned(9)
        await watch.turn()
        assert watch.raised == []  # there is nothing to log
        receipt = houses["police"].say(LogAlarmRaised(problem=LogProblem.STALLED, explanation="x"), "dic")
        watch.deliver(receipt)
        alarm = await watch.until_raised("stalled")
        assert alarm.checkpoints == (log.note(),)
        await watch.turn()
        assert len(watch.raised) == 1


async def test_nothing_stalls_while_the_broker_is_away(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log, within_seconds=0.1) as watch:
        watch.connected = False
        watch.deliver(houses["police"].say(LogAlarmRaised(problem=LogProblem.STALLED, explanation="x"), "dic"))
        for _ in range(20):
            await watch.turn()
        assert watch.raised == []
        watch.connected = True
        await watch.until_raised("stalled")


# --- patience, by a clock that the test moves ---


def stalled(progress: Progress, now: float, **changes: object) -> float:
    usual: dict[str, object] = {"covered": 0, "published": 10, "connected": True, "good_at": None, "others": ()}
    return progress.stalled_seconds(now, **(usual | changes))  # type: ignore[arg-type]


def test_what_is_not_published_is_not_waited_for() -> None:
    progress = Progress(11)
    assert stalled(progress, 0) == 0
    assert stalled(progress, 50) == 0
    assert stalled(progress, 60, published=11) == 0
    assert stalled(progress, 90, published=11) == 30


def test_a_good_checkpoint_and_a_lost_connection_begin_the_wait_anew() -> None:
    progress = Progress(5)
    stalled(progress, 0)
    assert stalled(progress, 40) == 40
    assert stalled(progress, 50, good_at=45.0) == 5
    assert stalled(progress, 60, connected=False) == 0
    assert stalled(progress, 70, good_at=45.0) == 10
    assert stalled(progress, 80, covered=5) == 0
    progress.newest_logged = 7
    assert stalled(progress, 81, covered=5) == 0
    assert stalled(progress, 83, covered=5) == 2


def test_unproven_events_and_larger_trees_elsewhere_are_waited_for_too() -> None:
    progress = Progress(0)
    assert stalled(progress, 100, others=(None, None)) == 0
    assert stalled(progress, 130, others=(120.0, None)) == 10
    assert stalled(progress, 130, others=(None, 60.0)) == 30  # not before the connection was there


def test_tiles_are_tried_ever_more_rarely() -> None:
    trouble = TileTrouble(WitnessSettings(first_pause_seconds=1, longest_pause_seconds=4, unavailable_after_seconds=9))
    tried = []
    for now in range(20):
        if trouble.may_try(now):
            tried.append(now)
            trouble.note(now)
    assert tried == [0, 1, 3, 7, 11, 15, 19]
    assert not trouble.lasts(8)
    assert trouble.lasts(9)
    trouble.over()
    assert trouble.may_try(19)
    assert not trouble.lasts(100)


# --- a person accepts ---


def accepts(watch: Watching, problem: str, *, follow: bool = False) -> None:
    """As the command line does beside the running service."""
    alarm = next(one for one in watch.notebook.open_alarms() if one.problem == problem)
    record = watch.house.record
    with record.writing() as transaction:
        accept(
            transaction, record, alarm, watch.house.context.directory,
            officer="An", reason="the auditor began anew", follow=follow, now=NOW,
        )  # fmt: skip
    watch.witness.poke()


async def test_after_a_fork_is_accepted_the_kept_tree_is_cosigned_again(
    houses: Houses, log: SmallLog, other: SmallLog
) -> None:
    async with watching(houses, "dic", log) as watch:
        watch.show(log.note(4))
        await watch.until_cosigned(4)
        watch.show(other.note(4))
        await watch.until_raised("forked")
        watch.show()
        await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == 9)
        accepts(watch, "forked")
        await watch.until_cosigned(9)
        await watch.all_done()
        assert len(watch.raised) == 1
        # The other tree stays refused: another alarm, since the first is settled.
        watch.show(other.note())
        await watch.until(lambda: len(watch.raised) == 2)
        assert watch.seen is not None
        assert watch.seen.checkpoint.root == log.root


async def test_a_fork_that_is_followed_is_cosigned_and_searched_from_the_beginning(
    houses: Houses, log: SmallLog, other: SmallLog
) -> None:
    (foreign,) = houses["police"].issue(shared())
    stated = log.log(foreign)
    async with watching(houses, "dic", log) as watch:
        watch.deliver(foreign)
        (receipt,) = watch.said("EventReceived")
        stated_receipt = log.log(receipt)
        watch.show()
        await watch.until(lambda: bool(watch.asked))
        watch.state(stated, stated_receipt)
        await watch.until(lambda: watch.witness.all_proven)
        other.strangers(2, 50)
    async with watching(houses, "dic", other) as watch:
        watch.show(other.note())
        await watch.until_raised("forked")
        asked = len(watch.asked)
        accepts(watch, "forked", follow=True)
        await watch.until_cosigned(other.size)
        await watch.until(lambda: any(stated.event in question for question in watch.asked[asked:]))
        assert watch.seen is not None
        assert watch.seen.checkpoint.root == other.root


async def test_what_is_accepted_as_misstated_is_looked_for_no_more(houses: Houses, log: SmallLog) -> None:
    (foreign,) = houses["police"].issue(shared())
    async with watching(houses, "dic", log) as watch:
        watch.deliver(foreign)
        watch.show()
        await watch.until(lambda: bool(watch.asked))
        watch.state(log.log(foreign).model_copy(update={"stream_sequence": 77}))
        watch.show()
        await watch.until_raised("misstated")
        before = watch.seen
        log.strangers(1, 70)
        watch.show()
        await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == log.size)
        assert watch.notebook.awaited_counts()[2] == 1
        accepts(watch, "misstated")
        await watch.until_cosigned(log.size)
        assert before is not None
        assert watch.notebook.awaited_counts()[2] == 0
        assert len(watch.raised) == 1
