"""Đắk Lắk, Articles 3, 4 and 5: principles, the Department of Information and Communications, the police."""

from __future__ import annotations

import pytest

from events.types.information import InfoKind
from events.values.matter import Category, Field
from tests.scenarios.samples import CONFIRMED, briefing
from tests.scenarios.story import Story


@pytest.mark.clause("DL-3.2a")
def test_the_unit_whose_function_it_is_leads(dl: Story) -> None:
    goods = {"category": Category.CROSS_BORDER_GOODS}
    told = dl.when("customs", "CaseOpened", "dic", "DL-3.2a", case=dl.case(), participants=("dic",), **goods)
    told.allowed("DL-3.2a/CaseOpened")
    told = dl.when("trade", "CaseOpened", "dic", "DL-3.2a", case=dl.case(), participants=("dic",))
    told.refused("DL-3.2a/CaseOpened", "lead-not-competent")


@pytest.mark.clause("DL-3.2a")
def test_police_do_not_open_past_dic(dl: Story) -> None:
    told = dl.when("police", "CaseOpened", "vnpt", "DL-3.2a", case=dl.case(), participants=("vnpt",))
    told.refused("DL-3.2a/CaseOpened", "special-clause", "DL-5.2")


@pytest.mark.clause("DL-3.2a")
def test_the_lead_brings_in_passes_closes_reopens(dl: Story) -> None:
    case, opening = dl.opened()
    brief = briefing(opening.id, "police", ("customs", "dic", "vnpt"))
    joins = {"case": case, "participant": "viettel", "reason": "Có thuê bao", "briefing": brief}
    told = dl.when("police", "ParticipantAdded", "customs dic viettel vnpt", "DL-3.2a", **joins)
    told.allowed("DL-3.2a/ParticipantAdded")
    dl.hold(told.event)
    everyone = "customs dic viettel vnpt"
    dl.when("police", "LeadTransferred", everyone, "DL-3.2a", case=case, to="dic").allowed("DL-3.2a/LeadTransferred")
    told = dl.when("police", "CaseClosed", everyone, "DL-3.2a", case=case)
    told.allowed("DL-3.2a/CaseClosed")
    dl.hold(told.event)
    dl.when("police", "CaseReopened", everyone, "DL-3.2a", case=case).allowed("DL-3.2a/CaseReopened")


@pytest.mark.clause("DL-3.2a")
def test_nobody_else_does(dl: Story) -> None:
    case, opening = dl.opened()
    brief = briefing(opening.id, "customs", ("police", "dic", "vnpt"))
    joins = {"case": case, "participant": "viettel", "reason": "Có thuê bao", "briefing": brief}
    others = "dic police vnpt"
    dl.when("customs", "ParticipantAdded", others, "DL-3.2a", **joins).refused("DL-3.2a/ParticipantAdded", "not-lead")
    passing = {"case": case, "to": "dic"}
    dl.when("customs", "LeadTransferred", others, "DL-3.2a", **passing).refused("DL-3.2a/LeadTransferred", "not-lead")
    dl.when("customs", "CaseClosed", others, "DL-3.2a", case=case).refused("DL-3.2a/CaseClosed", "not-lead")
    dl.when("customs", "CaseReopened", others, "DL-3.2a", case=case).refused("DL-3.2a/CaseReopened", "case-status")


@pytest.mark.clause("DL-3.2a")
def test_the_lead_asks(dl: Story) -> None:
    case, _ = dl.opened()
    told = dl.when("police", "InfoRequested", "vnpt", "DL-3.2a", case=case, due=dl.later())
    told.allowed("DL-3.2a/InfoRequested")
    dl.when("police", "CoordinationRequested", "vnpt", "DL-3.2a", case=case).allowed("DL-3.2a/CoordinationRequested")
    told = dl.when("vnpt", "InfoRequested", "police", "DL-3.2a", case=case, due=dl.later())
    told.refused("DL-3.2a/InfoRequested", "not-lead")
    told = dl.when("vnpt", "CoordinationRequested", "police", "DL-3.2a", case=case)
    told.refused("DL-3.2a/CoordinationRequested", "not-lead")


@pytest.mark.clause("DL-3.2b")
def test_the_others_cooperate(dl: Story) -> None:
    case, _ = dl.opened()
    request = dl.given("police", "CoordinationRequested", "vnpt", "DL-3.2a", case=case)
    answer = {"case": case, "cause": request, "request": request.id}
    dl.when("vnpt", "CoordinationAccepted", "police", "DL-3.2b", **answer).allowed("DL-3.2b/CoordinationAccepted")
    told = dl.when("vnpt", "CoordinationDeclined", "police", "DL-3.2b", **answer)
    told.refused("DL-3.2b/CoordinationDeclined", "forbidden")
    told = dl.when("vnpt", "CoordinationAccepted", "police", "DL-3.2b", case=case)
    told.refused("DL-3.2b/CoordinationAccepted", "answers-nothing")
    dl.when("vnpt", "InfoProvided", "police", "DL-3.2b", case=case).allowed("DL-3.2b/InfoProvided")
    told = dl.when("vnpt", "InfoProvided", "police", "DL-3.2b", case=case, capacity="deputy")
    told.refused("DL-3.2b/InfoProvided", "signatory", "DL-11.1")


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


@pytest.mark.clause("DL-1")
def test_broadcasting_is_outside(dl: Story) -> None:
    told = dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.3", fields=(Field.BROADCASTING,))
    told.refused("DL-10.3/SuspicionReported", "field-out-of-scope", "DL-1")


@pytest.mark.clause("DL-2")
def test_the_press_is_no_party_and_the_radio_centre_is(dl: Story) -> None:
    told = dl.when("press", "SuspicionReported", "dic", "DL-4.7")
    told.refused("DL-4.7/SuspicionReported", "role-not-named", "DL-2")
    dl.given("radio", "SuspicionReported", "dic", "DL-4.7")
