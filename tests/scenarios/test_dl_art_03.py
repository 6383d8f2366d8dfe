"""Đắk Lắk, Article 3."""

from __future__ import annotations

import pytest

from events.values.matter import Category
from tests.scenarios.samples import briefing
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


@pytest.mark.clause("DL-3.1")
def test_coordination_does_not_disturb_longer_than_it_must(dl: Story) -> None:
    said = dl.when("vnpt", "SuspensionExecuted", "dic police", "DL-10.4b", ends=None)
    said.refused("DL-10.4b/SuspensionExecuted", "suspension-incomplete", "DL-3.1")


@pytest.mark.clause("DL-3.2a")
def test_two_openings_are_a_conflict_that_dic_resolves(dl: Story) -> None:
    smuggled = {"category": Category.CONTRABAND_BY_POST}
    with dl.apart("customs"):
        case, first = dl.opened("police", "customs dic", **smuggled)
        second = dl.given(
            "customs", "CaseOpened", "dic police", "DL-3.2a", case=case, participants=("dic", "police"), **smuggled
        )
    about = {"case": case, "openings": (first.id, second.id), "upheld": second.id, "basis": first, "lead": "customs"}
    dl.when("police", "ConflictResolved", "customs dic", "DL-3.2a", **about).refused(
        "DL-3.2a/ConflictResolved", "sender-role"
    )
    said = dl.when("dic", "ConflictResolved", "customs police", "DL-3.2a", **about)
    said.allowed("DL-3.2a/ConflictResolved")
    dl.hold(said.event)
    assert {dl.cases[agency, case].lead for agency in ("customs", "dic", "police")} == {"customs"}


@pytest.mark.clause("DL-3.2b")
def test_silence_becomes_a_signed_fact_once_the_time_is_out(dl: Story) -> None:
    case, _ = dl.opened()
    due = dl.later(hours=1)
    request = dl.given("police", "InfoRequested", "vnpt", "DL-3.2a", case=case, due=due)
    about = {"case": case, "cause": request, "request": request.id, "due": due, "unanswered_by": ("vnpt",)}
    dl.when("police", "ReplyOverdue", "vnpt", "DL-3.2b", **about).refused("DL-3.2b/ReplyOverdue", "not-overdue")
    dl.clock = due
    dl.when("police", "ReplyOverdue", "vnpt", "DL-3.2b", capacity="service", **about).allowed("DL-3.2b/ReplyOverdue")
