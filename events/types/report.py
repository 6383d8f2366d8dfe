"""Reports: asked for, submitted, consolidated (LC-D2, LC-13; DL-D2, DL-12)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.types.figures import ReportFigures
from events.values.identifiers import AgencyId, EventId, Natural
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.matter import Category
from events.values.period import ReportingPeriod
from events.values.text import Distinct, Several, Text


class ReportOccasion(Labelled):
    """Why there is a report (LC-13.2)."""

    PERIODIC = "periodic", "định kỳ", "periodic"
    INCIDENT = "incident", "đột xuất khi có vụ việc phát sinh", "ad hoc, on an incident"
    ON_REQUEST = "on_request", "theo yêu cầu của cơ quan có thẩm quyền", "ad hoc, on request"


class ReportRequested(Document):
    """A report is asked for; due by the envelope's `dueat` (LC-13.2)."""

    MEANING_VI: ClassVar[str] = "Yêu cầu báo cáo"
    MEANING_EN: ClassVar[str] = "A report is asked for"

    occasion: ReportOccasion = Member(description="Loại báo cáo")
    period: ReportingPeriod = Member(description="Kỳ báo cáo")
    reason: Text = Member(description="Lý do")
    categories: Distinct[Category] = Member(default=(), description="Loại vi phạm cần báo cáo")
    incident: EventId | None = Member(default=None, description="Văn bản về vụ việc phát sinh")


class InheritedWork(Value):
    """Whose work counts with the reporting agency's own, since it stands in that one's place: from an instant on.

    `report` is that agency's own report on the period, which counts what came before.
    """

    agency: AgencyId
    counted_from: Instant
    report: EventId | None = None


class ReportSubmitted(Document):
    """An agency reports on a period. `request` is what asked for it, `incident` the event it was occasioned by.

    `inherited` names the agencies whose unreported work the figures count, too.
    """

    MEANING_VI: ClassVar[str] = "Báo cáo kết quả công tác phòng, chống vi phạm"
    MEANING_EN: ClassVar[str] = "A report is submitted"

    occasion: ReportOccasion = Member(description="Loại báo cáo")
    period: ReportingPeriod = Member(description="Kỳ báo cáo")
    request: EventId | None = Member(default=None, description="Văn bản yêu cầu báo cáo")
    incident: EventId | None = Member(default=None, description="Văn bản về vụ việc phát sinh")
    figures: ReportFigures = Member(description="Số liệu")
    inherited: Several[InheritedWork] = Member(default=(), description="Số liệu kế thừa từ cơ quan đã chuyển nhiệm vụ")
    assessment: Text = Member(description="Đánh giá tình hình, kết quả")
    difficulties: Text | None = Member(default=None, description="Khó khăn, vướng mắc")
    proposals: Text | None = Member(default=None, description="Đề xuất, kiến nghị")


class IncludedReport(Value):
    """A report that the consolidated one was built from. Its median is repeated here."""

    agency: AgencyId
    report: EventId
    median_minutes_to_answer: Natural | None = None


class MissingReport(Value):
    """A report that was due and had not come when the consolidated one was built."""

    agency: AgencyId
    due: Instant


class ReportConsolidated(Document):
    """DIC's report to the PPC, built from what the others submitted; it names the reports that are missing.

    Its figures leave the median out, since medians do not add up; `included` has each report's own.
    """

    MEANING_VI: ClassVar[str] = "Báo cáo tổng hợp kết quả thực hiện Quy chế"
    MEANING_EN: ClassVar[str] = "Reports are consolidated for the PPC"

    period: ReportingPeriod = Member(description="Kỳ báo cáo")
    included: Several[IncludedReport] = Member(default=(), description="Báo cáo được tổng hợp")
    missing: Several[MissingReport] = Member(default=(), description="Báo cáo còn thiếu")
    figures: ReportFigures = Member(description="Số liệu tổng hợp")
    assessment: Text = Member(description="Đánh giá tình hình, kết quả")
    difficulties: Text | None = Member(default=None, description="Khó khăn, vướng mắc")
    proposals: Text | None = Member(default=None, description="Đề xuất, kiến nghị")
