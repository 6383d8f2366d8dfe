"""Đắk Lắk, Article 4."""

from __future__ import annotations

from datetime import date

import pytest

from events.types.assessment import AssessmentOccasion
from events.types.proposal import ProposalKind
from events.values.handling import ViolationDegree
from events.values.matter import Category
from tests.scenarios.samples import CONFIRMED, members
from tests.scenarios.story import Story


@pytest.mark.clause("DL-4.2")
def test_dic_leads_with_police_customs_or_market(dl: Story) -> None:
    told = dl.when("dic", "CaseOpened", "market police", "DL-4.2", case=dl.case(), participants=("market", "police"))
    told.allowed("DL-4.2/CaseOpened")
    told = dl.when("dic", "CaseOpened", "vnpt", "DL-4.2", case=dl.case(), participants=("vnpt",))
    told.refused("DL-4.2/CaseOpened", "not-addressed")


@pytest.mark.clause("DL-4.5")
def test_a_dossier_goes_to_the_investigating_agency_item_by_item(dl: Story) -> None:
    case, _ = dl.opened("dic", "pc police", clause="DL-4.2", discovered_by_sender=False)
    told = dl.when("dic", "DossierTransferred", "pc police", "DL-4.5", case=case)
    told.allowed("DL-4.5/DossierTransferred")
    wrong = dl.when("dic", "DossierTransferred", "pc police", "DL-4.5", case=case, to="police")
    wrong.refused("DL-4.5/DossierTransferred", "dossier-receiver")
    dl.hold(told.event)
    receipt = {"case": case, "cause": told.event, "transfer": told.event.id}
    dl.when("pc", "DossierReceived", "dic police", "DL-4.5", **receipt).allowed("DL-4.5/DossierReceived")
    part = dl.when("pc", "DossierReceived", "dic police", "DL-4.5", **receipt, items=CONFIRMED[:1])
    part.refused("DL-4.5/DossierReceived", "dossier-confirmation")


@pytest.mark.clause("DL-4.7")
def test_dic_takes_suspicions_in_and_answers_for_them(dl: Story) -> None:
    report = dl.when("trade", "SuspicionReported", "dic", "DL-4.7")
    report.allowed("DL-4.7/SuspicionReported")
    dl.when("vnpt", "SuspicionReported", "dic", "DL-4.7").refused(
        "DL-4.7/SuspicionReported", "special-clause", "DL-10.3"
    )
    dl.hold(report.event)
    ended = {"cause": report.event, "suspicion": report.event.id}
    dl.when("dic", "SuspicionDismissed", "trade", "DL-4.7", **ended).allowed("DL-4.7/SuspicionDismissed")
    told = dl.when("dic", "SuspicionDismissed", "trade", "DL-4.7")
    told.refused("DL-4.7/SuspicionDismissed", "cause-differs")


@pytest.mark.clause("DL-4.1")
def test_dic_advises_and_the_ppc_directs(dl: Story) -> None:
    advice = dl.when("dic", "ProposalSubmitted", "ppc", "DL-4.1", kind=ProposalKind.DIRECTION)
    advice.allowed("DL-4.1/ProposalSubmitted")
    dl.when("police", "ProposalSubmitted", "ppc", "DL-4.1", kind=ProposalKind.DIRECTION).refused(
        "DL-4.1/ProposalSubmitted", "sender-role"
    )
    dl.hold(advice.event)
    about = {"cause": advice.event, "answers": advice.event.id}
    dl.when("ppc", "DirectionIssued", "dic police vnpt", "DL-4.1", **about).allowed("DL-4.1/DirectionIssued")
    dl.when("ppc", "DirectionIssued", "police", "DL-4.1", **about).refused(
        "DL-4.1/DirectionIssued", "requester-not-addressed", by="sender"
    )


@pytest.mark.clause("DL-4.2")
def test_dic_inspects_with_police_customs_and_market(dl: Story) -> None:
    formed = dl.when("dic", "InspectionTeamFormed", "police customs", "DL-4.2", members=members("customs", "police"))
    formed.allowed("DL-4.2/InspectionTeamFormed")
    dl.when("dic", "InspectionTeamFormed", "police", "DL-4.2", members=members("radio")).refused(
        "DL-4.2/InspectionTeamFormed", "team-not-addressed"
    )
    dl.hold(formed.event)
    joins = {"cause": formed.event, "team": formed.event.id}
    dl.when("police", "InspectionMembershipConfirmed", "dic", "DL-4.2", **joins).allowed(
        "DL-4.2/InspectionMembershipConfirmed"
    )
    dl.when("police", "InspectionMembershipConfirmed", "dic", "DL-4.2", team=formed.event.id).refused(
        "DL-4.2/InspectionMembershipConfirmed", "cause-differs"
    )
    dl.when("dic", "InspectionReported", "police customs", "DL-4.2", **joins).allowed("DL-4.2/InspectionReported")
    dl.when("dic", "InspectionReported", "police", "DL-4.2", to_day=date(2012, 4, 1)).refused(
        "DL-4.2/InspectionReported", "inspection-not-over"
    )
    theft = {"category": Category.CHARGE_THEFT}
    dl.when("dic", "ViolationDecided", "police", "DL-4.2", **theft).allowed("DL-4.2/ViolationDecided")
    dl.when("dic", "ViolationDecided", "police", "DL-4.2", category=Category.POSTAL_PROCEDURE).refused(
        "DL-4.2/ViolationDecided", "category"
    )


