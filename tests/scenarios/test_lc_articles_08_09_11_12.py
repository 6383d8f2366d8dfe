"""Lào Cai, Articles 8, 9, 11 and 12: customs, trade, education, districts, citizens."""

from __future__ import annotations

import pytest

from events.types.information import InfoKind
from events.values.matter import Category
from tests.scenarios.story import Story


@pytest.mark.clause("LC-8.1")
def test_customs_lead_on_goods_across_the_border(lc: Story) -> None:
    told = lc.when(
        "customs", "CaseOpened", "dic", "LC-8.1",
        case=lc.case(), participants=("dic",), category=Category.CROSS_BORDER_GOODS,
    )  # fmt: skip
    told.allowed("LC-8.1/CaseOpened")


@pytest.mark.clause("LC-8.1")
def test_customs_do_not_lead_on_charge_theft(lc: Story) -> None:
    told = lc.when("customs", "CaseOpened", "dic", "LC-8.1", case=lc.case(), participants=("dic",))
    told.refused("LC-8.1/CaseOpened", "category")


@pytest.mark.clause("LC-8.2")
def test_customs_share_seizures_with_dic_and_others(lc: Story) -> None:
    told = lc.when("customs", "InfoShared", "dic police", "LC-8.2", kind=InfoKind.SEIZURE)
    told.allowed("LC-8.2/InfoShared")


@pytest.mark.clause("LC-8.2")
def test_dic_hears_of_seizures(lc: Story) -> None:
    told = lc.when("customs", "InfoShared", "police", "LC-8.2", kind=InfoKind.SEIZURE)
    told.refused("LC-8.2/InfoShared", "not-addressed")


@pytest.mark.clause("LC-9.1")
def test_trade_leads_together_with_dic(lc: Story) -> None:
    goods = {"category": Category.COUNTERFEIT_GOODS}
    told = lc.when(
        "trade", "CaseOpened", "dic police", "LC-9.1", case=lc.case(), participants=("dic", "police"), **goods
    )
    told.allowed("LC-9.1/CaseOpened")


@pytest.mark.clause("LC-9.1")
def test_trade_does_not_leave_dic_out(lc: Story) -> None:
    goods = {"category": Category.COUNTERFEIT_GOODS}
    told = lc.when("trade", "CaseOpened", "police", "LC-9.1", case=lc.case(), participants=("police",), **goods)
    told.refused("LC-9.1/CaseOpened", "not-addressed")


@pytest.mark.clause("LC-9.2")
def test_trade_tells_dic_of_signs(lc: Story) -> None:
    lc.when("trade", "SuspicionReported", "dic customs", "LC-9.2").allowed("LC-9.2/SuspicionReported")
    lc.when("trade", "InfoShared", "dic", "LC-9.2").allowed("LC-9.2/InfoShared")


@pytest.mark.clause("LC-9.2")
def test_trade_tells_dic_first_of_all(lc: Story) -> None:
    lc.when("trade", "SuspicionReported", "customs", "LC-9.2").refused("LC-9.2/SuspicionReported", "not-addressed")
    lc.when("trade", "InfoShared", "customs", "LC-9.2").refused("LC-9.2/InfoShared", "not-addressed")


@pytest.mark.clause("LC-9.3")
def test_market_surveillance_notifies(lc: Story) -> None:
    lc.when("market", "SuspicionReported", "trade police", "LC-9.3").allowed("LC-9.3/SuspicionReported")


@pytest.mark.clause("LC-9.3")
def test_it_notifies_authorities_alone(lc: Story) -> None:
    lc.when("market", "SuspicionReported", "vnpt", "LC-9.3").refused("LC-9.3/SuspicionReported", "recipient")


@pytest.mark.clause("LC-11.1b")
def test_education_reports_misuse(lc: Story) -> None:
    told = lc.when("education", "SuspicionReported", "dic", "LC-11.1b", category=Category.INTERNET_MISUSE_IN_SCHOOLS)
    told.allowed("LC-11.1b/SuspicionReported")


@pytest.mark.clause("LC-11.1b")
def test_education_is_not_to_sign_by_machine(lc: Story) -> None:
    told = lc.when("education", "SuspicionReported", "dic", "LC-11.1b", capacity="service")
    told.refused("LC-11.1b/SuspicionReported", "signatory", "LC-2.4a")


@pytest.mark.clause("LC-11.3c")
def test_districts_support_the_province(lc: Story) -> None:
    lc.when("sa-pa", "CoordinationAccepted", "police", "LC-11.3c").allowed("LC-11.3c/CoordinationAccepted")


@pytest.mark.clause("LC-11.3c")
def test_that_clause_is_the_districts(lc: Story) -> None:
    told = lc.when("customs", "CoordinationAccepted", "police", "LC-11.3c")
    told.refused("LC-11.3c/CoordinationAccepted", "sender-role")


@pytest.mark.clause("LC-12.1")
def test_a_commune_records_what_a_citizen_reports(lc: Story) -> None:
    told = lc.when("ta-van", "SuspicionReported", "dic", "LC-12.1", informant_reference="TV-0001")
    told.allowed("LC-12.1/SuspicionReported")


@pytest.mark.clause("LC-12.1")
def test_a_reference_travels_in_the_informants_place(lc: Story) -> None:
    told = lc.when("ta-van", "SuspicionReported", "dic", "LC-12.1")
    told.refused("LC-12.1/SuspicionReported", "informant-reference-missing")


@pytest.mark.clause("LC-12.2")
def test_whoever_reports_answers_for_it(lc: Story) -> None:
    told = lc.when("ta-van", "SuspicionReported", "dic", "LC-12.1", informant_reference="TV-0001", attestation=False)
    told.refused("LC-12.1/SuspicionReported", "not-attested", "LC-12.2")
