"""Contents on inspections, decisions, enforcement, proposals and meetings, in the catalogue's order."""

from __future__ import annotations

from datetime import date

from events.content import Content
from events.types.information import About
from events.types.inspection import (
    Finding,
    InspectionGround,
    InspectionMembershipConfirmed,
    InspectionReported,
    InspectionRequested,
    InspectionTeamFormed,
    TeamMember,
)
from events.types.meeting import (
    AgendaItem,
    Attendance,
    Conclusion,
    MeetingCalled,
    MeetingKind,
    MinutesShared,
)
from events.types.proposal import (
    DifficultyReported,
    ProposalKind,
    ProposalSubmitted,
    ProposedMeasure,
    Recommendation,
    RecommendationAnswered,
    RecommendationIssued,
    RecommendationReply,
    RecommendationStanding,
)
from events.types.violation import (
    EnforcedMeasure,
    EnforcementMeasure,
    EnforcementMeasureKind,
    EnforcementReported,
    EnforcementRequested,
    EnforcementStatus,
    Sanction,
    SanctionedViolator,
    SanctionKind,
    ViolationDecided,
)
from events.values.handling import ViolationDegree
from events.values.matter import Category, Field
from events.values.period import half_year
from tests.contract.sample_values import EXHIBIT, OFFICER, PARCEL, PERSON, PLACE, REGULATION, event_id, moment
from tests.contract.samples_values import DECREE, FIRST_DAY, LAST_DAY

