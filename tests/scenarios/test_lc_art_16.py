"""Lào Cai, Article 16."""

from __future__ import annotations

import pytest

from events.types.proposal import ProposalKind
from events.values.matter import Category
from tests.scenarios.story import Story


@pytest.mark.clause("LC-16a")
def test_dic_checks_how_the_regulation_is_kept(lc: Story) -> None:
    lc.when("dic", "InspectionReported", "vnpt", "LC-16a").allowed("LC-16a/InspectionReported")
    lc.when("trade", "InspectionReported", "vnpt", "LC-16a").refused("LC-16a/InspectionReported", "sender-role")
    breach = {"category": Category.REGULATION_BREACH}
    lc.when("dic", "ViolationDecided", "vnpt", "LC-16a", **breach).allowed("LC-16a/ViolationDecided")
    lc.when("dic", "ViolationDecided", "vnpt", "LC-16a").refused("LC-16a/ViolationDecided", "category")


@pytest.mark.clause("LC-16b")
def test_difficulties_reach_dic_and_changes_the_ppc(lc: Story) -> None:
    lc.when("vnpt", "DifficultyReported", "dic", "LC-16b").allowed("LC-16b/DifficultyReported")
    lc.when("vnpt", "DifficultyReported", "ppc", "LC-16b").refused("LC-16b/DifficultyReported", "recipient")
    lc.when("dic", "ProposalSubmitted", "ppc", "LC-16b").allowed("LC-16b/ProposalSubmitted")
    lc.when("dic", "ProposalSubmitted", "ppc", "LC-16b", kind=ProposalKind.SOLUTION).refused(
        "LC-16b/ProposalSubmitted", "kind"
    )
