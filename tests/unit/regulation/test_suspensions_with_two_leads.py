"""Who has to act on an order that goes to both leads of a case: the enterprises, neither of the leads."""

from __future__ import annotations

import pytest

from events.values.matter import Category
from tests.scenarios.story import Story


@pytest.mark.clause("LC-2.6", "LC-10.3")
def test_an_order_that_no_enterprise_can_carry_out_binds_neither_lead() -> None:
    story = Story("lao-cai-29-2008")
    case, _ = story.opened("police", "customs dic viettel", category=Category.CONTRABAND_BY_POST)
    second = story.when(
        "customs", "CaseOpened", "dic police viettel", "LC-8.1",
        case=case, participants=("dic", "police", "viettel"), category=Category.CONTRABAND_BY_POST,
    ).event  # fmt: skip
    story.hold(second)
    assert story.cases["dic", case].in_conflict
    order = story.given("dic", "SuspensionOrdered", "customs police viettel", "LC-10.3", case=case)
    assert story.cases["dic", case].suspensions[order.id].ordered == ("viettel",)
    story.given(
        "viettel", "SuspensionImpossible", "customs dic police", "LC-10.3", case=case, cause=order, order=order.id
    )
    for agency in ("customs", "dic", "police", "viettel"):
        assert not story.cases[agency, case].suspensions
