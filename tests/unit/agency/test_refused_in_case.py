"""A refusal stands in the case of what it refuses, at both sides, and takes back what that asked."""

from __future__ import annotations

from datetime import timedelta

from events.record_entry import EntryKind
from events.signed_event import SignedEvent
from events.types.protocol import EventRefused
from events.values.matter import Category
from tests.unit.agency.correspondence import tell
from tests.unit.agency.houses import Houses, arrival, suspicion

CASE = "018f3a00-0000-7000-8000-0000000000ac"


def test_the_refusal_stands_in_the_case_at_both_sides(houses: Houses) -> None:
    vnpt, dic, case = houses["vnpt"], houses["dic"], "018f3a00-0000-7000-8000-0000000000ab"
    (report,) = vnpt.issue(suspicion(case=case))
    dic.now -= timedelta(hours=1)  # its clock says that the report is dated ahead
    dic.take_in(arrival(report, "dic", stored_at=None))
    dic.now += timedelta(hours=1)
    (refusal,) = dic.events(EntryKind.SENT, event_type="EventRefused")
    assert refusal.event.envelope.case == case
    with dic.record.writing() as transaction:
        assert transaction.case_state(case) is None  # refused, and a refusal begins no case
    vnpt.take_in(arrival(refusal, "vnpt"))
    (held,) = vnpt.events(EntryKind.ADMITTED, event_type="EventRefused")
    assert held.event.envelope.case == case
    with vnpt.record.writing() as transaction:
        state = transaction.case_state(case)
    assert state is not None
    assert report.event.envelope.id in state.suspicions  # others hold it still


def test_what_was_receipted_as_admitted_moves_no_case_when_it_is_refused_afterwards(houses: Houses) -> None:
    dic, customs = houses["dic"], houses["customs"]
    opening = tell(
        houses, "dic", "CaseOpened", "customs", "LC-6.1", case=CASE, participants=("customs",), category=Category.OTHER
    )
    asked = tell(houses, "dic", "InfoRequested", "customs", "LC-3.3", case=CASE, due_days=2)
    customs.take_in(arrival(opening, "customs"), arrival(asked, "customs"))
    (receipt,) = customs.events(EntryKind.SENT, event_type="EventReceived")
    lies = [customs.say(untrue(event), "dic", cause=event.envelope.id, case=CASE) for event in (opening, asked)]

    dic.take_in(arrival(receipt, "dic"), arrival(lies[0], "dic"))
    dic.take_in(arrival(lies[1], "dic"))
    refused = dic.events(EntryKind.REFUSED, event_type="EventRefused")
    assert [e.refusal.reason for e in refused if e.refusal] == ["outcome-stands", "outcome-stands"]
    with dic.record.writing() as transaction:
        state = transaction.case_state(CASE)
    assert state is not None
    assert state.is_party("customs")
    assert state.requests[asked.envelope.id].unanswered == ("customs",)
    view = dic.views.case(CASE, now=dic.now)
    assert view is not None
    assert view.participants == ("customs",)


def test_a_refusal_that_comes_before_its_receipt_stands(houses: Houses) -> None:
    dic, customs = houses["dic"], houses["customs"]
    opening = tell(
        houses, "dic", "CaseOpened", "customs", "LC-6.1", case=CASE, participants=("customs",), category=Category.OTHER
    )
    refusal = customs.say(untrue(opening), "dic", cause=opening.envelope.id, case=CASE)
    dic.take_in(arrival(refusal, "dic"))
    with dic.record.writing() as transaction:
        state = transaction.case_state(CASE)
    assert state is not None
    assert not state.is_party("customs")


def untrue(event: SignedEvent) -> EventRefused:
    """A refusal of what was admitted."""
    return EventRefused(
        event=event.envelope.id, count=1, digest=event.digest_text, check=14, reason="secrecy", explanation="Đổi ý."
    )
