"""Parked and quarantined messages: what is kept, what lets it go, and what is told about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events.arrival import Check
from events.recipients import Recipient
from events.record_entry import EntryKind
from events.signed_event import SignedEvent
from events.types.protocol import EventRefused
from events.values.matter import Category
from services.agency.admitting import take_in
from services.agency.holding_area import HoldingArea
from tests.unit.agency.correspondence import tell
from tests.unit.agency.houses import NOW, House, Houses, arrival, resigned, rows, shared, use_directory, with_keys


def parked(house: House) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in rows(house.record, "SELECT count, waits_for FROM parked ORDER BY count")]


def quarantined(house: House) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in rows(house.record, "SELECT check_number, answered FROM quarantine")]


def sent_by_police(houses: Houses, number: int) -> list[SignedEvent]:
    return [e.event for e in houses["police"].issue(*(shared(f"{n}") for n in range(number)))]


def test_what_waits_for_counts_goes_on_when_they_come(houses: Houses) -> None:
    dic, events = houses["dic"], sent_by_police(houses, 4)
    intake = dic.take_in(arrival(events[3], "dic"), arrival(events[1], "dic"))
    assert (intake.parked, intake.admitted) == (2, 0)
    assert parked(dic) == [(2, ""), (4, "")]
    assert intake.follow_ups.wanted == {"police": range(1, 4)}
    assert dic.take_in(arrival(events[0], "dic")).admitted == 2
    assert parked(dic) == [(4, "")]
    assert dic.take_in(arrival(events[2], "dic")).admitted == 2
    assert parked(dic) == []
    assert [e.event for e in dic.documents(EntryKind.ADMITTED)] == events
    assert [e.subject for e in dic.local("MessageUnparked")] == [events[1].digest_text, events[3].digest_text]


def test_what_is_parked_is_not_asked_for_and_not_parked_twice(houses: Houses) -> None:
    dic, events = houses["dic"], sent_by_police(houses, 6)
    dic.take_in(arrival(events[1], "dic"), arrival(events[2], "dic"))
    again = dic.take_in(arrival(events[1], "dic"))
    assert (again.parked, again.follow_ups.wanted) == (0, {})
    assert len(dic.local("MessageParked")) == 2
    more = dic.take_in(arrival(events[5], "dic"))
    assert more.follow_ups.wanted == {"police": range(1, 6)}
    with dic.record.writing() as transaction:
        area = HoldingArea(transaction)
        assert list(area.unheld("police", range(2, 4))) == []
        assert area.unheld("police", range(2, 6)) == range(4, 6)
        assert area.first_parked_count("police") == 2
        assert area.first_parked_count("vnpt") is None


CASE = "018f3a00-0000-7000-8000-0000000000aa"


def passed_on(houses: Houses) -> tuple[SignedEvent, SignedEvent, SignedEvent, SignedEvent]:
    """Police open a case and pass it to DIC; DIC, now leading, asks customs, and tells it of something else."""
    opened = tell(
        houses, "police", "CaseOpened", "customs dic vnpt", "LC-7.2a", case=CASE,
        participants=("customs", "dic", "vnpt"), discovered_by_sender=True, category=Category.OTHER,
    )  # fmt: skip
    moved = tell(houses, "police", "LeadTransferred", "customs dic vnpt", "LC-2.2a", case=CASE, to="dic")
    houses["dic"].take_in(arrival(opened, "dic"), arrival(moved, "dic"))
    first = tell(houses, "dic", "InfoRequested", "customs", "LC-3.3", case=CASE, due_days=2)
    return opened, moved, first, tell(houses, "dic", "InfoShared", "customs", "LC-4.4")


def test_what_waits_for_an_event_of_another_goes_on_with_all_behind_it(houses: Houses) -> None:
    customs = houses["customs"]
    opened, moved, first, second = passed_on(houses)
    customs.take_in(arrival(opened, "customs"), arrival(second, "customs"), arrival(first, "customs"))
    assert parked(customs) == [(1, moved.envelope.id), (2, "")]
    assert customs.take_in(arrival(moved, "customs")).admitted == 3
    assert parked(customs) == []
    assert [e.event for e in customs.documents(EntryKind.ADMITTED)] == [opened, moved, first, second]


def test_what_rests_on_an_event_that_nobody_here_can_read_is_refused_and_blocks_nothing(houses: Houses) -> None:
    customs = houses["customs"]
    opened, moved, first, second = passed_on(houses)
    unreadable = resigned(moved, houses["police"].head, content=b'{"of":"a later version"}')
    customs.take_in(arrival(opened, "customs"), arrival(unreadable, "customs"))
    intake = customs.take_in(arrival(first, "customs"), arrival(second, "customs"))
    assert (intake.refused, intake.admitted, intake.parked) == (1, 1, 0)
    (refused,) = [e for e in customs.documents(EntryKind.REFUSED) if e.event == first]
    assert refused.refusal is not None
    assert (refused.refusal.check, refused.refusal.reason) == (Check.RULE, "cites-unreadable")


def test_a_forked_link_that_was_parked_is_parked_no_longer(houses: Houses) -> None:
    dic, events = houses["dic"], sent_by_police(houses, 3)
    other = resigned(
        events[1], houses["police"].head, id="018f3a00-0000-7000-8000-0000000000cc",
        recipients=(Recipient("dic", 2, bytes(32)),),
    )  # fmt: skip
    assert dic.take_in(arrival(events[1], "dic"), arrival(other, "dic")).parked == 2
    intake = dic.take_in(arrival(events[0], "dic"))
    assert (intake.admitted, intake.quarantined) == (2, 1)
    assert parked(dic) == []
    assert quarantined(dic) == [(Check.CHAIN, 1)]
    assert {e.subject for e in dic.local("MessageUnparked")} == {events[1].digest_text, other.digest_text}
    assert dic.take_in(arrival(events[2], "dic")).admitted == 1


def test_quarantine_is_answered_once_however_often_it_is_examined(houses: Houses) -> None:
    dic, (event,) = houses["dic"], sent_by_police(houses, 1)
    bad = replace(arrival(event, "dic"), payload=b"{}")
    dic.take_in(bad, bad)
    dic.take_in(bad)
    for _ in range(2):
        with dic.record.writing() as transaction:
            again = HoldingArea(transaction).quarantined_arrivals()
            assert [a.payload for a in again] == [b"{}"]
            take_in(transaction, again, dic.context, dic.service, dic.now)
    assert quarantined(dic) == [(Check.FORM, 1)]
    (answer,) = dic.events(EntryKind.SENT, event_type="EventRefused")
    content = EventRefused.from_bytes(answer.event.content_bytes)
    assert (content.check, content.event, content.count) == (Check.FORM, None, None)
    assert answer.event.envelope.agencies == ("police",)


def test_only_what_failed_at_the_named_checks_is_taken_from_quarantine(houses: Houses) -> None:
    dic, (event,) = houses["dic"], sent_by_police(houses, 1)
    known = dic.context.directory
    use_directory(dic, with_keys(known, "police", lambda key: replace(key, revoked_at=NOW - timedelta(days=1))))
    dic.take_in(arrival(event, "dic"), replace(arrival(event, "dic"), payload=b"[]"))
    assert sorted(check for check, _ in quarantined(dic)) == [Check.FORM, Check.KEY_PERIOD]
    use_directory(dic, known)
    with dic.record.writing() as transaction:
        again = HoldingArea(transaction).quarantined_arrivals(checks=(Check.KEY_PERIOD,))
        assert take_in(transaction, again, dic.context, dic.service, dic.now).admitted == 1
    assert [check for check, _ in quarantined(dic)] == [Check.FORM]


def test_a_copy_in_quarantine_goes_when_the_event_comes_again_and_is_admitted(houses: Houses) -> None:
    dic, (event,) = houses["dic"], sent_by_police(houses, 1)
    known = dic.context.directory
    use_directory(dic, with_keys(known, "police", lambda key: replace(key, revoked_at=NOW - timedelta(days=1))))
    dic.take_in(arrival(event, "dic"))
    use_directory(dic, known)
    dic.take_in(arrival(event, "dic", sequence=9))
    assert len(dic.documents(EntryKind.ADMITTED)) == 1
    assert quarantined(dic) == []


def test_a_later_link_anchors_an_event_before_the_revocation_of_its_key(houses: Houses) -> None:
    dic, events = houses["dic"], sent_by_police(houses, 3)
    revoked = NOW + timedelta(minutes=10)
    dic.take_in(arrival(events[1], "dic", stored_at=NOW + timedelta(minutes=1)))
    use_directory(dic, with_keys(dic.context.directory, "police", lambda key: replace(key, revoked_at=revoked)))
    dic.now = revoked + timedelta(minutes=5)
    # The first link was lost and comes again after the revocation; the second, stored before it, names it.
    assert dic.take_in(arrival(events[0], "dic", stored_at=dic.now)).admitted == 2
    assert dic.take_in(arrival(events[2], "dic", stored_at=dic.now)).quarantined == 1


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 1, 3)])
def test_an_anchor_is_the_earliest_time_of_the_chain_that_leads_back(houses: Houses, order: tuple[int, ...]) -> None:
    """In whatever order the links come: each passes on what is proven of it, and its own time."""
    dic, events = houses["dic"], sent_by_police(houses, 4)
    hours = {1: 2, 2: 1, 3: 3}
    for number in order:
        dic.take_in(arrival(events[number], "dic", stored_at=NOW + timedelta(hours=hours[number])))
    with dic.record.writing() as transaction:
        proven = [HoldingArea(transaction).anchors.proven_at(event) for event in events]
    assert proven == [NOW + timedelta(hours=hour) for hour in (1, 1, 3)] + [None]


def test_a_link_that_is_missing_breaks_the_proof(houses: Houses) -> None:
    dic, events = houses["dic"], sent_by_police(houses, 4)
    dic.take_in(arrival(events[3], "dic", stored_at=NOW), arrival(events[1], "dic", stored_at=NOW + timedelta(hours=2)))
    with dic.record.writing() as transaction:
        proven = [HoldingArea(transaction).anchors.proven_at(event) for event in events]
    assert proven == [NOW + timedelta(hours=2), None, NOW, None]


def test_a_proof_is_kept_no_longer_than_it_is_needed(houses: Houses) -> None:
    dic, events = houses["dic"], sent_by_police(houses, 4)
    dic.take_in(*(arrival(event, "dic") for event in reversed(events)))
    assert len(dic.documents(EntryKind.ADMITTED)) == 4
    assert rows(dic.record, "SELECT * FROM anchors") == []
