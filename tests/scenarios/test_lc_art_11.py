"""Lào Cai, Article 11."""

from __future__ import annotations

import pytest

from events.types.direction import DirectionKind, GuidanceKind
from events.values.handling import ViolationDegree
from events.values.matter import Category
from tests.scenarios.story import Story


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


@pytest.mark.clause("LC-11.1a")
def test_education_makes_good_use_of_the_internet_known(lc: Story) -> None:
    lc.when("education", "GuidanceIssued", "sa-pa", "LC-11.1a", kind=GuidanceKind.INTERNET_USE).allowed(
        "LC-11.1a/GuidanceIssued"
    )
    lc.when("education", "GuidanceIssued", "sa-pa", "LC-11.1a", kind=GuidanceKind.GUARDS).refused(
        "LC-11.1a/GuidanceIssued", "kind"
    )


@pytest.mark.clause("LC-11.1b")
def test_education_gives_information_to_dic_and_police(lc: Story) -> None:
    lc.when("education", "InfoProvided", "dic police", "LC-11.1b").allowed("LC-11.1b/InfoProvided")
    lc.when("education", "InfoProvided", "trade", "LC-11.1b").refused("LC-11.1b/InfoProvided", "recipient")


@pytest.mark.clause("LC-11.2")
def test_broadcaster_and_newspaper_report_their_publicity(lc: Story) -> None:
    lc.when("bao", "PublicityReported", "dic", "LC-11.2").allowed("LC-11.2/PublicityReported")
    lc.when("education", "PublicityReported", "dic", "LC-11.2").refused("LC-11.2/PublicityReported", "sender-role")


@pytest.mark.clause("LC-11.3a")
def test_districts_roll_the_regulation_out(lc: Story) -> None:
    lc.when("sa-pa", "GuidanceIssued", "ta-van", "LC-11.3a").allowed("LC-11.3a/GuidanceIssued")
    lc.when("ta-van", "GuidanceIssued", "sa-pa", "LC-11.3a").refused("LC-11.3a/GuidanceIssued", "sender-role")


@pytest.mark.clause("LC-11.3b")
def test_districts_direct_inspect_and_decide(lc: Story) -> None:
    own = {"kind": DirectionKind.SUBORDINATES}
    lc.when("sa-pa", "DirectionIssued", "ta-van", "LC-11.3b", **own).allowed("LC-11.3b/DirectionIssued")
    lc.when("sa-pa", "DirectionIssued", "police", "LC-11.3b", **own).refused("LC-11.3b/DirectionIssued", "recipient")
    lc.when("sa-pa", "InspectionReported", "dic", "LC-11.3b").allowed("LC-11.3b/InspectionReported")
    lc.when("sa-pa", "InspectionReported", "dic", "LC-11.3b", capacity="service").refused(
        "LC-11.3b/InspectionReported", "signatory", "LC-2.4a"
    )
    lc.when("sa-pa", "ViolationDecided", "dic", "LC-11.3b").allowed("LC-11.3b/ViolationDecided")
    lc.when("sa-pa", "ViolationDecided", "dic", "LC-11.3b", degree=ViolationDegree.SIGNS_OF_CRIME).refused(
        "LC-11.3b/ViolationDecided", "degree"
    )


@pytest.mark.clause("LC-11.3c")
def test_districts_give_information(lc: Story) -> None:
    lc.when("sa-pa", "InfoProvided", "police", "LC-11.3c").allowed("LC-11.3c/InfoProvided")
    lc.when("trade", "InfoProvided", "police", "LC-11.3c").refused("LC-11.3c/InfoProvided", "sender-role")
