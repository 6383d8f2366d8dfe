"""What mail cites and waits for is asked for by id: given to whoever was told of it, and denied to others."""

from __future__ import annotations

from typing import Any

import pytest

from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent
from events.types.protocol import EventRefused, RepairProvided
from events.values.matter import Category
from services.agency import allowance
from services.agency.causes import request_for
from services.demo.unjudged import issue_unjudged
from tests.scenarios.samples import sample
from tests.unit.agency.correspondence import tell
from tests.unit.agency.houses import House, Houses, arrival, rows, shared

CASE = "018f3a00-0000-7000-8000-0000000000ad"


def parked(house: House) -> list[tuple[str, str]]:
    return [
        (row[0], row[1]) for row in rows(house.record, "SELECT sender, waits_for FROM parked WHERE waits_for <> ''")
    ]


def ask(houses: Houses, asker: str, whom: str, event: str) -> list[RepairProvided]:
    """One asks another for an event by id; what it is answered, which it takes in."""
    position = houses[whom].record.last_position
    request = houses[asker].say(request_for(whom, asker, event), whom)
    houses[whom].take_in(arrival(request, whom))
    answers = [e for e in houses[whom].record.all_entries(position) if isinstance(e, RecordEntry)]
    given = [e for e in answers if e.event.envelope.event_type == "RepairProvided"]
    for answer in given:
        houses[asker].take_in(arrival(answer, asker))
    return [RepairProvided.from_bytes(e.event.content_bytes) for e in given]


def opened(houses: Houses, lead: str, others: str, clause: str, category: Category = Category.OTHER) -> SignedEvent:
    return tell(
        houses, lead, "CaseOpened", others, clause, case=CASE, participants=tuple(sorted(others.split())),
        discovered_by_sender=True, category=category,
    )  # fmt: skip


def forced(houses: Houses, sender: str, event_type: str, to: str, **attributes: Any) -> SignedEvent:
    """An event past its sender's own judgement."""
    house = houses[sender]
    draft = Draft(sample(event_type), tuple(to.split()), case=CASE, role=sender, **attributes)
    with house.writing() as transaction:
        return issue_unjudged(transaction, draft, house.head, house.context, house.now).event


def refusals(house: House) -> list[tuple[str | None, str]]:
    sent = house.events(EntryKind.SENT, event_type="EventRefused")
    return [(c.event, c.reason) for c in (EventRefused.from_bytes(e.event.content_bytes) for e in sent)]


@pytest.fixture
def withheld(houses: Houses) -> tuple[SignedEvent, SignedEvent]:
    """Police pass the lead to DIC, which customs never hear; DIC, now leading, asks customs. (transfer, request)"""
    opening = opened(houses, "police", "customs dic vnpt", "LC-7.2a")
    moved = tell(houses, "police", "LeadTransferred", "customs dic vnpt", "LC-2.2a", case=CASE, to="dic")
    houses["dic"].take_in(arrival(opening, "dic"), arrival(moved, "dic"))
    houses["customs"].take_in(arrival(opening, "customs"))
    return moved, tell(houses, "dic", "InfoRequested", "customs", "LC-3.3", case=CASE, due_days=2)


def test_a_cause_that_its_sender_withholds_is_given_by_whoever_cites_it(
    houses: Houses, withheld: tuple[SignedEvent, SignedEvent]
) -> None:
    moved, request = withheld
    customs = houses["customs"]
    intake = customs.take_in(arrival(request, "customs"))
    assert intake.follow_ups.cited == {("dic", moved.envelope.id)}
    (given,) = ask(houses, "customs", "dic", moved.envelope.id)
    assert (given.of, len(given.events), given.not_addressed) == ("police", 1, ())
    assert parked(customs) == []
    assert [e.event for e in customs.documents(EntryKind.ADMITTED)][1:] == [moved, request]


def test_a_silent_sender_keeps_waiting_only_what_it_sent_itself(
    houses: Houses, withheld: tuple[SignedEvent, SignedEvent]
) -> None:
    moved, request = withheld
    customs = houses["customs"]
    later = tell(houses, "dic", "InfoShared", "customs", "LC-4.4")
    other = tell(houses, "vnpt", "InfoShared", "customs", "LC-4.4")
    customs.take_in(arrival(request, "customs"), arrival(later, "customs"), arrival(other, "customs"))
    assert parked(customs) == [("dic", moved.envelope.id)]
    assert customs.documents(EntryKind.ADMITTED)[-1].event == other
    (why,) = [e.data["explanation"] for e in customs.local("MessageParked") if e.data["event"] == request.envelope.id]
    assert moved.envelope.id in why


