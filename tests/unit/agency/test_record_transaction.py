"""One transaction: heads, numbers, histories and caches, and that nothing is left of one that fails."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.case import evolve
from events.instants import format_instant
from events.record_entry import Entry, EntryKind
from services.agency import case_states
from services.agency.entry_codec import decode_entry
from services.agency.issuing import issue
from services.agency.known_entries import known_event
from services.agency.record import Record
from services.agency.record_transaction import IN, OUT, RecordTransaction
from services.agency.recorder import RecordUnavailable
from tests.unit.agency.houses import NOW, House, Houses, arrival, resigned, rows, shared, suspicion

NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
"""Midnight in Vietnam."""


class _Killed(BaseException):
    pass


@contextmanager
def killed(record: Record) -> Iterator[RecordTransaction]:
    """A transaction that never commits."""
    with contextlib.suppress(_Killed), record.writing() as transaction:
        yield transaction
        raise _Killed


def test_heads_follow_each_pair_by_itself(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    first, second = vnpt.issue(suspicion("dic", "police"), suspicion("customs", "dic", "police"))
    with vnpt.record.writing() as transaction:
        assert transaction.head("dic", OUT).count == 2
        assert transaction.head("dic", OUT).digest == second.event.digest
        assert transaction.head("customs", OUT).count == 1
        assert transaction.head("customs", IN).count == 0
        assert transaction.head("customs", IN).digest == bytes(32)
        assert transaction.last_time("dic", OUT) == vnpt.now
        assert transaction.last_time("dic", IN) is None
        assert transaction.position_of(first.event.envelope.id) == 1
        assert transaction.digest_of(second.event.envelope.id) == second.event.digest
        with pytest.raises(LookupError):
            transaction.position_of("018f3a00-0000-7000-8000-0000000000ff")
    link = second.event.envelope.recipient("dic")
    assert link is not None
    assert link.previous == first.event.digest


def test_what_was_appended_is_seen_within_the_transaction(houses: Houses) -> None:
    police = houses["police"]
    with police.record.writing() as transaction:
        entry = issue(transaction, shared(), police.head, police.context, police.now)
        id_ = entry.event.envelope.id
        assert transaction.position_of(id_) == entry.position
        assert transaction.digest_of(id_) == entry.event.digest
        assert transaction.known(id_) == known_event(entry)
        assert transaction.last_time("dic", OUT) == police.now


def numbers(house: House, direction: int) -> list[tuple[int, int]]:
    found = rows(house.record, "SELECT year, number FROM registers WHERE direction = ? ORDER BY position", direction)
    return [(year, number) for year, number in found]


def test_registers_begin_anew_with_the_year_in_vietnam(houses: Houses) -> None:
    police, dic = houses["police"], houses["dic"]
    sent = []
    for moment in (NEW_YEAR - timedelta(milliseconds=1), NEW_YEAR, NEW_YEAR + timedelta(days=1)):
        police.now = moment
        sent += police.issue(shared(), shared())
    assert numbers(police, OUT) == [(2026, 1), (2026, 2), (2027, 1), (2027, 2), (2027, 3), (2027, 4)]
    assert [e.event.envelope.docnumber for e in sent] == ["01", "02", "01", "02", "03", "04"]
    # The receiver numbers by the day of its own register.
    dic.now = NEW_YEAR - timedelta(seconds=1)
    dic.take_in(*(arrival(e, "dic", stored_at=dic.now) for e in sent[:1]))
    dic.now = NEW_YEAR + timedelta(days=1)
    dic.take_in(*(arrival(e, "dic", stored_at=dic.now) for e in sent[1:]))
    assert numbers(dic, IN) == [(2026, 1), (2027, 1), (2027, 2), (2027, 3), (2027, 4), (2027, 5)]
    assert [e.incoming_number for e in dic.documents()] == [1, 1, 2, 3, 4, 5]


def test_a_refused_event_uses_its_count_and_no_incoming_number(houses: Houses) -> None:
    vnpt, dic = houses["vnpt"], houses["dic"]
    lawful, wrong, next_one = vnpt.issue(suspicion(), suspicion(), suspicion())
    dic.now -= timedelta(hours=1)
    dic.take_in(arrival(lawful, "dic", stored_at=None))
    dic.now += timedelta(hours=2)
    assert [e.kind for e in dic.documents()] == [EntryKind.REFUSED]
    dic.take_in(arrival(wrong, "dic"), arrival(next_one, "dic"))
    assert [e.incoming_number for e in dic.documents()] == [None, 1, 2]
    with dic.record.writing() as transaction:
        assert transaction.head("vnpt", IN).count == 3


def test_the_time_of_a_refused_event_binds_nothing_that_follows(houses: Houses) -> None:
    vnpt, dic = houses["vnpt"], houses["dic"]
    first, second = (e.event for e in vnpt.issue(suspicion(), suspicion()))
    ahead = resigned(first, vnpt.head, time=NOW + timedelta(days=1))
    links = tuple(replace(r, previous=ahead.digest) for r in second.envelope.recipients)
    follows = resigned(second, vnpt.head, recipients=links)
    intake = dic.take_in(arrival(ahead, "dic"), arrival(follows, "dic"))
    assert (intake.refused, intake.admitted) == (1, 1)
    with dic.record.writing() as transaction:
        assert transaction.last_time("vnpt", IN) == second.envelope.time


def test_nothing_is_left_of_a_transaction_that_fails(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    case = "018f3a00-0000-7000-8000-0000000000aa"
    (kept,) = vnpt.issue(suspicion(case=case))
    with vnpt.record.writing() as transaction:
        state, heads = transaction.case_state(case), transaction.head("dic", OUT)
    with killed(vnpt.record) as transaction:
        lost = issue(transaction, suspicion(case=case), vnpt.head, vnpt.context, vnpt.now)
        fresh = issue(transaction, suspicion(), vnpt.head, vnpt.context, vnpt.now)
        transaction.move_cursor("outbox", 3)
        transaction.note_reaction("p", kept.event.envelope.id)
        transaction.hold_signing("a peer holds more", vnpt.now)
        transaction.flush()
    with vnpt.record.writing() as transaction:
        for entry in (lost, fresh):
            assert transaction.known(entry.event.envelope.id) is None
            assert transaction.digest_of(entry.event.envelope.id) is None
        assert transaction.case_state(case) == state
        assert transaction.head("dic", OUT) == heads
        assert not transaction.signing_held
        assert not transaction.has_reacted("p", kept.event.envelope.id)
    assert vnpt.record.cursor_position("outbox") == 0
    (after,) = vnpt.issue(suspicion(case=case))
    assert (after.position, after.event.envelope.docnumber) == (2, "02")


def test_an_error_of_the_store_rolls_back_and_says_what_to_do(houses: Houses) -> None:
    police = houses["police"]

    def fill_the_disk() -> None:
        with police.record.writing() as transaction:
            issue(transaction, shared(), police.head, police.context, police.now)
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(RecordUnavailable, match="database or disk is full") as caught:
        fill_the_disk()
    assert "free space" in caught.value.next_step
    assert police.record.last_position == 0
    assert police.issue(shared())[0].position == 1


def test_holding_signing_is_noted_once_and_kept(houses: Houses) -> None:
    police = houses["police"]
    for _ in range(2):
        with police.record.writing() as transaction:
            transaction.hold_signing("dic holds count 9", police.now)
            assert transaction.signing_held
    assert [e.data for e in police.local("SigningHeld")] == [{"why": "dic holds count 9"}]
    assert police.record.signing_held


def test_peers_left_unsettled_are_kept_until_each_is_settled(houses: Houses) -> None:
    record = houses["police"].record
    with record.writing() as transaction:
        transaction.note_unsettled(frozenset({"dic", "vnpt"}))
    assert record.unsettled == {"dic", "vnpt"}
    with record.writing() as transaction:
        transaction.note_unsettled(frozenset({"vnpt"}))
    with record.writing() as transaction:
        assert transaction.unsettled == {"vnpt"}
        transaction.note_unsettled(frozenset())
    assert record.unsettled == frozenset()


def test_a_declared_gap_moves_the_head_and_no_time(houses: Houses) -> None:
    dic = houses["dic"]
    events = houses["police"].issue(*(shared() for _ in range(2)))
    dic.take_in(arrival(events[0], "dic"))
    with dic.record.writing() as transaction:
        transaction.append_gap("police", range(2, 5), b"d" * 32)
        assert (transaction.head("police", IN).count, transaction.head("police", IN).digest) == (4, b"d" * 32)
    with dic.record.writing() as transaction:
        assert (transaction.head("police", IN).count, transaction.head("police", IN).digest) == (4, b"d" * 32)
        assert transaction.last_time("police", IN) == events[0].event.envelope.time
        transaction.append_gap("police", range(5, 6), None)
    with dic.record.writing() as transaction:
        assert (transaction.head("police", IN).count, transaction.head("police", IN).digest) == (5, b"")


# --- cases ---


def folded(house: House, case: str) -> object:
    state = None
    for entry in house.documents(EntryKind.SENT, EntryKind.ADMITTED):
        known = known_event(entry)
        if known is not None and entry.event.envelope.case == case:
            state = evolve(state, known, house.me)
    return state


def test_a_long_case_is_its_full_fold_however_it_is_loaded(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_states, "_ENTRIES_PER_READ", 7)
    vnpt = houses["vnpt"]
    case, other = "018f3a00-0000-7000-8000-0000000000aa", "018f3a00-0000-7000-8000-0000000000bb"
    for size in (150, 70, 1, 300):
        vnpt.issue(*(suspicion(case=case) for _ in range(size)), suspicion(case=other))
    versions = dict(rows(vnpt.record, "SELECT case_id, version FROM case_snapshots"))
    assert versions == {case: 521}
    full = folded(vnpt, case)
    again = Record(vnpt.record.path, "vnpt", "lao-cai")
    for record in (vnpt.record, again):
        with record.writing() as transaction:
            assert transaction.case_state(case) == full
            assert transaction.case_state(other) == folded(vnpt, other)
            assert transaction.case_state("018f3a00-0000-7000-8000-0000000000cc") is None
    # What another process appends is folded on top.
    vnpt.issue(suspicion(case=case))
    with again.writing() as transaction:
        assert transaction.case_state(case) == folded(vnpt, case)
        transaction.cursor.execute("DELETE FROM case_snapshots")
    again.close()
    anew = Record(vnpt.record.path, "vnpt", "lao-cai")
    with anew.writing() as transaction:
        assert transaction.case_state(case) == folded(vnpt, case)
    anew.close()


def test_reading_waits_for_no_writer_and_sees_what_was_committed(houses: Houses) -> None:
    vnpt, case = houses["vnpt"], "018f3a00-0000-7000-8000-0000000000aa"
    (kept,) = vnpt.issue(suspicion(case=case))
    full = folded(vnpt, case)
    with vnpt.record.writing() as transaction:
        issue(transaction, suspicion(case=case), vnpt.head, vnpt.context, vnpt.now)
        with vnpt.record.reading() as looked:
            assert looked.case_state(case) == full
            assert looked.known(kept.event.envelope.id) == known_event(kept)
            assert looked.case_state("018f3a00-0000-7000-8000-0000000000cc") is None
    assert full != folded(vnpt, case)
    with vnpt.record.reading() as looked:
        assert looked.case_state(case) == folded(vnpt, case)


def test_nobody_writes_while_reading(houses: Houses) -> None:
    record = houses["vnpt"].record
    with pytest.raises(RecordUnavailable), record.reading() as looked:
        looked.cursor.execute("DELETE FROM entries")
    with record.writing() as transaction:
        transaction.move_cursor("outbox", 3)
    assert record.cursor_position("outbox") == 3


def test_a_snapshot_spares_the_entries_before_it(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    vnpt, case = houses["vnpt"], "018f3a00-0000-7000-8000-0000000000aa"
    vnpt.issue(*(suspicion(case=case) for _ in range(200)))
    vnpt.issue(*(suspicion(case=case) for _ in range(3)))
    decoded: list[int] = []

    def decode(position: int, topic: str, state: bytes) -> Entry:
        decoded.append(position)
        return decode_entry(position, topic, state)

    monkeypatch.setattr(case_states, "decode_entry", decode)
    again = Record(vnpt.record.path, "vnpt", "lao-cai")
    with again.writing() as transaction:
        assert transaction.case_state(case) == folded(vnpt, case)
    again.close()
    assert decoded == [201, 202, 203]


def test_refused_events_change_no_case(houses: Houses) -> None:
    vnpt, dic, case = houses["vnpt"], houses["dic"], "018f3a00-0000-7000-8000-0000000000aa"
    first, second = vnpt.issue(suspicion(case=case), suspicion(case=case))
    dic.now -= timedelta(hours=1)
    dic.take_in(arrival(first, "dic", stored_at=None))
    with dic.record.writing() as transaction:
        assert transaction.case_state(case) is None
        known = transaction.known(first.event.envelope.id)
        assert known is not None
        assert known.refused
    early = Record(dic.record.path, "dic", "lao-cai")
    with early.writing() as cold:
        assert cold.case_state(case) is None
    early.close()
    dic.now += timedelta(hours=1)
    dic.take_in(arrival(second, "dic"))
    again = Record(dic.record.path, "dic", "lao-cai")
    with dic.record.writing() as warm:
        state = warm.case_state(case)
    with again.writing() as cold:
        assert cold.case_state(case) == state == folded(dic, case)
        assert cold.known(first.event.envelope.id) == known
    again.close()


def test_caches_are_bounded_and_forget_nothing_that_matters(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_states, "_CASES_REMEMBERED", 3)
    monkeypatch.setattr(case_states, "_EVENTS_REMEMBERED", 5)
    vnpt = houses["vnpt"]
    cases = [f"018f3a00-0000-7000-8000-{n:012x}" for n in range(8)]
    entries = [vnpt.issue(suspicion(case=case))[0] for _ in range(2) for case in cases]
    states = vnpt.record._states
    assert (len(states._states), len(states._events)) == (3, 5)
    with vnpt.record.writing() as transaction:
        for case in cases:
            assert transaction.case_state(case) == folded(vnpt, case)
        for entry in entries:
            assert transaction.known(entry.event.envelope.id) == known_event(entry)


def test_links_say_when_and_where(houses: Houses) -> None:
    police = houses["police"]
    (entry,) = police.issue(shared())
    assert rows(police.record, "SELECT peer, direction, count, position, digest, time, refused FROM pair_links") == [
        ("dic", OUT, 1, 1, entry.event.digest, format_instant(police.now), 0)
    ]
