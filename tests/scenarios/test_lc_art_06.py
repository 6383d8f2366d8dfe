"""Lào Cai, Article 6."""

from __future__ import annotations

from datetime import date

import pytest

from events.types.assessment import AssessmentConclusion, AssessmentOccasion, ConclusionCertainty
from events.types.direction import DirectionKind, GuidanceKind
from events.types.dossier import DossierItem, DossierItemKind, ItemConfirmation, ItemStatus
from events.types.meeting import MeetingKind
from events.types.publicity import Medium, Publication
from events.values.handling import ViolationDegree
from events.values.matter import Category
from tests.scenarios.samples import CONFIRMED, SOME_MOMENT, told
from tests.scenarios.story import Story, waits


def _dossier_case(lc: Story) -> tuple[str, Story]:
    case, _ = lc.opened("dic", "police pc vnpt", category=Category.INFORMATION_SECURITY, discovered_by_sender=False)
    return case, lc


@pytest.mark.clause("LC-6.1")
def test_anyone_may_tell_the_focal_point(lc: Story) -> None:
    lc.when("sa-pa", "SuspicionReported", "dic", "LC-6.1").allowed("LC-6.1/SuspicionReported")


@pytest.mark.clause("LC-6.1")
def test_an_enterprise_does_not_get_around_the_clause_made_for_it(lc: Story) -> None:
    told = lc.when("vnpt", "SuspicionReported", "dic", "LC-6.1")
    told.refused("LC-6.1/SuspicionReported", "special-clause", "LC-10.1")


@pytest.mark.clause("LC-6.1")
def test_the_focal_point_passes_a_suspicion_on(lc: Story) -> None:
    report = lc.given("sa-pa", "SuspicionReported", "dic", "LC-6.1")
    told = lc.when("dic", "SuspicionReferred", "police", "LC-6.1", cause=report, suspicion=report.id)
    told.allowed("LC-6.1/SuspicionReferred")


@pytest.mark.clause("LC-6.1")
def test_a_suspicion_goes_to_the_competent_alone(lc: Story) -> None:
    report = lc.given("sa-pa", "SuspicionReported", "dic", "LC-6.1")
    told = lc.when("dic", "SuspicionReferred", "customs", "LC-6.1", cause=report, suspicion=report.id)
    told.refused("LC-6.1/SuspicionReferred", "not-competent")


@pytest.mark.clause("LC-6.1")
def test_what_is_passed_on_was_reported(lc: Story) -> None:
    told = lc.when("dic", "SuspicionReferred", "police", "LC-6.1")
    told.refused("LC-6.1/SuspicionReferred", "cause-differs")


@pytest.mark.clause("LC-6.1")
def test_a_dismissal_answers_the_report(lc: Story) -> None:
    report = lc.given("sa-pa", "SuspicionReported", "dic", "LC-6.1")
    told = lc.when("dic", "SuspicionDismissed", "sa-pa", "LC-6.1", cause=report, suspicion=report.id)
    told.allowed("LC-6.1/SuspicionDismissed")


@pytest.mark.clause("LC-6.1")
def test_a_dismissal_goes_to_who_reported(lc: Story) -> None:
    report = lc.given("sa-pa", "SuspicionReported", "dic", "LC-6.1")
    told = lc.when("dic", "SuspicionDismissed", "police", "LC-6.1", cause=report, suspicion=report.id)
    told.refused("LC-6.1/SuspicionDismissed", "requester-not-addressed", by="sender")
    # The police alone are addressed and asked for nothing: for them this answers no report.
    assert getattr(told.receivers["police"], "reason", None) == "request-unknown"


@pytest.mark.clause("LC-6.1")
def test_dic_opens_a_case_it_is_competent_for(lc: Story) -> None:
    told = lc.when(
        "dic", "CaseOpened", "police", "LC-6.1", case=lc.case(), participants=("police",),
        category=Category.INFORMATION_SECURITY,
    )  # fmt: skip
    told.allowed("LC-6.1/CaseOpened")


@pytest.mark.clause("LC-6.1")
def test_dic_does_not_lead_on_charge_theft(lc: Story) -> None:
    told = lc.when("dic", "CaseOpened", "police", "LC-6.1", case=lc.case(), participants=("police",))
    told.refused("LC-6.1/CaseOpened", "lead-not-competent")


