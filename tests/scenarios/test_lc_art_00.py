"""Lào Cai, the decision that issues the regulation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.types.report import MissingReport
from tests.scenarios.samples import SOME_MOMENT
from tests.scenarios.story import Story


@pytest.mark.clause("LC-D3")
def test_nothing_is_dated_before_the_regulation_is_in_force(lc: Story) -> None:
    told = lc.when("sa-pa", "SuspicionReported", "dic", "LC-6.1", at=datetime(2008, 7, 26, 16, 59, tzinfo=UTC))
    told.refused("LC-6.1/SuspicionReported", "not-in-force", "LC-D3")
    told = lc.when("sa-pa", "SuspicionReported", "dic", "LC-6.1", at=datetime(2008, 7, 26, 17, 0, tzinfo=UTC))
    told.allowed("LC-6.1/SuspicionReported")


@pytest.mark.clause("LC-D2")
def test_dic_reports_to_the_ppc_and_names_the_missing(lc: Story) -> None:
    lc.when("dic", "ReportConsolidated", "ppc", "LC-D2").allowed("LC-D2/ReportConsolidated")
    twice = (MissingReport(agency="vnpt", due=SOME_MOMENT),)  # reported, and missing too
    told_ = lc.when("dic", "ReportConsolidated", "ppc", "LC-D2", missing=twice)
    told_.refused("LC-D2/ReportConsolidated", "reports-not-named")
    lc.when("trade", "ReportConsolidated", "ppc", "LC-D2").refused("LC-D2/ReportConsolidated", "sender-role")
