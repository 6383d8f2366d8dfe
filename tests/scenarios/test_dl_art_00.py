"""Đắk Lắk, the decision that issues the regulation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.scenarios.story import Story


@pytest.mark.clause("DL-D2")
def test_dic_reports_results_to_the_ppc(dl: Story) -> None:
    dl.when("dic", "ReportConsolidated", "ppc", "DL-D2").allowed("DL-D2/ReportConsolidated")
    dl.when("dic", "ReportConsolidated", "ppc", "DL-D2", included=(), missing=()).refused(
        "DL-D2/ReportConsolidated", "reports-not-named"
    )


@pytest.mark.clause("DL-D3")
def test_nothing_is_dated_before_the_regulation_is_in_force(dl: Story) -> None:
    said = dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.3", at=datetime(2011, 1, 9, 16, 59, tzinfo=UTC))
    said.refused("DL-10.3/SuspicionReported", "not-in-force", "DL-D3")
    said = dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.3", at=datetime(2011, 1, 9, 17, 0, tzinfo=UTC))
    said.allowed("DL-10.3/SuspicionReported")
