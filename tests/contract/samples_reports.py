"""Contents on reports, corrections, silence and conflicts, and attachments on their way, in the catalogue's order."""

from __future__ import annotations

from events import base64url
from events.content import Content
from events.types.attachment import (
    AttachmentChunk,
    AttachmentObstacle,
    AttachmentReceived,
    AttachmentRequested,
    AttachmentUnavailable,
)
from events.types.conflict import ConflictResolved
from events.types.correction import (
    CorrectionConfirmed,
    CorrectionGround,
    EventCorrected,
    EventRecalled,
    MemberCorrection,
    RecallConfirmed,
)
from events.types.overdue import ReplyOverdue
from events.types.report import (
    IncludedReport,
    InheritedWork,
    MissingReport,
    ReportConsolidated,
    ReportOccasion,
    ReportRequested,
    ReportSubmitted,
)
from events.values.matter import Category
from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter
from tests.contract.sample_values import SHA256, event_id, moment
from tests.contract.samples_values import COORDINATION_RULE, FIGURES, FIRST_DAY, LAST_DAY

REPORTS: tuple[Content, ...] = (
    ReportRequested(
        subject="Yêu cầu báo cáo đột xuất",
        occasion=ReportOccasion.INCIDENT,
        period=ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=FIRST_DAY, last_day=LAST_DAY),
        reason="Đứt cáp trên diện rộng.",
        categories=(Category.INFRASTRUCTURE_ATTACK,),
        incident=event_id(66),
    ),
    ReportSubmitted(
        subject="Báo cáo quý IV",
        occasion=ReportOccasion.PERIODIC,
        period=quarter(2026, 4),
        request=event_id(70),
        incident=event_id(66),
        figures=FIGURES,
        inherited=(InheritedWork(agency="khcn", counted_from=moment(15, 9), report=event_id(72)),),
        assessment="Trộm cắp cước giảm.",
        difficulties="Thiếu thiết bị đo.",
        proposals="Trang bị máy đo tần số.",
    ),
    ReportConsolidated(
        subject="Báo cáo tổng hợp sáu tháng",
        period=half_year(2026, 2),
        included=(IncludedReport(agency="vnpt", report=event_id(71), median_minutes_to_answer=190),),
        missing=(MissingReport(agency="trade", due=moment(20, 17)),),
        figures=FIGURES,
        assessment="Phối hợp chặt chẽ.",
        difficulties="Một cơ quan chưa báo cáo.",
        proposals="Đề nghị đôn đốc.",
    ),
    EventCorrected(
        subject="Đính chính số thuê bao",
        event=event_id(1),
        ground=CorrectionGround.CLERICAL_ERROR,
        explanation="Nhập nhầm một chữ số.",
        corrections=(
            MemberCorrection(member="/subscribers/0/identifier", was='"+84912000123"', now='"+84912000132"'),
            MemberCorrection(member="/informant_reference", was='"NT-2026-07"'),
        ),
    ),
    CorrectionConfirmed(
        subject="Xác nhận đính chính", correction=event_id(73), affected=(event_id(2),), note="Đã sửa phiếu theo dõi."
    ),
    EventRecalled(
        subject="Thu hồi văn bản gửi nhầm",
        event=event_id(1),
        ground=CorrectionGround.WRONG_RECIPIENT,
        explanation="Gửi nhầm doanh nghiệp.",
        replaced_by=event_id(2),
    ),
    RecallConfirmed(
        subject="Xác nhận thu hồi",
        recall=event_id(75),
        acted_on=(event_id(13),),
        stopped_at=moment(22, 2),
        note="Chưa chuyển cho đơn vị khác.",
    ),
    ReplyOverdue(
        subject="Quá hạn trả lời", request=event_id(12), due=moment(20, 10), unanswered_by=("viettel", "vnpt")
    ),
    ConflictResolved(
        subject="Xác định cơ quan chủ trì",
        openings=(event_id(4), event_id(90)),
        upheld=event_id(4),
        lead="police",
        reason="Công an tỉnh mở vụ việc trước và có thẩm quyền.",
        legal_basis=(COORDINATION_RULE,),
    ),
)
"""From ReportRequested to ConflictResolved."""

ATTACHMENTS: tuple[Content, ...] = (
    AttachmentRequested(event=event_id(1), sha256=SHA256, from_offset=262_144, to_offset=524_288),
    AttachmentChunk(
        event=event_id(1), sha256=SHA256, size_bytes=48_213, offset=5, data=base64url.encode(b"thu,mot,hai")
    ),
    AttachmentUnavailable(event=event_id(1), sha256=SHA256, reason=AttachmentObstacle.NOT_HELD),
    AttachmentReceived(event=event_id(1), sha256=SHA256, size_bytes=48_213, verified_at=moment(22, 3)),
)
"""The messages that carry attachments."""