INSPECTIONS: tuple[Content, ...] = (
    InspectionRequested(
        subject="Đề nghị kiểm tra bưu cục",
        ground=InspectionGround.AD_HOC,
        fields=(Field.POST,),
        scope="Túi bưu phẩm, bưu kiện, phương tiện vận chuyển.",
        about=About(parcels=(PARCEL,), place=PLACE),
        from_day=FIRST_DAY,
        to_day=LAST_DAY,
        reason="Nhận tin báo về hàng cấm.",
        legal_basis=(DECREE,),
    ),
    InspectionTeamFormed(
        subject="Thành lập đoàn kiểm tra liên ngành",
        ground=InspectionGround.AT_REQUEST,
        request=event_id(39),
        plan=REGULATION,
        leading="dic",
        head_of_team=OFFICER,
        members=(TeamMember(agency="customs", officers=(OFFICER,)), TeamMember(agency="police")),
        fields=(Field.POST, Field.TELECOM),
        scope="Việc chấp hành quy trình nghiệp vụ.",
        from_day=FIRST_DAY,
        to_day=LAST_DAY,
        legal_basis=(DECREE,),
    ),
    InspectionMembershipConfirmed(
        subject="Cử cán bộ tham gia đoàn", team=event_id(40), officers=(OFFICER,), note="Có mặt từ ngày đầu."
    ),
    InspectionReported(
        subject="Báo cáo kết quả kiểm tra",
        ground=InspectionGround.AT_REQUEST,
        request=event_id(39),
        team=event_id(40),
        fields=(Field.POST,),
        inspected=(PERSON,),
        enterprises=("buu-dien",),
        place=PLACE,
        from_day=FIRST_DAY,
        to_day=LAST_DAY,
        findings=(
            Finding(
                id="p1",
                text="Chấp nhận bưu kiện không có hóa đơn.",
                degree=ViolationDegree.ADMINISTRATIVE,
                category=Category.POSTAL_PROCEDURE,
                violators=(PERSON,),
                legal_basis=(DECREE,),
            ),
        ),
        parcels_checked=412,
        devices_checked=0,
        exhibits=(EXHIBIT,),
        conclusion=ViolationDegree.ADMINISTRATIVE,
        summary="Một vi phạm về quy trình.",
        measures_taken="Lập biên bản, tạm giữ bưu kiện.",
    ),
    ViolationDecided(
        subject="Quyết định xử phạt vi phạm hành chính",
        inspection=event_id(42),
        category=Category.ILLEGAL_TELECOM_EQUIPMENT,
        fields=(Field.TELECOM,),
        degree=ViolationDegree.ADMINISTRATIVE,
        violators=(
            SanctionedViolator(
                violator=PERSON,
                sanctions=(
                    Sanction(id="h1", kind=SanctionKind.FINE, amount_dong=25_000_000),
                    Sanction(id="h2", kind=SanctionKind.CONFISCATION, exhibits=(EXHIBIT,), text="Tịch thu sung công."),
                    Sanction(id="h3", kind=SanctionKind.ACTIVITY_SUSPENDED, duration_days=90),
                ),
            ),
        ),
        facts="Kinh doanh thiết bị không có giấy phép.",
        legal_basis=(DECREE,),
        effective_on=date(2026, 11, 28),
        comply_by=date(2026, 12, 8),
        suspensions_upheld=(event_id(16),),
    ),
    EnforcementRequested(
        subject="Đề nghị cưỡng chế",
        decision=event_id(43),
        measures=(
            EnforcementMeasure(
                id="c1",
                kind=EnforcementMeasureKind.ACCOUNT_DEDUCTION,
                text="Khấu trừ từ tài khoản ngân hàng.",
                amount_dong=25_000_000,
            ),
        ),
        reason="Quá thời hạn mà chưa nộp phạt.",
        legal_basis=(DECREE,),
    ),
    EnforcementReported(
        subject="Báo cáo kết quả cưỡng chế",
        request=event_id(44),
        decision=event_id(43),
        status=EnforcementStatus.PARTLY_ENFORCED,
        results=(
            EnforcedMeasure(
                id="c1",
                status=EnforcementStatus.PARTLY_ENFORCED,
                collected_dong=10_000_000,
                enforced_at=moment(27, 4),
                note="Tài khoản không đủ số dư.",
            ),
        ),
        summary="Còn 15 triệu đồng.",
    ),
    ProposalSubmitted(
        subject="Tờ trình về cơ chế phối hợp",
        kind=ProposalKind.REGULATION_CHANGE,
        title="Bổ sung thời hạn trả lời",
        grounds="Nhiều yêu cầu không nêu thời hạn.",
        measures=(
            ProposedMeasure(
                id="d1", text="Quy định thời hạn ba ngày làm việc.", agency="dic", clause="LC-5.2", cost_dong=0
            ),
        ),
        to_be_directed=("police", "trade"),
        difficulties=(event_id(47),),
    ),
    DifficultyReported(
        subject="Phản ánh vướng mắc",
        clauses=("LC-5.2",),
        fields=(Field.TELECOM,),
        difficulty="Không rõ thời hạn trả lời.",
        proposal="Quy định thời hạn trong Quy chế.",
    ),
    RecommendationIssued(
        subject="Kiến nghị khắc phục sơ hở",
        inspection=event_id(42),
        recommendations=(
            Recommendation(
                id="k1",
                loophole="Đại lý bán SIM không kiểm tra giấy tờ.",
                text="Kiểm tra đại lý hằng tháng.",
                due=moment(30, 10),
            ),
        ),
    ),
    RecommendationAnswered(
        subject="Trả lời kiến nghị",
        recommendation=event_id(48),
        replies=(
            RecommendationReply(
                id="k1", standing=RecommendationStanding.PLANNED, text="Bắt đầu từ tháng 12.", done_by=moment(30, 9)
            ),
        ),
    ),
    MeetingCalled(
        subject="Giấy mời họp giao ban",
        kind=MeetingKind.BRIEFING,
        title="Giao ban sáu tháng cuối năm",
        begins_at=moment(30, 1),
        ends_at=moment(30, 4),
        place=PLACE,
        chair=OFFICER,
        agenda=(AgendaItem(id="m1", text="Kết quả phối hợp.", presenter="dic"),),
        period=half_year(2026, 2),
    ),
    MinutesShared(
        subject="Biên bản họp giao ban",
        meeting=event_id(50),
        began_at=moment(30, 1),
        ended_at=moment(30, 3),
        attendance=(Attendance(agency="police", officers=(OFFICER,)), Attendance(agency="trade")),
        proceedings="Các cơ quan báo cáo kết quả.",
        conclusions=(
            Conclusion(
                id="l1",
                agenda_item="m1",
                text="Hoàn thành báo cáo còn thiếu.",
                assignee="trade",
                due=moment(30, 10),
            ),
        ),
    ),
)
"""From InspectionRequested to MinutesShared."""
