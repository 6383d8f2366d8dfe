"""Đắk Lắk, Article 5."""

from __future__ import annotations

import pytest

from events.types.information import InfoKind
from events.types.proposal import RecommendationReply, RecommendationStanding
from events.values.matter import Category
from tests.scenarios.story import Story


@pytest.mark.clause("DL-5.1")
def test_police_share_tricks(dl: Story) -> None:
    dl.when("police", "InfoShared", "vnpt", "DL-5.1").allowed("DL-5.1/InfoShared")
    dl.when("police", "InfoShared", "vnpt", "DL-5.1", kind=InfoKind.SEIZURE).refused("DL-5.1/InfoShared", "kind")


@pytest.mark.clause("DL-5.2")
def test_police_tell_dic(dl: Story) -> None:
    told = dl.when("police", "CaseOpened", "dic vnpt", "DL-5.2", case=dl.case(), participants=("dic", "vnpt"))
    told.allowed("DL-5.2/CaseOpened")
    told = dl.when("police", "CaseOpened", "vnpt", "DL-5.2", case=dl.case(), participants=("vnpt",))
    told.refused("DL-5.2/CaseOpened", "not-addressed")
    dl.when("police", "CoordinationRequested", "dic", "DL-5.2").allowed("DL-5.2/CoordinationRequested")
    dl.when("police", "CoordinationRequested", "vnpt", "DL-5.2").refused("DL-5.2/CoordinationRequested", "recipient")


@pytest.mark.clause("DL-5.3")
def test_on_dics_notice_police_investigate(dl: Story) -> None:
    report = dl.given("vnpt", "SuspicionReported", "dic police", "DL-10.3")
    named = {"cause": report, "suspicion": report.id}
    told = dl.when("dic", "SuspicionReferred", "police", "DL-5.3", **named)
    told.allowed("DL-5.3/SuspicionReferred")
    dl.when("dic", "SuspicionReferred", "trade", "DL-5.3", **named).refused("DL-5.3/SuspicionReferred", "recipient")
    told = dl.when("police", "CaseOpened", "dic", "DL-5.3", case=dl.case(), participants=("dic",))
    told.allowed("DL-5.3/CaseOpened")
    goods = {"category": Category.CROSS_BORDER_GOODS}
    told = dl.when("police", "CaseOpened", "dic", "DL-5.3", case=dl.case(), participants=("dic",), **goods)
    told.refused("DL-5.3/CaseOpened", "lead-not-competent")


@pytest.mark.clause("DL-5.4")
def test_police_check_with_dic_and_recommend(dl: Story) -> None:
    checked = dl.when("police", "InspectionReported", "dic vnpt", "DL-5.4")
    checked.allowed("DL-5.4/InspectionReported")
    dl.when("police", "InspectionReported", "vnpt", "DL-5.4").refused("DL-5.4/InspectionReported", "not-addressed")
    dl.hold(checked.event)
    about = {"cause": checked.event, "inspection": checked.event.id}
    advised = dl.when("police", "RecommendationIssued", "vnpt", "DL-5.4", **about)
    advised.allowed("DL-5.4/RecommendationIssued")
    dl.when("police", "RecommendationIssued", "vnpt", "DL-5.4", inspection=checked.event.id).refused(
        "DL-5.4/RecommendationIssued", "recommends-after-nothing"
    )
    dl.hold(advised.event)
    answer = {"cause": advised.event, "recommendation": advised.event.id}
    said = dl.when("vnpt", "RecommendationAnswered", "police", "DL-5.4", **answer)
    said.allowed("DL-5.4/RecommendationAnswered")
    other = RecommendationReply(id="k9", standing=RecommendationStanding.DONE, text="Đã xong.")
    dl.when("vnpt", "RecommendationAnswered", "police", "DL-5.4", **answer, replies=(other,)).refused(
        "DL-5.4/RecommendationAnswered", "recommendation-unanswered"
    )


@pytest.mark.clause("DL-5.2")
def test_dic_agrees_to_coordinate_before_there_is_a_case(dl: Story) -> None:
    request = dl.given("police", "CoordinationRequested", "dic", "DL-5.2")
    answer = {"cause": request, "request": request.id}
    dl.when("dic", "CoordinationAccepted", "police", "DL-5.2", **answer).allowed("DL-5.2/CoordinationAccepted")
    dl.when("dic", "CoordinationAccepted", "police", "DL-5.2").refused("DL-5.2/CoordinationAccepted", "answers-nothing")


@pytest.mark.clause("DL-5.3")
def test_police_hear_of_every_violation_whoever_leads(dl: Story) -> None:
    diverted = {"category": Category.CROSS_BORDER_TRAFFIC}
    report = dl.given("radio", "SuspicionReported", "dic", "DL-4.3", **diverted)
    named = {"cause": report, "suspicion": report.id, **diverted}
    dl.when("dic", "SuspicionReferred", "police", "DL-5.3", **named).allowed("DL-5.3/SuspicionReferred")
