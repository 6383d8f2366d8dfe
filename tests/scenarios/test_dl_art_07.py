"""Đắk Lắk, Article 7."""

from __future__ import annotations

import pytest

from events.types.inspection import InspectionGround
from events.values.handling import ViolationDegree
from tests.scenarios.story import Story


@pytest.mark.clause("DL-7.1")
def test_trade_takes_part(dl: Story) -> None:
    dl.when("trade", "CoordinationAccepted", "dic", "DL-7.1").allowed("DL-7.1/CoordinationAccepted")
    told = dl.when("trade", "CoordinationAccepted", "dic", "DL-7.1", case=dl.case())
    told.refused("DL-7.1/CoordinationAccepted", "outside-case", by="sender")


@pytest.mark.clause("DL-7.1")
def test_trade_checks_with_dic(dl: Story) -> None:
    dl.when("trade", "InspectionReported", "dic market", "DL-7.1").allowed("DL-7.1/InspectionReported")
    dl.when("trade", "InspectionReported", "market", "DL-7.1").refused("DL-7.1/InspectionReported", "not-addressed")


@pytest.mark.clause("DL-7.2a")
def test_trade_has_market_surveillance_check_parcels(dl: Story) -> None:
    asked = dl.when("trade", "InspectionRequested", "market dic customs police", "DL-7.2a")
    asked.allowed("DL-7.2a/InspectionRequested")
    dl.when("trade", "InspectionRequested", "dic", "DL-7.2a").refused("DL-7.2a/InspectionRequested", "not-addressed")
    dl.hold(asked.event)
    about = {"ground": InspectionGround.AT_REQUEST, "cause": asked.event, "request": asked.event.id}
    dl.when("market", "InspectionReported", "trade dic", "DL-7.2a", **about).allowed("DL-7.2a/InspectionReported")
    dl.when("market", "InspectionReported", "vnpt", "DL-7.2a").refused("DL-7.2a/InspectionReported", "recipient")


@pytest.mark.clause("DL-7.2b")
def test_on_a_violation_trade_joins_in(dl: Story) -> None:
    dl.when("trade", "InspectionReported", "police", "DL-7.2b").allowed("DL-7.2b/InspectionReported")
    dl.when("trade", "InspectionReported", "police", "DL-7.2b", conclusion=ViolationDegree.NONE).refused(
        "DL-7.2b/InspectionReported", "no-violation-found"
    )


@pytest.mark.clause("DL-7.2a")
@pytest.mark.parametrize("asked", ["dic", "police"])
def test_whoever_trade_asks_to_check_along_can_report(dl: Story, asked: str) -> None:
    request = dl.given("trade", "InspectionRequested", "market dic customs police", "DL-7.2a")
    about = {"ground": InspectionGround.AT_REQUEST, "cause": request, "request": request.id}
    row = "DL-7.2a/InspectionReported/asked"
    dl.when(asked, "InspectionReported", "trade market", "DL-7.2a", **about).allowed("DL-7.2a/InspectionReported/asked")
    dl.when(asked, "InspectionReported", "trade", "DL-7.2a").refused(row, "inspection-ground")
