"""The draft of a report step: made from its actor's own views, as `phoihop report` makes it."""

from __future__ import annotations

import asyncio

from events.catalogue import read_content
from events.draft import Draft
from events.types.report import ReportSubmitted
from services.agency.service import AgencyService
from services.demo.readiness import LONGEST_WAIT_SECONDS
from services.demo.step import Step
from services.demo.watching import Watch
from services.identity.directory_folder import DirectoryFolder
from services.reports.duties import calendar_duties
from services.reports.periods import read_period
from services.reports.writing import LOOKED_AHEAD, Desk, Words, consolidated_report, own_report


async def report_draft(step: Step, service: AgencyService, watch: Watch) -> Draft:
    """The report that the calendar asks of the step's actor next, its figures counted over everything recorded.

    Raises `NoReportDue`, `PeriodNotBegun`, `ConditionUnmet`.
    """
    await watch.until(
        lambda: service.views.position >= service.record.last_position,
        f"the views of {step.by} hold all that its record does",
        LONGEST_WAIT_SECONDS,
    )

    def received(event_id: str) -> ReportSubmitted:
        entry = watch.held(step.by, event_id)
        content = read_content(entry.event) if entry is not None else None
        if isinstance(content, ReportSubmitted):
            return content
        raise LookupError(f"{step.by} holds no report {event_id}")

    def written() -> Draft:
        now = service.now()
        duties = calendar_duties(DirectoryFolder.of(service.folder.root).chain(), now + LOOKED_AHEAD)
        desk = Desk(step.by, service.context.directory, service.views, duties, now)
        period = read_period(step.period) if step.period else None
        if step.does == "consolidate":
            return consolidated_report(desk, period, Words(), received)
        return own_report(desk, period, Words())

    return await asyncio.to_thread(written)
