"""Đắk Lắk, Article 6."""

from __future__ import annotations

import pytest

from events.types.inspection import InspectionGround
from events.values.matter import Category
from tests.scenarios.story import Story


@pytest.mark.clause("DL-6.2")
def test_customs_join_when_asked_and_do_not_decline(dl: Story) -> None:
    case, _ = dl.opened()
    request = dl.given("police", "CoordinationRequested", "customs", "DL-3.2a", case=case)
    answer = {"case": case, "cause": request, "request": request.id}
    dl.when("customs", "CoordinationAccepted", "police", "DL-6.2", **answer).allowed("DL-6.2/CoordinationAccepted")
    told = dl.when("customs", "CoordinationDeclined", "police", "DL-6.2", **answer)
    told.refused("DL-6.2/CoordinationDeclined", "forbidden")
    told = dl.when("customs", "CoordinationAccepted", "police", "DL-6.2", case=case)
    told.refused("DL-6.2/CoordinationAccepted", "answers-nothing")


@pytest.mark.clause("DL-6.3")
def test_customs_tell_dic_of_contraband(dl: Story) -> None:
    goods = {"category": Category.CONTRABAND_BY_POST}
    told = dl.when("customs", "SuspicionReported", "dic police", "DL-6.3", **goods)
    told.allowed("DL-6.3/SuspicionReported")
    told = dl.when("customs", "SuspicionReported", "police", "DL-6.3", **goods)
    told.refused("DL-6.3/SuspicionReported", "not-addressed")


@pytest.mark.clause("DL-6.1")
def test_customs_tell_the_parties_what_they_found(dl: Story) -> None:
    case, _ = dl.opened(category=Category.CONTRABAND_BY_POST)
    dl.when("customs", "InspectionReported", "dic police", "DL-6.1", case=case).allowed("DL-6.1/InspectionReported")
    dl.when("customs", "InspectionReported", "dic", "DL-6.1").refused("DL-6.1/InspectionReported", "case-missing")
    dl.when("customs", "SeizureReported", "dic police", "DL-6.1", case=case).allowed("DL-6.1/SeizureReported")
    dl.when("customs", "SeizureReported", "dic", "DL-6.1", case=case, capacity="deputy").refused(
        "DL-6.1/SeizureReported", "signatory", "DL-11.1"
    )


@pytest.mark.clause("DL-6.2")
def test_customs_join_a_check_when_asked(dl: Story) -> None:
    request = dl.given("trade", "InspectionRequested", "customs market", "DL-7.2a")
    asked = {"ground": InspectionGround.AT_REQUEST, "cause": request, "request": request.id}
    dl.when("customs", "InspectionReported", "trade", "DL-6.2", **asked).allowed("DL-6.2/InspectionReported")
    dl.when("customs", "InspectionReported", "trade", "DL-6.2").refused(
        "DL-6.2/InspectionReported", "inspection-ground"
    )


@pytest.mark.clause("DL-6.3")
def test_a_find_is_told_and_investigated_jointly(dl: Story) -> None:
    dl.when("customs", "SeizureReported", "dic police", "DL-6.3").allowed("DL-6.3/SeizureReported")
    dl.when("customs", "SeizureReported", "dic", "DL-6.3", joint_investigation_asked=False).refused(
        "DL-6.3/SeizureReported", "joint-investigation"
    )


@pytest.mark.clause("DL-6.3")
def test_what_is_no_contraband_customs_tell_as_everybody_does(dl: Story) -> None:
    for category, lawful in ((Category.SMUGGLED_PHONES, True), (Category.CONTRABAND_BY_POST, False)):
        told = dl.when("customs", "SuspicionReported", "police", "DL-11.1", category=category)
        if lawful:
            told.allowed("DL-11.1/SuspicionReported")
        else:
            told.refused("DL-11.1/SuspicionReported", "special-clause", "DL-6.3")
