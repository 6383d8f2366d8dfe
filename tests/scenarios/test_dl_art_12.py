"""Đắk Lắk, Article 12."""

from __future__ import annotations

import pytest

from events.types.meeting import MeetingKind
from events.values.period import half_year, quarter, two_years
from tests.scenarios.story import Story


@pytest.mark.clause("DL-12.1a")
def test_enterprises_report_every_quarter(dl: Story) -> None:
    dl.when("vnpt", "ReportSubmitted", "dic", "DL-12.1a", period=quarter(2011, 4)).allowed("DL-12.1a/ReportSubmitted")
    dl.when("vnpt", "ReportSubmitted", "dic", "DL-12.1a", period=half_year(2011, 2)).refused(
        "DL-12.1a/ReportSubmitted", "report-occasion"
    )


@pytest.mark.clause("DL-12.1b")
def test_dic_consolidates_for_the_ppc(dl: Story) -> None:
    dl.when("dic", "ReportConsolidated", "ppc", "DL-12.1b", period=quarter(2011, 4)).allowed(
        "DL-12.1b/ReportConsolidated"
    )
    dl.when("dic", "ReportConsolidated", "police", "DL-12.1b").refused("DL-12.1b/ReportConsolidated", "recipient")


@pytest.mark.clause("DL-12.2")
def test_dic_reviews_every_two_years(dl: Story) -> None:
    review = {"kind": MeetingKind.REVIEW, "period": two_years(2010)}
    called = dl.when("dic", "MeetingCalled", "police vnpt", "DL-12.2", **review)
    called.allowed("DL-12.2/MeetingCalled")
    dl.when("dic", "MeetingCalled", "police", "DL-12.2", kind=MeetingKind.REVIEW).refused(
        "DL-12.2/MeetingCalled", "period"
    )
    dl.hold(called.event)
    dl.when("dic", "MinutesShared", "police", "DL-12.2", cause=called.event, meeting=called.event.id).allowed(
        "DL-12.2/MinutesShared"
    )
    dl.when("dic", "MinutesShared", "police", "DL-12.2").refused("DL-12.2/MinutesShared", "cause-differs")
    dl.when("dic", "ReportConsolidated", "ppc", "DL-12.2", period=two_years(2010)).allowed("DL-12.2/ReportConsolidated")
    dl.when("dic", "ReportConsolidated", "ppc", "DL-12.2").refused("DL-12.2/ReportConsolidated", "period")
