"""Lào Cai, Article 7."""

from __future__ import annotations

from datetime import date

import pytest

from events.known_event import KnownEvent
from events.types.direction import GuidanceKind
from events.types.information import InfoKind
from events.values.document import Channel
from events.values.legal import Contract
from events.values.matter import Category
from tests.scenarios.story import Story


def noticed(lc: Story) -> KnownEvent:
    report = lc.given("vnpt", "SuspicionReported", "dic police", "LC-10.1")
    return lc.given("dic", "SuspicionReferred", "police", "LC-7.1", cause=report, suspicion=report.id)


def asked(lc: Story, case: str) -> KnownEvent:
    return lc.given("customs", "InfoRequested", "police", "LC-4.1a", case=case, due=lc.later())


@pytest.mark.clause("LC-7.1")
def test_dic_gives_notice_to_the_police(lc: Story) -> None:
    report = lc.given("vnpt", "SuspicionReported", "dic police", "LC-10.1")
    told = lc.when("dic", "SuspicionReferred", "police", "LC-7.1", cause=report, suspicion=report.id)
    told.allowed("LC-7.1/SuspicionReferred")


@pytest.mark.clause("LC-7.1")
def test_the_notice_is_about_the_clauses_own_categories(lc: Story) -> None:
    report = lc.given("sa-pa", "SuspicionReported", "dic", "LC-6.1", category=Category.MORALS_ABUSE)
    told = lc.when(
        "dic", "SuspicionReferred", "police", "LC-7.1",
        cause=report, suspicion=report.id, category=Category.MORALS_ABUSE,
    )  # fmt: skip
    told.refused("LC-7.1/SuspicionReferred", "category")


@pytest.mark.clause("LC-7.1")
def test_police_lead_after_the_notice(lc: Story) -> None:
    notice = noticed(lc)
    told = lc.when("police", "CaseOpened", "dic", "LC-7.1", case=lc.case(), participants=("dic",), basis=notice)
    told.allowed("LC-7.1/CaseOpened")


@pytest.mark.clause("LC-7.1")
def test_police_do_not_lead_before_it(lc: Story) -> None:
    told = lc.when("police", "CaseOpened", "dic", "LC-7.1", case=lc.case(), participants=("dic",))
    told.refused("LC-7.1/CaseOpened", "no-dic-notice")


@pytest.mark.clause("LC-7.2a")
def test_police_tell_of_what_they_discover(lc: Story) -> None:
    told = lc.when(
        "police", "CaseOpened", "customs", "LC-7.2a",
        case=lc.case(), participants=("customs",), discovered_by_sender=True,
    )  # fmt: skip
    told.allowed("LC-7.2a/CaseOpened")


@pytest.mark.clause("LC-7.2a")
def test_a_noticed_case_is_not_called_discovered(lc: Story) -> None:
    told = lc.when("police", "CaseOpened", "dic", "LC-7.2a", case=lc.case(), participants=("dic",))
    told.refused("LC-7.2a/CaseOpened", "not-discovered")


@pytest.mark.clause("LC-7.2a")
def test_police_ask_for_coordination_in_their_case(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "CoordinationRequested", "dic", "LC-7.2a", case=case)
    told.allowed("LC-7.2a/CoordinationRequested")


@pytest.mark.clause("LC-7.2a")
def test_police_ask_so_only_where_they_discovered(lc: Story) -> None:
    notice = noticed(lc)
    case, _ = lc.opened(others="dic customs", clause="LC-7.1", basis=notice, discovered_by_sender=False)
    told = lc.when("police", "CoordinationRequested", "dic", "LC-7.2a", case=case)
    told.refused("LC-7.2a/CoordinationRequested", "not-discovered")


@pytest.mark.clause("LC-7.2a")
def test_police_answer_the_unit_that_asks(lc: Story) -> None:
    case, _ = lc.opened()
    request = asked(lc, case)
    told = lc.when("police", "InfoProvided", "customs", "LC-7.2a", case=case, cause=request, request=request.id)
    told.allowed("LC-7.2a/InfoProvided")


@pytest.mark.clause("LC-7.2a")
def test_information_is_given_to_who_asked(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "InfoProvided", "customs", "LC-7.2a", case=case)
    told.refused("LC-7.2a/InfoProvided", "answers-nothing")


