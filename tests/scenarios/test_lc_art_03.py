"""Lào Cai, Article 3."""

from __future__ import annotations

from datetime import date

import pytest

from events.types.direction import GuidanceKind
from events.types.meeting import MeetingKind
from events.types.proposal import ProposalKind
from events.values.handling import ViolationDegree
from events.values.matter import Category
from tests.scenarios.samples import members
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


@pytest.mark.clause("LC-3.1")
def test_everyone_makes_the_regulation_known(lc: Story) -> None:
    lc.when("sa-pa", "GuidanceIssued", "ta-van", "LC-3.1").allowed("LC-3.1/GuidanceIssued")
    lc.when("sa-pa", "GuidanceIssued", "ta-van", "LC-3.1", kind=GuidanceKind.GUARDS).refused(
        "LC-3.1/GuidanceIssued", "kind"
    )


@pytest.mark.clause("LC-3.2")
def test_the_lead_inspects_and_decides(lc: Story) -> None:
    case, _ = lc.opened()
    team = {"leading": "police", "members": members("customs")}
    lc.when("police", "InspectionTeamFormed", "customs dic", "LC-3.2", case=case, **team).allowed(
        "LC-3.2/InspectionTeamFormed"
    )
    lc.when("police", "InspectionTeamFormed", "dic", "LC-3.2", case=case, **team).refused(
        "LC-3.2/InspectionTeamFormed", "team-not-addressed"
    )
    lc.when("police", "InspectionReported", "customs dic", "LC-3.2", case=case).allowed("LC-3.2/InspectionReported")
    lc.when("police", "InspectionReported", "dic", "LC-3.2", case=case, to_day=date(2012, 3, 9)).refused(
        "LC-3.2/InspectionReported", "inspection-not-over"
    )
    lc.when("police", "ViolationDecided", "customs dic", "LC-3.2", case=case).allowed("LC-3.2/ViolationDecided")
    lc.when("customs", "ViolationDecided", "dic", "LC-3.2", case=case).refused(
        "LC-3.2/ViolationDecided", "not-lead", by="sender"
    )


@pytest.mark.clause("LC-3.3")
def test_participants_answer_what_the_lead_asks(lc: Story) -> None:
    case, _ = lc.opened()
    request = lc.given("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    answer = {"case": case, "cause": request, "request": request.id}
    lc.when("vnpt", "InfoProvided", "police", "LC-3.3", **answer).allowed("LC-3.3/InfoProvided")
    lc.when("vnpt", "InfoProvided", "police", "LC-3.3", case=case).refused("LC-3.3/InfoProvided", "answers-nothing")


@pytest.mark.clause("LC-3.4")
def test_mechanisms_are_proposed_to_the_ppc(lc: Story) -> None:
    lc.when("trade", "ProposalSubmitted", "ppc", "LC-3.4", kind=ProposalKind.MECHANISM).allowed(
        "LC-3.4/ProposalSubmitted"
    )
    lc.when("trade", "ProposalSubmitted", "dic", "LC-3.4", kind=ProposalKind.MECHANISM).refused(
        "LC-3.4/ProposalSubmitted", "recipient"
    )


@pytest.mark.clause("LC-3.5")
def test_a_decision_of_the_case_is_enforced(lc: Story) -> None:
    case, _ = lc.opened()
    decision = lc.given("police", "ViolationDecided", "customs vnpt", "LC-3.2", case=case)
    asked = lc.when(
        "police", "EnforcementRequested", "customs", "LC-3.5", case=case, cause=decision, decision=decision.id
    )
    asked.allowed("LC-3.5/EnforcementRequested")
    lc.when("police", "EnforcementRequested", "customs", "LC-3.5", case=case).refused(
        "LC-3.5/EnforcementRequested", "cause-differs"
    )
    lc.hold(asked.event)
    about = {"case": case, "cause": asked.event, "request": asked.event.id}
    lc.when("customs", "EnforcementReported", "police", "LC-3.5", **about, decision=decision.id).allowed(
        "LC-3.5/EnforcementReported"
    )
    lc.when("customs", "EnforcementReported", "police", "LC-3.5", **about).refused(
        "LC-3.5/EnforcementReported", "enforcement-differs"
    )


@pytest.mark.clause("LC-3.6")
def test_dic_holds_briefings_and_reviews(lc: Story) -> None:
    called = lc.when("dic", "MeetingCalled", "police trade", "LC-3.6")
    called.allowed("LC-3.6/MeetingCalled")
    lc.when("dic", "MeetingCalled", "police", "LC-3.6", kind=MeetingKind.CASE).refused("LC-3.6/MeetingCalled", "kind")
    lc.hold(called.event)
    about = {"cause": called.event, "meeting": called.event.id}
    lc.when("dic", "MinutesShared", "police trade", "LC-3.6", **about).allowed("LC-3.6/MinutesShared")
    lc.when("dic", "MinutesShared", "police", "LC-3.6").refused("LC-3.6/MinutesShared", "cause-differs")


@pytest.mark.clause("LC-3.2")
def test_dic_decides_no_crime_in_a_case_that_it_leads(lc: Story) -> None:
    case, _ = lc.opened("dic", "police vnpt", category=Category.OTHER, discovered_by_sender=False)
    crime = {"case": case, "degree": ViolationDegree.SIGNS_OF_CRIME}
    lc.when("dic", "ViolationDecided", "police vnpt", "LC-3.2", **crime).refused(
        "LC-3.2/ViolationDecided", "special-clause", "LC-6.3"
    )
    lc.when("dic", "ViolationDecided", "police vnpt", "LC-6.3", **crime).refused("LC-6.3/ViolationDecided", "degree")
    lc.when("dic", "ViolationDecided", "police vnpt", "LC-6.3", case=case).allowed("LC-6.3/ViolationDecided")