@pytest.mark.clause("LC-6.3")
def test_a_dossier_goes_to_the_investigating_agency(lc: Story) -> None:
    case, _ = _dossier_case(lc)
    told = lc.when("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case)
    told.allowed("LC-6.3/DossierTransferred")


@pytest.mark.clause("LC-6.3")
def test_a_dossier_goes_to_no_other(lc: Story) -> None:
    case, _ = _dossier_case(lc)
    told = lc.when("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case, to="police")
    told.refused("LC-6.3/DossierTransferred", "dossier-receiver")


@pytest.mark.clause("LC-6.3")
def test_each_item_of_a_dossier_is_told_apart(lc: Story) -> None:
    case, _ = _dossier_case(lc)
    items = (DossierItem(id="x", kind=DossierItemKind.EXHIBIT, title="SIM box"),)
    told = lc.when("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case, items=items)
    told.refused("LC-6.3/DossierTransferred", "dossier-item-unidentified")


@pytest.mark.clause("LC-6.3")
def test_the_lead_passes_when_the_last_item_is_confirmed(lc: Story) -> None:
    case, _ = _dossier_case(lc)
    sent = lc.given("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case)
    part = (CONFIRMED[0], ItemConfirmation(id="e1", status=ItemStatus.MISSING))
    lc.given("pc", "DossierReceived", "dic police vnpt", "LC-6.3", case=case, cause=sent, transfer=sent.id, items=part)
    assert lc.cases["police", case].lead == "dic"
    told = lc.when(
        "pc", "DossierReceived", "dic police vnpt", "LC-6.3",
        case=case, cause=sent, transfer=sent.id, items=CONFIRMED[1:],
    )  # fmt: skip
    told.allowed("LC-6.3/DossierReceived")
    lc.hold(told.event)
    assert {lc.cases[agency, case].lead for agency in ("dic", "pc", "police", "vnpt")} == {"pc"}


@pytest.mark.clause("LC-6.3")
def test_every_item_is_confirmed(lc: Story) -> None:
    case, _ = _dossier_case(lc)
    sent = lc.given("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case)
    told = lc.when(
        "pc", "DossierReceived", "dic police vnpt", "LC-6.3",
        case=case, cause=sent, transfer=sent.id, items=CONFIRMED[:1],
    )  # fmt: skip
    told.refused("LC-6.3/DossierReceived", "dossier-confirmation")


@pytest.mark.clause("LC-6.3")
def test_a_party_waits_for_the_dossier_that_is_confirmed(lc: Story) -> None:
    case, _ = _dossier_case(lc)
    sent = lc.when("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case).event
    lc.hold(sent, "dic", "pc")  # on its way to the others
    told = lc.when("pc", "DossierReceived", "dic police vnpt", "LC-6.3", case=case, cause=sent, transfer=sent.id)
    assert waits(told.receivers["police"], sent)
    assert waits(told.receivers["vnpt"], sent)


@pytest.mark.clause("LC-6.2")
def test_publicity_is_asked_for_and_keeps_to_what_was_asked(lc: Story) -> None:
    asked = lc.when("dic", "PublicityRequested", "bao dai", "LC-6.2")
    asked.allowed("LC-6.2/PublicityRequested")
    lc.when("police", "PublicityRequested", "dai", "LC-6.2").refused("LC-6.2/PublicityRequested", "sender-role")
    lc.hold(asked.event)
    about = {"cause": asked.event, "request": asked.event.id}
    lc.when("dai", "PublicityReported", "dic", "LC-6.2", **about).allowed("LC-6.2/PublicityReported")
    beyond = Publication(medium=Medium.RADIO, title="Bản tin", published_at=SOME_MOMENT, items=("n9",))
    lc.when("dai", "PublicityReported", "dic", "LC-6.2", **about, publications=(beyond,)).refused(
        "LC-6.2/PublicityReported", "published-beyond-request"
    )


@pytest.mark.clause("LC-6.3")
def test_dic_inspects_and_handles_administrative_violations(lc: Story) -> None:
    lc.when("dic", "InspectionReported", "vnpt police", "LC-6.3").allowed("LC-6.3/InspectionReported")
    lc.when("dic", "InspectionReported", "vnpt", "LC-6.3", from_day=date(2012, 3, 2)).refused(
        "LC-6.3/InspectionReported", "inspection-not-over"
    )
    lc.when("dic", "ViolationDecided", "vnpt", "LC-6.3").allowed("LC-6.3/ViolationDecided")
    lc.when("dic", "ViolationDecided", "vnpt", "LC-6.3", degree=ViolationDegree.SIGNS_OF_CRIME).refused(
        "LC-6.3/ViolationDecided", "degree"
    )


@pytest.mark.clause("LC-6.4")
def test_dic_convenes_meetings(lc: Story) -> None:
    called = lc.when("dic", "MeetingCalled", "police", "LC-6.4", kind=MeetingKind.CONFERENCE)
    called.allowed("LC-6.4/MeetingCalled")
    lc.when("trade", "MeetingCalled", "police", "LC-6.4").refused("LC-6.4/MeetingCalled", "sender-role")
    lc.hold(called.event)
    lc.when("dic", "MinutesShared", "police", "LC-6.4", cause=called.event, meeting=called.event.id).allowed(
        "LC-6.4/MinutesShared"
    )
    lc.when("dic", "MinutesShared", "police", "LC-6.4", meeting=called.event.id).refused(
        "LC-6.4/MinutesShared", "cause-differs"
    )


@pytest.mark.clause("LC-6.5")
def test_a_requisition_cannot_be_declined_a_service_can(lc: Story) -> None:
    requisition = lc.when("court", "ExpertAssessmentRequested", "dic", "LC-6.5")
    requisition.allowed("LC-6.5/ExpertAssessmentRequested")
    lc.when("trade", "ExpertAssessmentRequested", "dic", "LC-6.5").refused(
        "LC-6.5/ExpertAssessmentRequested", "requisition"
    )
    lc.hold(requisition.event)
    about = {"cause": requisition.event, "request": requisition.event.id}
    lc.when("dic", "ExpertAssessmentDelivered", "court", "LC-6.5", **about).allowed("LC-6.5/ExpertAssessmentDelivered")
    other = AssessmentConclusion(question="g9", certainty=ConclusionCertainty.PROBABLE, text="Có.")
    lc.when("dic", "ExpertAssessmentDelivered", "court", "LC-6.5", **about, conclusions=(other,)).refused(
        "LC-6.5/ExpertAssessmentDelivered", "question-unanswered"
    )
    lc.when("dic", "ExpertAssessmentDeclined", "court", "LC-6.5", **about).refused(
        "LC-6.5/ExpertAssessmentDeclined", "requisition-declined"
    )
    service = lc.given("trade", "ExpertAssessmentRequested", "dic", "LC-6.5", occasion=AssessmentOccasion.SERVICE)
    lc.when("dic", "ExpertAssessmentDeclined", "trade", "LC-6.5", cause=service, request=service.id).allowed(
        "LC-6.5/ExpertAssessmentDeclined"
    )


@pytest.mark.clause("LC-6.6")
def test_dic_guides_and_directs_on_network_safety(lc: Story) -> None:
    safety = {"kind": GuidanceKind.NETWORK_SAFETY}
    lc.when("dic", "GuidanceIssued", "dai vnpt", "LC-6.6", **safety).allowed("LC-6.6/GuidanceIssued")
    lc.when("dic", "GuidanceIssued", "police", "LC-6.6", **safety).refused("LC-6.6/GuidanceIssued", "recipient")
    directed = {"kind": DirectionKind.NETWORK_SAFETY}
    lc.when("dic", "DirectionIssued", "vnpt", "LC-6.6", **directed).allowed("LC-6.6/DirectionIssued")
    lc.when("dic", "DirectionIssued", "vnpt", "LC-6.6", kind=DirectionKind.COORDINATION).refused(
        "LC-6.6/DirectionIssued", "kind"
    )


@pytest.mark.clause("LC-6.7")
def test_dic_and_police_handle_an_emergency_together(lc: Story) -> None:
    abuse = {"category": Category.NATIONAL_SECURITY_ABUSE, "told": told("vnpt", "police")}
    lc.when("dic", "EmergencyNoticeGiven", "police vnpt", "LC-6.7", **abuse, jointly_with=("police",)).allowed(
        "LC-6.7/EmergencyNoticeGiven"
    )
    lc.when("dic", "EmergencyNoticeGiven", "vnpt", "LC-6.7", **abuse).refused(
        "LC-6.7/EmergencyNoticeGiven", "not-jointly"
    )
    emergency = {"kind": DirectionKind.EMERGENCY}
    lc.when("police", "DirectionIssued", "dic vnpt", "LC-6.7", **emergency, jointly_with=("dic",)).allowed(
        "LC-6.7/DirectionIssued"
    )
    lc.when("police", "DirectionIssued", "vnpt", "LC-6.7", **emergency).refused("LC-6.7/DirectionIssued", "not-jointly")
    guided = {"kind": GuidanceKind.EMERGENCY}
    lc.when("dic", "GuidanceIssued", "police vnpt", "LC-6.7", **guided, jointly_with=("police",)).allowed(
        "LC-6.7/GuidanceIssued"
    )
    lc.when("dic", "GuidanceIssued", "vnpt", "LC-6.7", **guided).refused("LC-6.7/GuidanceIssued", "not-jointly")


@pytest.mark.clause("LC-6.8")
def test_dic_guides_on_information_systems(lc: Story) -> None:
    lc.when("dic", "GuidanceIssued", "trade", "LC-6.8", kind=GuidanceKind.INFORMATION_SYSTEMS).allowed(
        "LC-6.8/GuidanceIssued"
    )
    lc.when("dic", "GuidanceIssued", "trade", "LC-6.8").refused("LC-6.8/GuidanceIssued", "kind")


@pytest.mark.clause("LC-6.5")
def test_the_investigating_agency_conducts_proceedings_too(lc: Story) -> None:
    asked = lc.when("pc", "ExpertAssessmentRequested", "dic", "LC-6.5")
    asked.allowed("LC-6.5/ExpertAssessmentRequested")
    lc.hold(asked.event)
    about = {"cause": asked.event, "request": asked.event.id}
    lc.when("dic", "ExpertAssessmentDeclined", "pc", "LC-6.5", **about).refused(
        "LC-6.5/ExpertAssessmentDeclined", "requisition-declined"
    )
