"""This agency's own record against the log: what is found, what is missing, what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events import base64url
from events.draft import Draft
from events.record_entry import EntryKind, LocalEntry, RecordEntry
from events.transparency.entry import Delivery, log_entry
from events.types.information import InfoKind, InfoShared
from events.types.transparency import Inclusion, InclusionStated, LogAlarmRaised, LogProblem
from services.agency.issuing import issue
from services.witness import inclusion
from services.witness.notebook import OWN_CURSOR, Standing
from services.witness.unasked import held_event
from tests.unit.agency.houses import NOW, Houses
from tests.unit.witness.small_log import SmallLog
from tests.unit.witness.watching import Watching, small_log, watching

HOUR = timedelta(hours=1)


@pytest.fixture
def log(houses: Houses, tmp_path: Path) -> SmallLog:
    return small_log(houses, tmp_path / "log").strangers(3)


def tip(*to: str) -> Draft:
    """What anybody may write to anybody."""
    content = InfoShared(subject="Thủ đoạn mới", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text="Mới.")
    return Draft(content, to or ("police", "vnpt"))


def text(entry: RecordEntry) -> str:
    return base64url.encode(entry.event.digest)


def sent(houses: Houses, number: int = 1) -> list[RecordEntry]:
    """What DIC sends."""
    with houses["dic"].record.writing() as transaction:
        house = houses["dic"]
        return [issue(transaction, tip(), house.head, house.context, house.now) for _ in range(number)]


async def asked_for(watch: Watching, *entries: RecordEntry) -> None:
    wanted = {text(entry) for entry in entries}
    await watch.until(lambda: wanted <= set().union(*watch.asked), "it is asked")


async def test_all_that_was_sent_received_and_receipted_is_asked_for_and_found(houses: Houses, log: SmallLog) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log) as watch:
        (foreign,) = houses["police"].issue(tip("dic"))
        watch.deliver(foreign)
        (receipt,) = watch.said("EventReceived")
        entries = [own, foreign, receipt]
        stated = [log.log(entry) for entry in entries]
        watch.show()
        await asked_for(watch, *entries)
        (asked,) = watch.asked
        assert asked == {text(entry) for entry in entries}  # heads, questions and cosignatures are no entries
        watch.state(*stated)
        await watch.until(lambda: watch.witness.all_proven)
        assert watch.notebook.awaited_counts() == (0, 0, 0)
        assert watch.raised == []
        assert watch.sent_again == []


async def test_nothing_is_asked_before_a_checkpoint_was_verified(houses: Houses, log: SmallLog) -> None:
    sent(houses)
    async with watching(houses, "dic", log) as watch:
        await watch.all_done()
        assert watch.asked == []


async def test_what_stands_behind_the_verified_tree_waits_for_the_next(houses: Houses, log: SmallLog) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await asked_for(watch, own)
        watch.state(log.log(own))
        await watch.all_done()
        assert not watch.witness.all_proven
        watch.show()
        await watch.until(lambda: watch.witness.all_proven)


async def test_many_events_are_asked_for_in_full_questions_behind_a_cursor(
    houses: Houses, log: SmallLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("MAX_INCLUSIONS", 20), ("_MOST_WAITED_FOR", 60)):
        monkeypatch.setattr(inclusion, name, value)
    entries = sent(houses, 130)
    stated = {text(entry): log.log(entry) for entry in entries}
    async with watching(houses, "dic", log, ask_again_seconds=30.0) as watch:
        watch.show()
        answered = 0
        while answered < 130:
            await watch.until(lambda: sum(map(len, watch.asked)) > answered)  # noqa: B023 - awaited at once
            assert watch.notebook.awaited_counts()[0] <= 60
            fresh = [digest for asked in watch.asked for digest in asked if digest in stated]
            watch.state(*(stated.pop(digest) for digest in fresh))
            answered += len(fresh)
        await watch.until(lambda: watch.witness.all_proven)
        assert all(len(asked) <= 20 for asked in watch.asked)
        assert watch.house.record.cursor_position(OWN_CURSOR) >= entries[-1].position
        assert sum(map(len, watch.asked)) == 130


async def test_an_answer_that_was_lost_is_asked_for_again_also_after_a_restart(houses: Houses, log: SmallLog) -> None:
    (own,) = sent(houses)
    stated = log.log(own)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until(lambda: len(watch.asked) >= 3)
    async with watching(houses, "dic", log) as watch:
        before = len(watch.asked)
        await watch.until(lambda: len(watch.asked) > before)
        watch.state(stated)
        await watch.until(lambda: watch.witness.all_proven)
        assert watch.raised == []


async def test_an_event_that_the_log_lacks_is_brought_again_by_its_sender(houses: Houses, log: SmallLog) -> None:
    """The broker may have lost the auditor's copy; that alone is no alarm."""
    (own,) = sent(houses)
    async with watching(houses, "dic", log) as watch:
        (foreign,) = houses["police"].issue(tip("dic"))
        watch.deliver(foreign)
        (receipt,) = watch.said("EventReceived")
        watch.show()
        await asked_for(watch, own, foreign)
        watch.state(log.log(receipt), unknown=[own, foreign])
        await watch.until(lambda: bool(watch.sent_again))
        assert watch.sent_again == [(own.event, "auditor")]
        later = {"stored_at": NOW + HOUR}
        watch.house.now = houses["auditor"].now = NOW + HOUR
        watch.state(log.log(own, **later), log.log(foreign, **later))
        watch.show()
        await watch.until(lambda: watch.witness.all_proven)
        assert watch.raised == []