@pytest.mark.clause("LC-7.2b")
def test_police_withhold_what_is_under_investigation(lc: Story) -> None:
    case, _ = lc.opened()
    request = asked(lc, case)
    told = lc.when("police", "InfoWithheld", "customs", "LC-7.2b", case=case, cause=request, request=request.id)
    told.allowed("LC-7.2b/InfoWithheld")
    lc.hold(told.event)
    assert not lc.cases["customs", case].requests


@pytest.mark.clause("LC-7.2b")
@pytest.mark.parametrize("reason", [None, "", "   ", "bí mật"])
def test_nothing_is_withheld_without_a_reason(lc: Story, reason: str | None) -> None:
    case, _ = lc.opened()
    request = asked(lc, case)
    told = lc.when(
        "police", "InfoWithheld", "customs", "LC-7.2b", case=case, cause=request, request=request.id, reason=reason
    )
    told.refused("LC-7.2b/InfoWithheld", "reason-missing")


@pytest.mark.clause("LC-7.2b")
def test_nothing_is_withheld_by_phone(lc: Story) -> None:
    case, _ = lc.opened()
    request = asked(lc, case)
    told = lc.when(
        "police", "InfoWithheld", "customs", "LC-7.2b",
        case=case, cause=request, request=request.id, channel=Channel.PHONE,
    )  # fmt: skip
    told.refused("LC-7.2b/InfoWithheld", "channel")


@pytest.mark.clause("LC-7.2b")
def test_customs_withhold_nothing(lc: Story) -> None:
    case, _ = lc.opened()
    request = lc.given("police", "InfoRequested", "customs", "LC-3.3", case=case, due=lc.later())
    told = lc.when("customs", "InfoWithheld", "police", "LC-7.2b", case=case, cause=request, request=request.id)
    told.refused("LC-7.2b/InfoWithheld", "forbidden")


@pytest.mark.clause("LC-7.2b")
def test_nothing_is_withheld_in_a_case_that_came_by_notice(lc: Story) -> None:
    notice = noticed(lc)
    case, _ = lc.opened(others="dic customs", clause="LC-7.1", basis=notice, discovered_by_sender=False)
    request = asked(lc, case)
    told = lc.when("police", "InfoWithheld", "customs", "LC-7.2b", case=case, cause=request, request=request.id)
    told.refused("LC-7.2b/InfoWithheld", "not-discovered")


@pytest.mark.clause("LC-7.2c")
def test_police_share_methods_and_tricks(lc: Story) -> None:
    lc.when("police", "InfoShared", "vnpt viettel", "LC-7.2c").allowed("LC-7.2c/InfoShared")


@pytest.mark.clause("LC-7.2c")
def test_that_clause_is_not_for_seizures(lc: Story) -> None:
    told = lc.when("police", "InfoShared", "vnpt", "LC-7.2c", kind=InfoKind.SEIZURE)
    told.refused("LC-7.2c/InfoShared", "kind")


@pytest.mark.clause("LC-7.3")
def test_police_collect_evidence_from_participants(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "InfoRequested", "vnpt", "LC-7.3", case=case, due=lc.later())
    told.allowed("LC-7.3/InfoRequested")


@pytest.mark.clause("LC-7.3")
def test_a_request_says_by_when(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "InfoRequested", "vnpt", "LC-7.3", case=case)
    told.refused("LC-7.3/InfoRequested", "due-missing")


@pytest.mark.clause("LC-7.3")
def test_police_report_what_their_measures_brought(lc: Story) -> None:
    case, _ = lc.opened()
    lc.when("police", "InspectionReported", "customs dic", "LC-7.3", case=case).allowed("LC-7.3/InspectionReported")
    lc.when("police", "InspectionReported", "trade", "LC-7.3", case=case).refused(
        "LC-7.3/InspectionReported", "recipient", by="sender"
    )


@pytest.mark.clause("LC-7.4")
def test_guards_are_guided_on_the_ground_of_a_contract(lc: Story) -> None:
    contract = Contract(number="HD-1", signed_on=date(2012, 1, 2), counterparty="vnpt")
    guards = {"kind": GuidanceKind.GUARDS, "contract": contract}
    lc.when("police", "GuidanceIssued", "vnpt", "LC-7.4", **guards).allowed("LC-7.4/GuidanceIssued")
    lc.when("police", "GuidanceIssued", "viettel", "LC-7.4", **guards).refused(
        "LC-7.4/GuidanceIssued", "contract-missing"
    )
