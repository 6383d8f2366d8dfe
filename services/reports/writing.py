"""Drafts of reports: an agency's own, filled from its views, and the focal point's, built from those it received."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from events.calendar.counting import counted_from_until
from events.calendar.falling_due import FallingDue
from events.directory import Directory
from events.draft import Draft
from events.errors import Malformed
from events.instants import format_instant, whole_milliseconds
from events.known_event import KnownEvent
from events.types.figures import CaseStanding, ReportFigures
from events.types.report import (
    IncludedReport,
    InheritedWork,
    MissingReport,
    ReportConsolidated,
    ReportOccasion,
    ReportRequested,
    ReportSubmitted,
)
from events.values.period import ReportingPeriod
from events.values.text import Text
from projections.calendar import ReceivedReport
from projections.obligations import ObligationFilter, ObligationKind
from projections.views import Views
from services.errors import UsageFault
from services.reports.periods import name_period, show_period
from services.reports.sums import CountedReport, summed

LOOKED_AHEAD = timedelta(days=400)
"""How far ahead the next report is looked for, where nobody names its period."""


class NoReportDue(UsageFault):
    """The calendar asks this agency for no such report."""


class PeriodNotBegun(UsageFault):
    """Nothing has been counted for the period yet."""


class NoReportRequest(UsageFault):
    """The event that a report should answer asks for none."""


_TEXT: TypeAdapter[str | None] = TypeAdapter(Text | None)


@dataclass(frozen=True)
class Words:
    """What a person adds to the figures; an assessment that nobody wrote is the figures in a sentence.

    Raises `Malformed` for what no text of a document may be.
    """

    assessment: str | None = None
    difficulties: str | None = None
    proposals: str | None = None

    def __post_init__(self) -> None:
        for name, text in vars(self).items():
            try:
                _TEXT.validate_python(text or None)
            except ValidationError as error:
                raise Malformed("report", f"{name}: {error.errors(include_url=False)[0]['msg']}") from error


@dataclass(frozen=True)
class Desk:
    """Whose report it is, and what it is made from. `duties` reach `LOOKED_AHEAD`."""

    me: str
    directory: Directory
    views: Views
    duties: Sequence[FallingDue]
    now: datetime


def next_duty(desk: Desk, kind: ObligationKind, period: ReportingPeriod | None = None) -> FallingDue | None:
    """The duty of this agency's for a period; without one, the soonest that is not settled. None if there is none."""
    mine = [owed for owed in desk.duties if owed.debtor == desk.me and owed.duty.kind == kind]
    if period is not None:
        return next((owed for owed in mine if owed.period == period), None)
    wanted = ObligationFilter(debtor=desk.me, kind=kind)
    ahead = desk.now + LOOKED_AHEAD
    open_keys = {o.event_id for o in desk.views.obligations(now=ahead, wanted=wanted, calendar=mine, me=desk.me)}
    return next((owed for owed in mine if owed.key in open_keys), None)


def own_report(desk: Desk, period: ReportingPeriod | None, words: Words, *, request: KnownEvent | None = None) -> Draft:
    """The draft of this agency's report on a period, its figures counted up to now at the latest.

    Without a period it is the request's, or that of the next report due. Raises `NoReportDue`, `PeriodNotBegun`,
    `NoReportRequest`.
    """
    duty = None
    recipients = set(desk.directory.agencies_with_role("dic", desk.now)) - {desk.me}
    if request is not None:
        if not isinstance(request.content, ReportRequested):
            raise NoReportRequest(
                what=f"event {request.id} asks for no report",
                why=f"it is a {request.event_type}",
                next_step="name a ReportRequested, see `phoihop inbox`",
            )
        period = period or request.content.period
        recipients.add(request.envelope.sender)
    else:
        duty = next_duty(desk, ObligationKind.SUBMIT_REPORT, period)
        period = period or (duty.period if duty else None)
    if period is None:
        raise _none_due(desk, "submit_report")
    since, until = _counted(period, desk.now)
    gone = [agency for agency, heir in desk.directory.heirs_at(desk.now).items() if heir == desk.me]
    parts = desk.views.counted_parts(gone, period, since=since, until=until)
    figures = desk.views.report_figures(desk.me, since=since, until=until, inherited=parts)
    occasion = ReportOccasion.ON_REQUEST if request else ReportOccasion.PERIODIC if duty else ReportOccasion.INCIDENT
    content = ReportSubmitted(
        subject=f"Báo cáo kết quả phòng, chống vi phạm {name_period(period)}",
        occasion=occasion,
        period=period,
        request=request.id if request else None,
        figures=figures,
        inherited=tuple(
            InheritedWork(agency=part.agency, counted_from=part.since, report=part.report)
            for part in parts
            if part.standing
        ),
        assessment=words.assessment or in_a_sentence(figures),
        difficulties=words.difficulties,
        proposals=words.proposals,
    )
    clause = duty.duty.clause if duty else None
    return Draft(content, tuple(sorted(recipients)), clause=clause, cause=request.id if request else None)