async def test_an_event_that_stays_unknown_is_left_out(houses: Houses, log: SmallLog) -> None:
    own, other = sent(houses, 2)
    async with watching(houses, "dic", log, within_seconds=0.3) as watch:
        watch.show()
        await watch.until_cosigned(3)
        await asked_for(watch, own, other)
        while not watch.raised:
            asked = len(watch.asked)
            watch.state(unknown=[own, other])
            await watch.until(lambda: bool(watch.raised) or len(watch.asked) > asked)  # noqa: B023
        (alarm,) = watch.raised
        assert alarm.problem == "left_out"
        assert alarm.event in {text(own), text(other)}
        assert alarm.checkpoints == (log.note(),)
        # Refused: nothing more is vouched for until the event is there.
        log.strangers(4, 50)
        watch.show()
        await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == 7)
        watch.state(unknown=[own, other])
        await watch.turn()
        assert watch.seen is not None
        assert watch.seen.cosigned_size == 3
        assert len(watch.raised) == 1
        watch.state(log.log(own), log.log(other))
        watch.show()
        await watch.until_cosigned(log.size)
        assert [row.standing for row in watch.alarms] == [Standing.OVER]


async def test_a_log_that_goes_on_and_says_nothing_leaves_out(houses: Houses, log: SmallLog) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log, within_seconds=0.2) as watch:
        watch.show()
        await asked_for(watch, own)
        while not any(alarm.problem == "left_out" for alarm in watch.raised):
            log.strangers(1, log.size)
            watch.show()
            await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == log.size)
        assert watch.raised[-1].event == text(own)


async def test_a_place_that_no_tree_reaches_is_no_answer(houses: Houses, log: SmallLog) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log, within_seconds=0.2) as watch:
        watch.show()
        await asked_for(watch, own)
        watch.state(Inclusion(event=text(own), first_index=10**9, stream_sequence=1, stored_at=NOW))
        while not any((alarm.problem, alarm.event) == ("left_out", text(own)) for alarm in watch.raised):
            log.strangers(1, log.size)
            watch.show()
            await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == log.size)


async def test_an_auditor_that_was_away_for_long_raises_nothing_but_stalled(houses: Houses, log: SmallLog) -> None:
    """Asked before, answered when it is back: after the first new checkpoint, as the backlog is worked through."""
    (own,) = sent(houses)
    async with watching(houses, "dic", log, within_seconds=1.0) as watch:
        watch.show()
        await asked_for(watch, own)
        await watch.until_raised("stalled")
        stated = [log.log(entry) for entry in (own, *watch.said("LogAlarmRaised"))]  # the alarm is an entry as well
        watch.show(log.note(4))
        await watch.until_cosigned(4)
        watch.show()
        await asked_for(watch, *watch.said("LogAlarmRaised"))
        watch.state(*stated)
        await watch.until(lambda: watch.notebook.awaited_counts() == (0, 0, 0))
        assert [(row.problem, row.standing) for row in watch.alarms] == [("stalled", Standing.OVER)]
        assert len(watch.raised) == 1


# --- wrong answers ---


def wrong(kind: str, log: SmallLog, entry: RecordEntry) -> Inclusion:
    right = log.log(entry)
    signature = entry.event.signature
    other = Delivery(entry.event.digest, signature, "customs", right.stream_sequence, right.stored_at)
    changes: dict[str, dict[str, Any]] = {
        "place": {"first_index": 0},
        "sequence": {"stream_sequence": 77},
        "time": {"stored_at": NOW + timedelta(seconds=1)},
    }
    if kind == "recipient":
        log.append(log_entry(other), log_entry(other))
        return right.model_copy(update={"first_index": log.size - 2})
    return right.model_copy(update=changes[kind])


