"""Lào Cai, Article 4."""

from __future__ import annotations

import pytest

from events.types.information import InfoKind
from events.types.inspection import InspectionGround
from events.types.lookup import LookupResult
from events.types.meeting import MeetingKind
from events.values.document import Channel
from events.values.matter import Category
from tests.scenarios.samples import members
from tests.scenarios.story import Story


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


@pytest.mark.clause("LC-4.1a")
def test_signs_of_a_violation_are_exchanged(lc: Story) -> None:
    lc.when("sa-pa", "SuspicionReported", "police trade", "LC-4.1a").allowed("LC-4.1a/SuspicionReported")
    lc.when("vnpt", "SuspicionReported", "police", "LC-4.1a").refused(
        "LC-4.1a/SuspicionReported", "special-clause", "LC-10.1"
    )


@pytest.mark.clause("LC-4.1b")
def test_a_look_up_stays_in_the_case_and_is_recorded(lc: Story) -> None:
    case, _ = lc.opened()
    asked = lc.when("police", "LookupRequested", "vnpt", "LC-4.1b", case=case, capacity="service")
    asked.allowed("LC-4.1b/LookupRequested")
    lc.when("police", "LookupRequested", "vnpt", "LC-4.1b", case=case, channel=Channel.PHONE).refused(
        "LC-4.1b/LookupRequested", "channel"
    )
    lc.when("police", "LookupRequested", "viettel", "LC-4.1b", case=case).refused(
        "LC-4.1b/LookupRequested", "recipient", by="sender"
    )
    lc.hold(asked.event)
    about = {"case": case, "cause": asked.event, "request": asked.event.id, "capacity": "service"}
    half = (LookupResult(record="t1", found=False),)
    said = lc.when("vnpt", "LookupAnswered", "police", "LC-4.1b", **about)
    said.allowed("LC-4.1b/LookupAnswered")
    lc.when("vnpt", "LookupAnswered", "police", "LC-4.1b", **about, results=half).refused(
        "LC-4.1b/LookupAnswered", "lookup-results"
    )
    lc.when("vnpt", "RecordConsulted", "police", "LC-4.1b", **about).allowed("LC-4.1b/RecordConsulted")
    lc.when("vnpt", "RecordConsulted", "police", "LC-4.1b", **about, consulted_by="trade").refused(
        "LC-4.1b/RecordConsulted", "consultation"
    )


@pytest.mark.clause("LC-4.2")
def test_the_parties_meet_about_a_case(lc: Story) -> None:
    case, _ = lc.opened()
    called = lc.when("police", "MeetingCalled", "customs dic", "LC-4.2", case=case, kind=MeetingKind.CASE)
    called.allowed("LC-4.2/MeetingCalled")
    lc.when("customs", "MeetingCalled", "dic", "LC-4.2", case=case, kind=MeetingKind.CASE).refused(
        "LC-4.2/MeetingCalled", "not-lead", by="sender"
    )
    lc.hold(called.event)
    about = {"case": case, "cause": called.event, "meeting": called.event.id}
    lc.when("police", "MinutesShared", "customs dic", "LC-4.2", **about).allowed("LC-4.2/MinutesShared")
    lc.when("police", "MinutesShared", "trade", "LC-4.2", **about).refused(
        "LC-4.2/MinutesShared", "recipient", by="sender"
    )


@pytest.mark.clause("LC-4.3")
def test_dic_calls_conferences(lc: Story) -> None:
    lc.when("dic", "MeetingCalled", "vnpt viettel", "LC-4.3", kind=MeetingKind.CONFERENCE).allowed(
        "LC-4.3/MeetingCalled"
    )
    lc.when("police", "MeetingCalled", "vnpt", "LC-4.3", kind=MeetingKind.CONFERENCE).refused(
        "LC-4.3/MeetingCalled", "sender-role"
    )


@pytest.mark.clause("LC-4.5")
def test_a_joint_team_is_asked_for_formed_and_reports(lc: Story) -> None:
    asked = lc.when("ppc", "InspectionRequested", "dic", "LC-4.5")
    asked.allowed("LC-4.5/InspectionRequested")
    lc.when("vnpt", "InspectionRequested", "dic", "LC-4.5").refused("LC-4.5/InspectionRequested", "sender-role")
    lc.hold(asked.event)
    at_request = {"ground": InspectionGround.AT_REQUEST, "cause": asked.event, "request": asked.event.id}
    formed = lc.when("dic", "InspectionTeamFormed", "police ppc", "LC-4.5", **at_request)
    formed.allowed("LC-4.5/InspectionTeamFormed")
    lc.when("dic", "InspectionTeamFormed", "police", "LC-4.5", ground=InspectionGround.AT_REQUEST).refused(
        "LC-4.5/InspectionTeamFormed", "inspection-ground"
    )
    lc.hold(formed.event)
    joins = {"cause": formed.event, "team": formed.event.id}
    lc.when("police", "InspectionMembershipConfirmed", "dic", "LC-4.5", **joins).allowed(
        "LC-4.5/InspectionMembershipConfirmed"
    )
    lc.hold(formed.event, "customs")
    lc.when("customs", "InspectionMembershipConfirmed", "dic", "LC-4.5", **joins).refused(
        "LC-4.5/InspectionMembershipConfirmed", "not-asked"
    )
    lc.when("police", "InspectionReported", "dic ppc", "LC-4.5", **joins).allowed("LC-4.5/InspectionReported")
    lc.when("police", "InspectionReported", "dic", "LC-4.5", team=formed.event.id).refused(
        "LC-4.5/InspectionReported", "inspection-ground"
    )


@pytest.mark.clause("LC-4.5")
def test_the_lead_forms_a_team_on_a_violation(lc: Story) -> None:
    case, _ = lc.opened("customs", "dic police", category=Category.CONTRABAND_BY_POST)
    team = {"leading": "customs", "members": members("police"), "ground": InspectionGround.AD_HOC}
    lc.when("customs", "InspectionTeamFormed", "dic police", "LC-4.5", case=case, **team).allowed(
        "LC-4.5/InspectionTeamFormed/lead"
    )
    lc.when("police", "InspectionTeamFormed", "customs dic", "LC-4.5", case=case, **team).refused(
        "LC-4.5/InspectionTeamFormed/lead", "not-lead", by="sender"
    )
