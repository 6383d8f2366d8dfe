"""Lào Cai, Article 5."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.story import Story


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


@pytest.mark.clause("LC-5.2")
def test_silence_becomes_a_signed_fact_once_the_time_is_out(lc: Story) -> None:
    due = lc.later(hours=1)
    request = lc.given("police", "InfoRequested", "vnpt viettel", "LC-4.1a", due=due)
    about = {"cause": request, "request": request.id, "due": due, "unanswered_by": ("viettel", "vnpt")}
    lc.when("police", "ReplyOverdue", "viettel vnpt", "LC-5.2", capacity="service", **about).refused(
        "LC-5.2/ReplyOverdue", "not-overdue"
    )
    lc.clock = due
    said = lc.when("police", "ReplyOverdue", "viettel vnpt", "LC-5.2", capacity="service", **about)
    said.allowed("LC-5.2/ReplyOverdue")
    lc.hold(said.event)
    # A late answer is still admitted.
    lc.when("vnpt", "InfoProvided", "police", "LC-5.2", cause=request, request=request.id).allowed(
        "LC-5.2/InfoProvided"
    )


@pytest.mark.clause("LC-5.2")
def test_who_has_answered_is_not_called_silent(lc: Story) -> None:
    case, _ = lc.opened()
    due = lc.later(hours=1)
    request = lc.given("police", "InfoRequested", "customs vnpt", "LC-3.3", case=case, due=due)
    lc.given("vnpt", "InfoProvided", "police", "LC-2.2b", case=case, cause=request, request=request.id)
    lc.clock = due
    about = {"case": case, "cause": request, "request": request.id, "due": due}
    lc.when("police", "ReplyOverdue", "customs vnpt", "LC-5.2", **about, unanswered_by=("vnpt",)).refused(
        "LC-5.2/ReplyOverdue", "not-overdue", by="sender"
    )
    lc.when("police", "ReplyOverdue", "customs vnpt", "LC-5.2", **about, unanswered_by=("customs",)).allowed(
        "LC-5.2/ReplyOverdue"
    )


@pytest.mark.clause("LC-5.3")
def test_a_unit_is_the_focal_point(lc: Story) -> None:
    lc.when("police", "FocalPointDesignated", "dic trade", "LC-5.3").allowed("LC-5.3/FocalPointDesignated")
    lc.when("police", "FocalPointDesignated", "dic", "LC-5.3", unit=None).refused(
        "LC-5.3/FocalPointDesignated", "focal-unit-missing"
    )


@pytest.mark.clause("LC-5.4")
def test_agencies_make_the_coordination_known(lc: Story) -> None:
    lc.when("customs", "GuidanceIssued", "sa-pa", "LC-5.4").allowed("LC-5.4/GuidanceIssued")
    lc.when("vnpt", "GuidanceIssued", "sa-pa", "LC-5.4").refused("LC-5.4/GuidanceIssued", "sender-role")
