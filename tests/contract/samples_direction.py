"""Contents on emergencies, seizures, directions, disagreements and outside help, in the catalogue's order."""

from __future__ import annotations

from datetime import date

from events.content import Content
from events.types.direction import (
    DirectedTask,
    DirectionIssued,
    DirectionKind,
    GuidanceIssued,
    GuidanceKind,
    Settlement,
)
from events.types.disagreement import DisagreementEscalated, DisagreementRaised, DisputedPoint, Position
from events.types.emergency import ConfirmationExtent, EmergencyNoticeConfirmed, EmergencyNoticeGiven, ToldOfficer
from events.types.seizure import SeizureHandling, SeizureReported
from events.types.support import (
    Authority,
    AuthorityLevel,
    PlanStep,
    SupportAnswered,
    SupportKind,
    SupportOutcome,
    SupportProposed,
    SupportRequested,
)
from events.values.document import Channel, Urgency
from events.values.handling import HandlingMethod, ViolationDegree
from events.values.matter import Category, Field
from tests.contract.sample_values import EXHIBIT, OFFICER, PARCEL, PERSON, PLACE, SUMMARY, event_id, moment
from tests.contract.samples_values import CONTRACT, DECREE, RECORD

_AUTHORITY = Authority(name="Cục Tần số vô tuyến điện", level=AuthorityLevel.OUTSIDE, agency="cuc-tan-so")
_STEP = PlanStep(id="b1", text="Đo kiểm tần số dọc biên giới.", agency="cuc-tan-so", due=moment(28, 3))

DIRECTIONS: tuple[Content, ...] = (
    EmergencyNoticeGiven(
        subject="Thông báo khẩn về phá hoại trạm thu phát sóng",
        urgency=Urgency.HOA_TOC,
        channel=Channel.PHONE,
        category=Category.INFRASTRUCTURE_ATTACK,
        fields=(Field.TELECOM,),
        summary=SUMMARY,
        place=PLACE,
        given_at=moment(21, 2),
        given_by=OFFICER,
        told=(ToldOfficer(agency="dic", officer=OFFICER, told_at=moment(21, 2)),),
        grounds="Trạm đang bị phá, mất liên lạc cả huyện.",
        measures_asked="Cử lực lượng bảo vệ hiện trường ngay.",
        jointly_with=("police",),
    ),
    EmergencyNoticeConfirmed(
        subject="Xác nhận thông báo khẩn",
        notice=event_id(29),
        extent=ConfirmationExtent.WITH_CHANGES,
        text=SUMMARY,
        changes="Số trạm bị phá là hai, không phải một.",
    ),
    SeizureReported(
        subject="Thông báo kết quả bắt giữ",
        category=Category.CONTRABAND_BY_POST,
        fields=(Field.POST,),
        summary="Phát hiện thẻ SIM lậu trong bưu kiện.",
        place=PLACE,
        parcels=(PARCEL,),
        exhibits=(EXHIBIT,),
        persons=(PERSON,),
        seized_at=moment(20, 8),
        handling=SeizureHandling.HELD,
        value_dong=48_000_000,
        record=RECORD,
        joint_investigation_asked=True,
        note="Đang giám định xuất xứ.",
    ),
    DirectionIssued(
        subject="Chỉ đạo giải quyết ý kiến không thống nhất",
        kind=DirectionKind.SETTLEMENT,
        answers=event_id(35),
        tasks=(DirectedTask(id="n1", text="Chuyển hồ sơ sang cơ quan điều tra.", assignee="dic", due=moment(27, 10)),),
        settlement=Settlement(
            degree=ViolationDegree.SIGNS_OF_CRIME,
            method=HandlingMethod.TRANSFER_TO_INVESTIGATOR,
            reason="Giá trị thiệt hại vượt mức xử phạt hành chính.",
        ),
        jointly_with=("police",),
        legal_basis=(DECREE,),
    ),
    GuidanceIssued(
        subject="Hướng dẫn nghiệp vụ bảo vệ",
        kind=GuidanceKind.GUARDS,
        title="Tuần tra trạm thu phát sóng",
        text="Tuần tra hai giờ một lần, ghi sổ trực.",
        fields=(Field.TELECOM,),
        audience="Lực lượng bảo vệ của doanh nghiệp",
        applies_from=date(2026, 12, 1),
        contract=CONTRACT,
        jointly_with=("dic",),
        answers=event_id(9),
        legal_basis=(DECREE,),
    ),
    DisagreementRaised(
        subject="Ý kiến về mức độ vi phạm",
        points=(DisputedPoint.DEGREE, DisputedPoint.METHOD),
        disputed=event_id(42),
        degree=ViolationDegree.SIGNS_OF_CRIME,
        method=HandlingMethod.TRANSFER_TO_INVESTIGATOR,
        reasons="Có tổ chức, nhiều lần, thiệt hại lớn.",
        legal_basis=(DECREE,),
    ),
    DisagreementEscalated(
        subject="Báo cáo ý kiến không thống nhất",
        disagreement=event_id(34),
        points=(DisputedPoint.DEGREE,),
        positions=(
            Position(agency="dic", degree=ViolationDegree.ADMINISTRATIVE, reasons="Thiệt hại chưa xác định đủ."),
            Position(
                agency="police",
                degree=ViolationDegree.SIGNS_OF_CRIME,
                method=HandlingMethod.TRANSFER_TO_INVESTIGATOR,
                reasons="Có tổ chức.",
            ),
        ),
        proposal="Đề nghị Ủy ban nhân dân tỉnh xem xét, chỉ đạo.",
    ),
    SupportProposed(
        subject="Đề xuất phương án xử lý",
        authority=_AUTHORITY,
        kinds=(SupportKind.GUIDANCE, SupportKind.COORDINATION),
        reason="Thiết bị phát từ ngoài tỉnh.",
        consulted=("police", "vnpt"),
        plan=(_STEP, PlanStep(id="b2", text="Kiểm tra đồng thời hai địa điểm.")),
    ),
    SupportRequested(
        subject="Đề nghị hỗ trợ đo kiểm tần số",
        proposal=event_id(36),
        authority=_AUTHORITY,
        kinds=(SupportKind.COORDINATION,),
        asked=(_STEP,),
        opinion="Thống nhất phương án của cơ quan chủ trì.",
    ),
    SupportAnswered(
        subject="Trả lời đề nghị hỗ trợ",
        documents=(RECORD,),
        request=event_id(37),
        outcome=SupportOutcome.PARTLY_GRANTED,
        text="Cử một tổ đo kiểm trong ba ngày.",
        steps=(_STEP,),
    ),
)
"""From EmergencyNoticeGiven to SupportAnswered."""
