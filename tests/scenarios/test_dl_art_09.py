"""Đắk Lắk, Article 9."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story


@pytest.mark.clause("DL-9.3")
@pytest.mark.parametrize("left_out", ["dic", "police"])
def test_districts_tell_both(dl: Story, left_out: str) -> None:
    dl.when("krong-pac", "SuspicionReported", "dic police", "DL-9.3").allowed("DL-9.3/SuspicionReported")
    told_one = {"dic": "police", "police": "dic"}[left_out]
    told = dl.when("krong-pac", "SuspicionReported", told_one, "DL-9.3")
    told.refused("DL-9.3/SuspicionReported", "not-addressed")


@pytest.mark.clause("DL-9.1")
def test_districts_make_the_law_known(dl: Story) -> None:
    dl.when("krong-pac", "PublicityReported", "dic", "DL-9.1").allowed("DL-9.1/PublicityReported")
    dl.when("trade", "PublicityReported", "dic", "DL-9.1").refused("DL-9.1/PublicityReported", "sender-role")


@pytest.mark.clause("DL-9.2")
def test_districts_inspect_and_tell_dic(dl: Story) -> None:
    dl.when("krong-pac", "InspectionReported", "dic", "DL-9.2").allowed("DL-9.2/InspectionReported")
    dl.when("krong-pac", "InspectionReported", "vnpt", "DL-9.2").refused("DL-9.2/InspectionReported", "recipient")
