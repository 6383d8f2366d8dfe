"""Lào Cai, Article 9."""

from __future__ import annotations

import pytest

from events.types.direction import DirectionKind
from events.types.information import InfoKind
from events.values.matter import Category
from tests.scenarios.story import Story


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


@pytest.mark.clause("LC-9.1")
def test_trade_checks_with_dic(lc: Story) -> None:
    lc.when("trade", "InspectionReported", "dic market", "LC-9.1").allowed("LC-9.1/InspectionReported")
    lc.when("trade", "InspectionReported", "market", "LC-9.1").refused("LC-9.1/InspectionReported", "not-addressed")


@pytest.mark.clause("LC-9.3")
def test_trade_directs_market_surveillance_which_reports(lc: Story) -> None:
    own = {"kind": DirectionKind.SUBORDINATES}
    lc.when("trade", "DirectionIssued", "market", "LC-9.3", **own).allowed("LC-9.3/DirectionIssued")
    lc.when("trade", "DirectionIssued", "customs", "LC-9.3", **own).refused("LC-9.3/DirectionIssued", "recipient")
    lc.when("market", "InspectionReported", "dic trade", "LC-9.3").allowed("LC-9.3/InspectionReported")
    lc.when("market", "InspectionReported", "vnpt", "LC-9.3").refused("LC-9.3/InspectionReported", "recipient")


@pytest.mark.clause("LC-9.2")
def test_no_general_clause_leaves_dic_out_of_what_trade_found(lc: Story) -> None:
    for kind, heard in ((InfoKind.CASE_INFORMATION, False), (InfoKind.MODUS_OPERANDI, True)):
        told = lc.when("trade", "InfoShared", "customs", "LC-2.4a", kind=kind)
        if heard:
            told.allowed("LC-2.4a/InfoShared")
        else:
            told.refused("LC-2.4a/InfoShared", "focal-point-left-out", "LC-9.2")