@pytest.mark.parametrize("kind", ["place", "sequence", "time", "recipient"])
async def test_an_entry_that_is_not_the_events_is_misstated(houses: Houses, log: SmallLog, kind: str) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await asked_for(watch, own)
        watch.state(wrong(kind, log, own))
        watch.show()
        alarm = await watch.until_raised("misstated")
        assert alarm.event == text(own)
        assert len(alarm.checkpoints) == 1
        seen = watch.seen
        assert seen is not None
        cosigned = seen.cosigned_size
        log.strangers(1, 40)
        watch.show()
        await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == log.size)
        await watch.turn()
        assert watch.seen is not None
        assert watch.seen.cosigned_size == cosigned


@pytest.mark.parametrize(
    ("stored_at", "why"),
    [(NOW - HOUR, "before the event was signed"), (NOW + HOUR, "in the future")],
)
async def test_a_time_that_cannot_be_is_misstated_though_it_is_logged(
    houses: Houses, log: SmallLog, stored_at: Any, why: str
) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await asked_for(watch, own)
        watch.state(log.log(own, stored_at=stored_at))
        watch.show()
        assert why in (await watch.until_raised("misstated")).explanation


async def test_a_copy_said_to_be_stored_long_after_the_own_one_is_misstated(houses: Houses, log: SmallLog) -> None:
    (foreign,) = houses["police"].issue(tip("dic"))
    async with watching(houses, "dic", log) as watch:
        watch.deliver(foreign, stored_at=NOW)
        watch.house.now = NOW + HOUR
        watch.show()
        await asked_for(watch, foreign)
        watch.state(log.log(foreign, stored_at=NOW + HOUR))
        watch.show()
        assert "long after" in (await watch.until_raised("misstated")).explanation


async def test_after_the_broker_lost_its_disk_later_copies_are_no_alarm(houses: Houses, log: SmallLog) -> None:
    """The stream's sequences begin anew: then the sender has brought the auditor its copy again."""
    first, second = houses["police"].issue(tip("dic"), tip("dic"))
    async with watching(houses, "dic", log) as watch:
        watch.deliver(first, stored_at=NOW, sequence=5000)
        watch.house.now = houses["auditor"].now = NOW + HOUR
        watch.deliver(second, stored_at=NOW + HOUR, sequence=2)
        receipts = watch.said("EventReceived")
        watch.show()
        await asked_for(watch, first, second)
        late = {"stored_at": NOW + HOUR}
        watch.state(*(log.log(entry, **late) for entry in (first, second, *receipts)))
        watch.show()
        await watch.until(lambda: watch.witness.all_proven)
        assert watch.raised == []


async def test_answers_from_anybody_but_the_auditor_are_not_heard(houses: Houses, log: SmallLog) -> None:
    (own,) = sent(houses)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await asked_for(watch, own)
        watch.deliver(houses["police"].say(InclusionStated(unknown=(text(own),)), "dic"))
        await watch.all_done()
        assert watch.sent_again == []


@pytest.mark.parametrize("flipped", [0, 8191])
async def test_a_flipped_bit_in_a_tile_that_holds_own_entries_is_noticed(
    houses: Houses, log: SmallLog, flipped: int
) -> None:
    """Whichever entry's it is: one proof vouches for the whole tile."""
    log.strangers(200)
    (own,) = sent(houses)
    stated = log.log(own)
    log.strangers(400, 500)
    path = log.folder / "tile/0/000"
    good = path.read_bytes()
    path.write_bytes(good[:flipped] + bytes([good[flipped] ^ 1]) + good[flipped + 1 :])
    async with watching(houses, "dic", log, unavailable_after_seconds=0.2) as watch:
        watch.show()
        await watch.until_cosigned(log.size)
        await asked_for(watch, own)
        watch.state(stated)
        await watch.until_raised("unavailable")
        assert watch.notebook.awaited_counts() == (1, 0, 0)
        path.write_bytes(good)
        await watch.until(lambda: watch.notebook.awaited_counts() == (0, 0, 0))
        assert [alarm.problem.value for alarm in watch.raised] == ["unavailable"]


def test_documents_are_logged_however_they_were_taken_and_messages_by_their_type(houses: Houses) -> None:
    (entry,) = houses["police"].issue(tip("dic"))
    refused = replace(entry, kind=EntryKind.REFUSED, stream_sequence=9, stored_at=NOW)
    held = held_event(refused)
    assert held is not None
    assert (held.own, held.recipients, held.stream_sequence, held.stored_at) == (False, ("dic",), 9, NOW)
    assert held_event(replace(entry, kind=EntryKind.INHERITED)) is None  # its successor is no party of it
    alarm = houses["police"].say(LogAlarmRaised(problem=LogProblem.STALLED, explanation="x"), "dic")
    assert held_event(alarm) is not None
    assert held_event(houses["police"].say(InclusionStated(), "dic")) is None
    assert held_event(LocalEntry(1, NOW, "Looked", "case", {})) is None