@pytest.mark.clause("DL-4.3")
def test_transmitters_are_checked_with_the_radio_centre(dl: Story) -> None:
    team = {"members": members("radio", "vnpt")}
    dl.when("dic", "InspectionTeamFormed", "radio vnpt", "DL-4.3", **team).allowed("DL-4.3/InspectionTeamFormed")
    dl.when("dic", "InspectionTeamFormed", "police radio", "DL-4.3", **team).refused(
        "DL-4.3/InspectionTeamFormed", "recipient"
    )
    dl.when("radio", "InspectionReported", "dic", "DL-4.3").allowed("DL-4.3/InspectionReported")
    dl.when("radio", "InspectionReported", "police", "DL-4.3").refused("DL-4.3/InspectionReported", "recipient")
    diverted = {"category": Category.CROSS_BORDER_TRAFFIC}
    dl.when("radio", "SuspicionReported", "dic", "DL-4.3", **diverted).allowed("DL-4.3/SuspicionReported")
    dl.when("radio", "SuspicionReported", "dic", "DL-4.3").refused("DL-4.3/SuspicionReported", "category")
    dl.when("vnpt", "SuspicionReported", "dic police radio", "DL-4.3", **diverted).allowed(
        "DL-4.3/SuspicionReported/enterprise"
    )
    dl.when("vnpt", "SuspicionReported", "dic radio", "DL-4.3", **diverted).refused(
        "DL-4.3/SuspicionReported/enterprise", "not-addressed"
    )


@pytest.mark.clause("DL-4.4")
def test_dic_checks_post_procedures(dl: Story) -> None:
    dl.when("dic", "InspectionReported", "vnpt", "DL-4.4").allowed("DL-4.4/InspectionReported")
    dl.when("dic", "InspectionReported", "police", "DL-4.4").refused("DL-4.4/InspectionReported", "recipient")


@pytest.mark.clause("DL-4.5")
def test_dic_decides_what_is_administrative(dl: Story) -> None:
    dl.when("dic", "ViolationDecided", "vnpt", "DL-4.5").allowed("DL-4.5/ViolationDecided")
    dl.when("dic", "ViolationDecided", "vnpt", "DL-4.5", degree=ViolationDegree.SIGNS_OF_CRIME).refused(
        "DL-4.5/ViolationDecided", "degree"
    )


@pytest.mark.clause("DL-4.6")
def test_an_assessment_is_a_councils(dl: Story) -> None:
    asked = dl.when("court", "ExpertAssessmentRequested", "dic", "DL-4.6")
    asked.allowed("DL-4.6/ExpertAssessmentRequested")
    dl.when("court", "ExpertAssessmentRequested", "dic", "DL-4.6", occasion=AssessmentOccasion.SERVICE).refused(
        "DL-4.6/ExpertAssessmentRequested", "no-service"
    )
    dl.hold(asked.event)
    about = {"cause": asked.event, "request": asked.event.id}
    proposed = dl.when("dic", "AssessmentCouncilProposed", "ppc", "DL-4.6", **about)
    proposed.allowed("DL-4.6/AssessmentCouncilProposed")
    dl.when("dic", "AssessmentCouncilProposed", "ppc", "DL-4.6").refused(
        "DL-4.6/AssessmentCouncilProposed", "cause-differs"
    )
    dl.hold(proposed.event)
    founded = {"cause": proposed.event, "proposal": proposed.event.id}
    council = dl.when("ppc", "AssessmentCouncilEstablished", "council dic", "DL-4.6", **founded)
    council.allowed("DL-4.6/AssessmentCouncilEstablished")
    dl.when("ppc", "AssessmentCouncilEstablished", "council", "DL-4.6", **founded).refused(
        "DL-4.6/AssessmentCouncilEstablished", "requester-not-addressed", by="sender"
    )
    # Nothing is delivered before there is a council.
    dl.when("dic", "ExpertAssessmentDelivered", "court", "DL-4.6", **about).refused(
        "DL-4.6/ExpertAssessmentDelivered", "no-council"
    )
    dl.hold(council.event)
    delivered = {"basis": council.event, "council": council.event.id}
    dl.when("dic", "ExpertAssessmentDelivered", "court", "DL-4.6", **about, **delivered).allowed(
        "DL-4.6/ExpertAssessmentDelivered"
    )


@pytest.mark.clause("DL-4.2")
def test_dic_passes_a_crime_on_in_the_categories_that_it_leads_too(dl: Story) -> None:
    theft = {"category": Category.CHARGE_THEFT, "degree": ViolationDegree.SIGNS_OF_CRIME}
    dl.when("dic", "ViolationDecided", "police", "DL-4.2", **theft).refused(
        "DL-4.2/ViolationDecided", "degree", "DL-4.5"
    )


@pytest.mark.clause("DL-4.6")
def test_the_investigating_agency_requisitions(dl: Story) -> None:
    dl.when("pc", "ExpertAssessmentRequested", "dic", "DL-4.6").allowed("DL-4.6/ExpertAssessmentRequested")
    dl.when("trade", "ExpertAssessmentRequested", "dic", "DL-4.6").refused(
        "DL-4.6/ExpertAssessmentRequested", "sender-role"
    )


@pytest.mark.clause("DL-4.7")
def test_the_focal_point_is_named_for_contraband_and_charge_theft(dl: Story) -> None:
    phones = {"category": Category.SMUGGLED_PHONES}
    dl.when("trade", "SuspicionReported", "dic", "DL-4.7", **phones).refused("DL-4.7/SuspicionReported", "category")
    dl.when("trade", "SuspicionReported", "dic", "DL-11.1", **phones).allowed("DL-11.1/SuspicionReported")
