"""Two openings of one case may differ, and reach each agency in another order: all judge the lead's passing alike."""

from __future__ import annotations

import itertools

import pytest

from events.regulation.verdict import Lawful
from events.values.matter import Category
from tests.scenarios.story import Story


@pytest.mark.parametrize("order", list(itertools.permutations((0, 1))))
def test_the_lead_passes_what_it_opened_whichever_opening_came_last(order: tuple[int, ...]) -> None:
    story = Story("lao-cai-29-2008")
    case = story.case()
    openings = [
        story.when(
            lead, "CaseOpened", f"dic vnpt {other}", clause, case=case, category=category, discovered_by_sender=True,
            participants=tuple(sorted(("dic", "vnpt", other))),
        ).event
        for lead, other, clause, category in (
            ("police", "trade", "LC-7.2a", Category.CONTRABAND_BY_POST),
            ("trade", "police", "LC-9.1", Category.COUNTERFEIT_GOODS),
        )
    ]  # fmt: skip
    story.hold(openings[0], "police")
    story.hold(openings[1], "police")
    for side in ("dic", "trade", "vnpt"):
        for number in order:
            story.hold(openings[number], side)
    passed = story.when("police", "LeadTransferred", "dic trade vnpt", "LC-2.2a", case=case, to="trade")
    for verdict in (passed.sender, *passed.receivers.values()):
        assert isinstance(verdict, Lawful)
    wrong = story.when("trade", "LeadTransferred", "dic police vnpt", "LC-2.2a", case=case, to="police")
    assert {getattr(verdict, "reason", None) for verdict in wrong.receivers.values()} == {"lead-not-competent"}


@pytest.mark.parametrize(("regulation", "clause"), [("lao-cai-29-2008", "LC-2.2a"), ("dak-lak-39-2010", "DL-3.2a")])
def test_a_conflict_is_resolved_though_one_of_the_leads_closed_the_case(regulation: str, clause: str) -> None:
    story = Story(regulation)
    case = story.case()
    first, second = (
        story.when(
            lead, "CaseOpened", f"dic {other}", by, case=case, category=Category.CONTRABAND_BY_POST,
            discovered_by_sender=True, participants=tuple(sorted(("dic", other))),
        ).event
        for lead, other, by in (
            ("police", "customs", {"LC-2.2a": "LC-7.2a"}.get(clause, "DL-5.2")),
            ("customs", "police", {"LC-2.2a": "LC-8.1"}.get(clause, clause)),
        )
    )  # fmt: skip
    story.hold(first)
    story.hold(second)
    story.given("police", "CaseClosed", "customs dic", clause, case=case)
    story.given(
        "dic", "ConflictResolved", "customs police", clause, case=case, upheld=second.id, lead="customs",
        openings=(first.id, second.id),
    )  # fmt: skip
    for side in ("customs", "dic", "police"):
        state = story.cases[side, case]
        assert not state.in_conflict
        assert state.lead == "customs"
