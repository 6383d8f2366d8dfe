"""Lào Cai, Article 8."""

from __future__ import annotations

import pytest

from events.types.information import InfoKind
from events.types.inspection import InspectionGround
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


@pytest.mark.clause("LC-8.1")
def test_customs_report_their_control_in_a_case(lc: Story) -> None:
    case, _ = lc.opened("customs", "dic police", category=Category.CONTRABAND_BY_POST)
    lc.when("customs", "InspectionReported", "dic police", "LC-8.1", case=case).allowed("LC-8.1/InspectionReported")
    lc.when("customs", "InspectionReported", "dic", "LC-8.1").refused("LC-8.1/InspectionReported", "case-missing")


@pytest.mark.clause("LC-8.2")
def test_customs_tell_dic_of_seizures(lc: Story) -> None:
    lc.when("customs", "SeizureReported", "dic police", "LC-8.2").allowed("LC-8.2/SeizureReported")
    lc.when("customs", "SeizureReported", "police", "LC-8.2").refused("LC-8.2/SeizureReported", "not-addressed")


@pytest.mark.clause("LC-8.3")
def test_customs_take_their_own_measures_at_the_border(lc: Story) -> None:
    lc.when("customs", "InspectionReported", "dic", "LC-8.3", ground=InspectionGround.AD_HOC).allowed(
        "LC-8.3/InspectionReported"
    )
    request = lc.given("dic", "InspectionRequested", "customs", "LC-4.5")
    asked = {"ground": InspectionGround.AT_REQUEST, "cause": request, "request": request.id}
    lc.when("customs", "InspectionReported", "dic", "LC-8.3", **asked).refused(
        "LC-8.3/InspectionReported", "inspection-ground"
    )


@pytest.mark.clause("LC-8.2")
def test_no_general_clause_leaves_dic_out_of_what_customs_found(lc: Story) -> None:
    found = {"kind": InfoKind.SEIZURE}
    for clause in ("LC-2.4a", "LC-4.1a"):
        row = f"{clause}/InfoShared"
        lc.when("customs", "InfoShared", "police", clause, **found).refused(row, "focal-point-left-out", "LC-8.2")
        lc.when("customs", "InfoShared", "police", clause, kind=InfoKind.OTHER).allowed(row)
    for clause in ("LC-2.4a", "LC-4.1a", "LC-12.2"):
        row = f"{clause}/SuspicionReported"
        lc.when("customs", "SuspicionReported", "police", clause).refused(row, "focal-point-left-out", "LC-8.2")
        lc.when("customs", "SuspicionReported", "dic police", clause).allowed(row)
    # Within a case its parties alone hear it, whether DIC is one or not.
    case, _ = lc.opened("police", "customs vnpt")
    lc.when("customs", "InfoShared", "police", "LC-4.1a", case=case, **found).allowed("LC-4.1a/InfoShared")
    lc.when("customs", "SeizureReported", "police", "LC-2.4a", case=case).allowed("LC-2.4a/SeizureReported")
