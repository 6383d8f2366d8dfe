"""Lào Cai, Article 6: the Department of Information and Communications."""

from __future__ import annotations

import pytest

from events.types.dossier import DossierItem, DossierItemKind, ItemConfirmation, ItemStatus
from events.values.matter import Category
from tests.scenarios.samples import CONFIRMED
from tests.scenarios.story import Story, waits


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


def _dossier_case(lc: Story) -> tuple[str, Story]:
    case, _ = lc.opened("dic", "police pc vnpt", category=Category.INFORMATION_SECURITY, discovered_by_sender=False)
    return case, lc


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
