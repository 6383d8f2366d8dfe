"""Lào Cai, Articles 3, 4 and 5: contents and ways of coordination, common duties."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.types.information import InfoKind
from tests.scenarios.story import Story


@pytest.mark.clause("LC-3.3")
def test_the_lead_asks_participants(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "InfoRequested", "customs vnpt", "LC-3.3", case=case, due=lc.later())
    told.allowed("LC-3.3/InfoRequested")
    lc.hold(told.event)
    assert lc.cases["police", case].requests[told.event.id].unanswered == ("customs", "vnpt")
    assert lc.cases["vnpt", case].requests[told.event.id].unanswered == ("vnpt",)


@pytest.mark.clause("LC-3.3")
def test_others_do_not_ask_so(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("customs", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    told.refused("LC-3.3/InfoRequested", "not-lead")


@pytest.mark.clause("LC-4.1a")
def test_parties_ask_one_another_and_answer(lc: Story) -> None:
    told = lc.when("customs", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    told.allowed("LC-4.1a/InfoRequested")
    lc.hold(told.event)
    told = lc.when("vnpt", "InfoProvided", "customs", "LC-4.1a", cause=told.event, request=told.event.id)
    told.allowed("LC-4.1a/InfoProvided")


@pytest.mark.clause("LC-4.1a")
def test_who_cites_a_case_takes_part_in_it(lc: Story) -> None:
    told = lc.when("trade", "InfoRequested", "vnpt", "LC-4.1a", case=lc.case(), due=lc.later())
    told.refused("LC-4.1a/InfoRequested", "outside-case", by="sender")


@pytest.mark.clause("LC-4.1a")
def test_an_answer_to_another_agencys_request_is_refused(lc: Story) -> None:
    request = lc.given("customs", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    lc.hold(request, "viettel")
    told = lc.when("viettel", "InfoProvided", "customs", "LC-4.1a", cause=request, request=request.id)
    told.refused("LC-4.1a/InfoProvided", "not-asked")


@pytest.mark.clause("LC-4.1a")
def test_what_cites_a_case_stays_in_it(lc: Story) -> None:
    case, _ = lc.opened()
    shared = {"case": case, "kind": InfoKind.CASE_INFORMATION}
    lc.when("police", "InfoShared", "dic", "LC-4.1a", **shared).allowed("LC-4.1a/InfoShared")
    lc.when("police", "InfoShared", "trade", "LC-4.1a", **shared).refused(
        "LC-4.1a/InfoShared", "outside-case", by="sender"
    )


@pytest.mark.clause("LC-4.4")
def test_tricks_are_shared_without_a_case(lc: Story) -> None:
    lc.when("vnpt", "InfoShared", "viettel police", "LC-4.4").allowed("LC-4.4/InfoShared")
    told = lc.when("vnpt", "InfoShared", "viettel", "LC-4.4", kind=InfoKind.CASE_INFORMATION)
    told.refused("LC-4.4/InfoShared", "kind")


@pytest.mark.clause("LC-5.1")
def test_the_lead_asks_for_coordination_and_is_answered(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "CoordinationRequested", "customs vnpt", "LC-5.1", case=case)
    told.allowed("LC-5.1/CoordinationRequested")
    lc.hold(told.event)
    answer = {"case": case, "cause": told.event, "request": told.event.id}
    lc.when("customs", "CoordinationAccepted", "police", "LC-5.1", **answer).allowed("LC-5.1/CoordinationAccepted")
    lc.when("vnpt", "CoordinationDeclined", "police", "LC-5.1", **answer).allowed("LC-5.1/CoordinationDeclined")


@pytest.mark.clause("LC-5.1")
def test_whoever_asks_leads(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("customs", "CoordinationRequested", "vnpt", "LC-5.1", case=case)
    told.refused("LC-5.1/CoordinationRequested", "not-lead")


@pytest.mark.clause("LC-5.1")
def test_nothing_is_accepted_or_declined_that_was_not_asked(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("customs", "CoordinationAccepted", "police", "LC-5.1", case=case)
    told.refused("LC-5.1/CoordinationAccepted", "answers-nothing")
    request = lc.given("police", "InfoRequested", "customs", "LC-3.3", case=case, due=lc.later())
    told = lc.when("customs", "CoordinationDeclined", "police", "LC-5.1", case=case, cause=request, request=request.id)
    told.refused("LC-5.1/CoordinationDeclined", "answers-nothing")


@pytest.mark.clause("LC-5.2")
def test_information_is_given_at_request(lc: Story) -> None:
    case, _ = lc.opened()
    request = lc.given("police", "InfoRequested", "viettel", "LC-4.1a", case=case, due=lc.later())
    told = lc.when("viettel", "InfoProvided", "police", "LC-5.2", case=case, cause=request, request=request.id)
    told.allowed("LC-5.2/InfoProvided")


@pytest.mark.clause("LC-5.2")
def test_an_answer_to_no_request_is_refused(lc: Story) -> None:
    told = lc.when("vnpt", "InfoProvided", "police", "LC-5.2")
    told.refused("LC-5.2/InfoProvided", "answers-nothing")
    other = lc.given("customs", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    told = lc.when("vnpt", "InfoProvided", "police", "LC-5.2", cause=other, request=other.id)
    told.refused("LC-5.2/InfoProvided", "requester-not-addressed", by="sender")
    assert getattr(told.receivers["police"], "reason", None) == "request-unknown"


@pytest.mark.clause("LC-5.2")
def test_an_answer_dated_before_its_request_is_refused(lc: Story) -> None:
    request = lc.given("police", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    told = lc.when(
        "vnpt", "InfoProvided", "police", "LC-5.2",
        cause=request, request=request.id, at=request.envelope.time - timedelta(milliseconds=1),
    )  # fmt: skip
    told.refused("LC-5.2/InfoProvided", "dated-before-request")


@pytest.mark.clause("LC-5.2")
def test_a_late_answer_is_still_lawful_after_the_case_closed(lc: Story) -> None:
    case, _ = lc.opened()
    request = lc.given("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    lc.given("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case)
    lc.given("vnpt", "InfoProvided", "police", "LC-2.2b", case=case, cause=request, request=request.id)
    told = lc.when("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    told.refused("LC-3.3/InfoRequested", "case-status")