def consolidated_report(
    desk: Desk, period: ReportingPeriod | None, words: Words, read: Callable[[str], ReportSubmitted]
) -> Draft:
    """The draft of the focal point's report: what came is added up, what was owed and did not come is named.

    `read` gives a received report by its event id. Raises `NoReportDue` or `PeriodNotBegun`.
    """
    duty = next_duty(desk, ObligationKind.CONSOLIDATE_REPORT, period)
    period = period or (duty.period if duty else None)
    if duty is None or period is None:
        raise _none_due(desk, "consolidate_report")
    owed = [
        one
        for one in desk.duties
        if one.duty.kind == "submit_report" and one.creditor == desk.me and _lies_within(one.period, period)
    ]
    within = {one.period for one in owed if one.period is not None} or {period}
    received = [
        (one, part.first_day)
        for part in sorted(within, key=lambda part: part.first_day)
        for one in desk.views.reports_received(part)
    ]
    came = {(one.sender, first_day) for one, first_day in received}
    reports = [(one, read(one.event_id)) for one, _ in received]
    since, until = _counted(period, desk.now)
    counted = [
        CountedReport(one.sender, report.figures, _stood_in_for(desk.directory, one, report)) for one, report in reports
    ]
    content = ReportConsolidated(
        subject=f"Báo cáo tổng hợp kết quả thực hiện Quy chế phối hợp {name_period(period)}",
        period=period,
        included=tuple(
            IncludedReport(
                agency=one.sender,
                report=one.event_id,
                median_minutes_to_answer=report.figures.requests.median_minutes_to_answer,
            )
            for one, report in reports
        ),
        missing=tuple(
            MissingReport(agency=one.debtor, due=one.due)
            for one in owed
            if one.period and one.due and (one.debtor, one.period.first_day) not in came
        ),
        figures=(figures := summed(counted, since, until)),
        assessment=words.assessment or in_a_sentence(figures),
        difficulties=words.difficulties,
        proposals=words.proposals,
    )
    return Draft(content, (duty.creditor,), clause=duty.duty.clause)


def in_a_sentence(figures: ReportFigures) -> str:
    """The figures as a report's first sentence would tell them, in Vietnamese."""
    closed = sum(count.cases for count in figures.cases if count.standing is CaseStanding.CLOSED)
    open_ = sum(count.cases for count in figures.cases if count.standing is CaseStanding.OPEN)
    received = sum(count.received for count in figures.suspicions)
    passed_on = sum(count.passed_on for count in figures.suspicions)
    requests, suspensions = figures.requests, figures.suspensions
    return (
        f"Trong kỳ: kết thúc {closed} vụ việc, đang xử lý {open_}; tiếp nhận {received} dấu hiệu nghi vấn, "
        f"chuyển {passed_on}; nhận {requests.received} yêu cầu, trả lời đúng hạn {requests.answered_in_time}, "
        f"quá hạn {requests.answered_late}, không cung cấp {requests.withheld}; yêu cầu tạm ngừng, ngừng dịch vụ "
        f"{suspensions.ordered}, thực hiện {suspensions.executed}, chấm dứt {suspensions.lifted}."
    )


def _stood_in_for(directory: Directory, one: ReceivedReport, report: ReportSubmitted) -> frozenset[str]:
    """The agencies whose work a report counts as well, as far as its sender stood in their place when it signed."""
    heirs = directory.heirs_at(one.signed_at)
    return frozenset(part.agency for part in report.inherited if heirs.get(part.agency) == one.sender)


def _counted(period: ReportingPeriod, now: datetime) -> tuple[datetime, datetime]:
    since, until = counted_from_until(period)
    if now <= since:
        raise PeriodNotBegun(
            what=f"there is nothing to report on {show_period(period)} yet",
            why=f"it is counted from {format_instant(since)}",
            next_step="name an earlier period with --period",
        )
    return since, min(until, whole_milliseconds(now))


def _lies_within(part: ReportingPeriod | None, whole: ReportingPeriod) -> bool:
    return part is not None and whole.first_day <= part.first_day and part.last_day <= whole.last_day


def _none_due(desk: Desk, kind: str) -> NoReportDue:
    return NoReportDue(
        what=f"the calendar asks no such report of {desk.me}",
        why=f"none of its roles owes one under {desk.directory.regulation} ({kind})",
        next_step="name the period with --period, or see `phoihop report due`",
    )
