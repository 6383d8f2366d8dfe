"""Lào Cai, Article 13."""

from __future__ import annotations

from datetime import date

import pytest

from events.types.proposal import ProposalKind
from events.types.report import ReportOccasion
from events.values.period import PeriodKind, ReportingPeriod, quarter
from tests.scenarios.story import Story


@pytest.mark.clause("LC-13.1")
def test_dic_briefs_and_consolidates_every_six_months(lc: Story) -> None:
    called = lc.when("dic", "MeetingCalled", "police trade", "LC-13.1")
    called.allowed("LC-13.1/MeetingCalled")
    lc.when("dic", "MeetingCalled", "police", "LC-13.1", period=quarter(2011, 4)).refused(
        "LC-13.1/MeetingCalled", "period"
    )
    lc.hold(called.event)
    lc.when("dic", "MinutesShared", "police trade", "LC-13.1", cause=called.event, meeting=called.event.id).allowed(
        "LC-13.1/MinutesShared"
    )
    lc.when("dic", "MinutesShared", "police", "LC-13.1").refused("LC-13.1/MinutesShared", "cause-differs")
    lc.when("dic", "ReportConsolidated", "ppc", "LC-13.1").allowed("LC-13.1/ReportConsolidated")
    lc.when("dic", "ReportConsolidated", "ppc", "LC-13.1", period=quarter(2011, 4)).refused(
        "LC-13.1/ReportConsolidated", "period"
    )
    lc.when("dic", "ProposalSubmitted", "ppc", "LC-13.1", kind=ProposalKind.MECHANISM).allowed(
        "LC-13.1/ProposalSubmitted"
    )
    lc.when("dic", "ProposalSubmitted", "ppc", "LC-13.1", kind=ProposalKind.REGULATION_CHANGE).refused(
        "LC-13.1/ProposalSubmitted", "kind"
    )


@pytest.mark.clause("LC-13.2")
def test_reports_come_every_six_months_or_when_asked(lc: Story) -> None:
    lc.when("vnpt", "ReportSubmitted", "dic", "LC-13.2").allowed("LC-13.2/ReportSubmitted")
    lc.when("vnpt", "ReportSubmitted", "dic", "LC-13.2", period=quarter(2011, 4)).refused(
        "LC-13.2/ReportSubmitted", "report-occasion"
    )
    lc.when("vnpt", "ReportSubmitted", "ppc", "LC-13.2").refused("LC-13.2/ReportSubmitted", "not-addressed")
    asked = lc.when("ppc", "ReportRequested", "vnpt trade", "LC-13.2", due=lc.later())
    asked.allowed("LC-13.2/ReportRequested")
    lc.when("ppc", "ReportRequested", "vnpt", "LC-13.2").refused("LC-13.2/ReportRequested", "due-missing")
    lc.hold(asked.event)
    ad_hoc = ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=date(2012, 2, 1), last_day=date(2012, 3, 1))
    lc.when(
        "vnpt", "ReportSubmitted", "dic ppc", "LC-13.2",
        cause=asked.event, request=asked.event.id, occasion=ReportOccasion.ON_REQUEST, period=ad_hoc,
    ).allowed("LC-13.2/ReportSubmitted")  # fmt: skip