@pytest.fixture
def untold(houses: Houses) -> tuple[SignedEvent, SignedEvent, SignedEvent]:
    """DIC rests a request to VNPT on an opening of which VNPT was not told. (opening, request, DIC's next)"""
    opening = opened(houses, "dic", "customs", "LC-6.1")
    request = forced(
        houses, "dic", "InfoRequested", "vnpt", clause="LC-3.3", basis=opening.envelope.id, due=houses["dic"].now
    )
    return opening, request, houses["dic"].issue(shared_by_dic())[0].event


def shared_by_dic() -> Draft:
    return Draft(shared().content, ("vnpt",), clause="LC-4.4", role="dic")


def test_what_rests_on_what_was_never_told_is_refused_and_blocks_nothing(
    houses: Houses, untold: tuple[SignedEvent, SignedEvent, SignedEvent]
) -> None:
    opening, request, later = untold
    vnpt, dic = houses["vnpt"], houses["dic"]
    vnpt.take_in(arrival(request, "vnpt"), arrival(later, "vnpt"))
    assert parked(vnpt) == [("dic", opening.envelope.id)]
    (answer,) = ask(houses, "vnpt", "dic", opening.envelope.id)
    assert (answer.events, answer.not_addressed) == ((), (opening.envelope.id,))
    assert rows(vnpt.record, "SELECT * FROM parked") == []
    assert refusals(vnpt) == [(request.envelope.id, "basis-not-told")]
    assert [e.event for e in vnpt.documents(EntryKind.ADMITTED)] == [later]
    again = forced(houses, "dic", "InfoRequested", "vnpt", clause="LC-3.3", basis=opening.envelope.id, due=dic.now)
    assert vnpt.take_in(arrival(again, "vnpt")).refused == 1, "what was stated once need not be asked for again"


def test_only_who_cites_an_event_can_say_that_it_was_not_addressed(
    houses: Houses, untold: tuple[SignedEvent, SignedEvent, SignedEvent]
) -> None:
    opening, request, _ = untold
    vnpt = houses["vnpt"]
    vnpt.take_in(arrival(request, "vnpt"))
    lie = RepairProvided(of="police", addressed_to="vnpt", not_addressed=(opening.envelope.id,))
    vnpt.take_in(arrival(houses["police"].say(lie, "vnpt"), "vnpt"))
    assert parked(vnpt) == [("dic", opening.envelope.id)]
    assert rows(vnpt.record, "SELECT * FROM untold") == []


def test_a_stranger_learns_nothing_by_asking(houses: Houses) -> None:
    opening = opened(houses, "dic", "customs", "LC-6.1")
    held = ask(houses, "vnpt", "dic", opening.envelope.id)
    nowhere = ask(houses, "vnpt", "dic", "018f3a00-0000-7000-8000-00000000dead")
    assert [(a.of, a.events, len(a.not_addressed)) for a in held] == [("dic", (), 1)]
    assert [(a.of, a.events, len(a.not_addressed)) for a in nowhere] == [("dic", (), 1)]


def test_whoever_was_told_otherwise_is_given_that_first(houses: Houses) -> None:
    """DIC is told of both openings, VNPT of one that is still under way: it gets that with the answer."""
    first = opened(houses, "police", "dic customs", "LC-7.2a")
    second = opened(houses, "customs", "dic vnpt", "LC-8.1", Category.CONTRABAND_BY_POST)
    houses["dic"].take_in(arrival(first, "dic"), arrival(second, "dic"))
    vnpt = houses["vnpt"]
    disagreed = forced(houses, "dic", "DisagreementRaised", "vnpt", clause="LC-2.5", basis=first.envelope.id)
    vnpt.take_in(arrival(disagreed, "vnpt"))
    given, denied = ask(houses, "vnpt", "dic", first.envelope.id)
    assert (given.of, len(given.events), denied.not_addressed) == ("customs", 1, (first.envelope.id,))
    assert [e.event for e in vnpt.documents(EntryKind.ADMITTED)][:1] == [second]
    assert parked(vnpt) == []


def test_asking_by_id_runs_out_too(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        allowance, "REPAIR", allowance.Rate(burst_bytes=allowance.REQUEST_COSTS_BYTES, bytes_per_second=0)
    )
    opening = opened(houses, "dic", "customs", "LC-6.1")
    assert len(ask(houses, "vnpt", "dic", opening.envelope.id)) == 1
    assert ask(houses, "vnpt", "dic", opening.envelope.id) == []


def test_a_record_under_recovery_does_not_say_what_it_does_not_hold(houses: Houses) -> None:
    opening = opened(houses, "dic", "customs", "LC-6.1")
    with houses["dic"].writing() as transaction:
        transaction.hold_signing("test", houses["dic"].now)
    assert ask(houses, "customs", "dic", opening.envelope.id) == []
