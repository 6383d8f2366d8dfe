"""One telling content of each type of document: a SIM-box case in Lào Cai."""

from __future__ import annotations

from datetime import date

from events.content import Content
from events.types.case import (
    CaseBriefing,
    CaseClosed,
    CaseOpened,
    CaseOutcome,
    CaseReopened,
    LeadTransferred,
    ParticipantAdded,
)
from events.types.coordination import (
    CoordinationAccepted,
    CoordinationDeclined,
    CoordinationRequested,
    CoordinationTask,
    DeclineGround,
    TaskKind,
)
from events.types.dossier import (
    DossierItem,
    DossierItemKind,
    DossierReceived,
    DossierTransferred,
    ItemConfirmation,
    ItemStatus,
)
from events.types.information import (
    About,
    Answer,
    InfoKind,
    InfoOutcome,
    InfoProvided,
    InfoRequested,
    InfoShared,
    InfoWithheld,
    Question,
    QuestionKind,
    ReplyForm,
    WithholdingGround,
)
from events.types.suspension import (
    ImpossibleReason,
    Measure,
    SuspensionEnd,
    SuspensionExecuted,
    SuspensionImpossible,
    SuspensionLifted,
    SuspensionOrdered,
    SuspensionScope,
)
from events.types.suspicion import DismissalReason, SuspicionDismissed, SuspicionReferred, SuspicionReported
from events.values.document import Channel, PaperOriginal, Urgency
from events.values.goods import Unit
from events.values.instant import Period
from events.values.matter import Category, Field
from events.values.service import (
    ServiceTarget,
    TrafficKind,
    TrafficRecord,
)
from tests.contract.sample_values import (
    ATTACHMENT,
    EXHIBIT,
    OFFICER,
    PARCEL,
    PERSON,
    PLACE,
    REGULATION,
    SERVICE,
    SHA256,
    SUBSCRIBER,
    SUMMARY,
    TARGET,
    event_id,
    moment,
)


def _matter(subject: str) -> dict[str, object]:
    return {
        "subject": subject,
        "category": Category.CHARGE_THEFT,
        "fields": (Field.TELECOM, Field.IT),
        "summary": SUMMARY,
    }


DOCUMENTS: tuple[Content, ...] = (
    SuspicionReported(
        subject="Báo cáo dấu hiệu trộm cắp cước viễn thông",
        urgency=Urgency.KHAN,
        attachments=(ATTACHMENT,),
        documents=(REGULATION,),
        category=Category.CHARGE_THEFT,
        fields=(Field.TELECOM,),
        summary=SUMMARY,
        place=PLACE,
        subscribers=(SUBSCRIBER,),
        services=(SERVICE,),
        parcels=(PARCEL,),
        exhibits=(EXHIBIT,),
        persons=(PERSON,),
        discovered_at=moment(20, 23, 59),
        attestation=True,
        informant_reference="NT-2026-07",
        recorded_by=OFFICER,
    ),
    SuspicionReferred.model_validate(
        {**_matter("Chuyển thông tin nghi vấn"), "suspicion": event_id(1), "proposed_lead": "police"}
    ),
    SuspicionDismissed(
        subject="Không thụ lý thông tin trùng",
        suspicion=event_id(9),
        reason=DismissalReason.DUPLICATE,
        explanation="Nội dung trùng với báo cáo đã chuyển Công an tỉnh.",
        duplicate_of=event_id(1),
    ),
    CaseOpened.model_validate(
        {
            **_matter("Mở vụ việc phối hợp"),
            "title": "Vụ SIM box đường Hoàng Liên",
            "participants": ("dic", "viettel", "vnpt"),
            "suspicions": (event_id(1),),
            "discovered_by_sender": False,
        }
    ),
    ParticipantAdded(
        subject="Mời tham gia vụ việc",
        participant="customs",
        reason="Thiết bị có nguồn gốc nhập khẩu.",
        briefing=CaseBriefing(
            opening=event_id(4),
            opened_at=moment(21, 3),
            title="Vụ SIM box đường Hoàng Liên",
            category=Category.CHARGE_THEFT,
            fields=(Field.TELECOM,),
            lead="police",
            participants=("dic", "viettel", "vnpt"),
            suspicions=(event_id(1),),
            open_requests=(event_id(11),),
            summary=SUMMARY,
        ),
    ),
    LeadTransferred(subject="Chuyển chủ trì", to="investigator", reason="Có dấu hiệu tội phạm.", dossier=event_id(20)),
    CaseClosed(
        subject="Kết thúc vụ việc",
        outcome=CaseOutcome.ADMINISTRATIVE_SANCTION,
        summary="Đã xử phạt, tịch thu thiết bị.",
        decisions=(REGULATION,),
        suspensions_made_final=(event_id(15),),
    ),
    CaseReopened(subject="Mở lại vụ việc", reason="Phát hiện đồng phạm.", summary="Thêm một điểm đặt thiết bị."),
    CoordinationRequested(
        subject="Đề nghị phối hợp kiểm tra",
        urgency=Urgency.THUONG_KHAN,
        tasks=(
            CoordinationTask(id="v1", kind=TaskKind.VERIFY, text="Xác minh chủ thuê bao.", place=PLACE),
            CoordinationTask(id="v2", kind=TaskKind.TECHNICAL_SUPPORT, text="Đo sóng tại địa điểm."),
        ),
        reason="Cần xác định vị trí thiết bị.",
    ),
    CoordinationAccepted(
        subject="Nhận lời phối hợp", request=event_id(9), officer=OFFICER, unit="Phòng Kỹ thuật", note="Sẵn sàng ngay."
    ),
    CoordinationDeclined(
        subject="Từ chối phối hợp",
        request=event_id(9),
        ground=DeclineGround.OUTSIDE_FUNCTION_AND_POWERS,
        explanation="Đơn vị không quản lý tần số vô tuyến điện.",
    ),
    InfoRequested(
        subject="Yêu cầu cung cấp thông tin thuê bao",
        purpose="Xác minh chủ thể sử dụng SIM.",
        questions=(
            Question(id="q1", text="Ai đứng tên thuê bao?", kind=QuestionKind.SUBSCRIBER_IDENTITY),
            Question(id="q2", text="Các cuộc gọi trong ba ngày?", kind=QuestionKind.TRAFFIC_RECORDS),
        ),
        about=About(subscribers=(SUBSCRIBER,), period=Period(since=moment(17, 17), until=moment(20, 17))),
        legal_basis="Nghị định 151/2005/NĐ-CP, Điều 4",
    ),
    InfoProvided(
        subject="Cung cấp thông tin thuê bao",
        request=event_id(12),
        outcome=InfoOutcome.PARTIAL,
        answers=(
            Answer(question="q1", text="Thuê bao trả trước.", subscribers=(SUBSCRIBER,)),
            Answer(
                question="q2",
                traffic=(
                    TrafficRecord(
                        kind=TrafficKind.CALL,
                        origin="+84912000123",
                        destination="+8613800000000",
                        started_at=moment(18, 4),
                        duration_seconds=0,
                        cell="LCI-0042",
                    ),
                ),
            ),
        ),
        text="Dữ liệu vị trí chỉ lưu 24 giờ.",
    ),
    InfoWithheld(
        subject="Trả lời về việc cung cấp thông tin",
        request=event_id(14),
        ground=WithholdingGround.UNDER_INVESTIGATION_SECRET,
        reason="Thông tin đang trong giai đoạn xác minh, cần giữ bí mật.",
        reply_form=ReplyForm.WRITTEN,
    ),
    InfoShared(
        subject="Thông báo phương thức, thủ đoạn",
        kind=InfoKind.MODUS_OPERANDI,
        title="Thủ đoạn dùng SIM box di động",
        text="Thiết bị đặt trên xe, đổi vị trí mỗi giờ.",
        category=Category.CHARGE_THEFT,
        fields=(Field.TELECOM,),
        exhibits=(EXHIBIT,),
    ),
    SuspensionOrdered(
        subject="Yêu cầu tạm ngừng dịch vụ",
        urgency=Urgency.HOA_TOC,
        measure=Measure.PAUSE,
        targets=(TARGET, ServiceTarget(service=SERVICE, subject=PERSON)),
        scope=SuspensionScope.OUTGOING,
        legal_basis="Khoản 3 Điều 10 Quy chế kèm theo Quyết định 29/2008/QĐ-UBND",
        ends=SuspensionEnd(at=moment(28, 17), condition="Khi có quyết định xử lý."),
        interim=True,
    ),
    SuspensionExecuted(
        subject="Báo cáo đã tạm ngừng dịch vụ",
        order=event_id(16),
        executed_at=moment(21, 9, 5),
        targets=(TARGET,),
        measure=Measure.PAUSE,
        scope=SuspensionScope.OUTGOING,
    ),
    SuspensionImpossible(
        subject="Không thể tạm ngừng dịch vụ",
        order=event_id(16),
        reason=ImpossibleReason.UNKNOWN_SUBSCRIBER,
        explanation="Số thuê bao không thuộc mạng.",
    ),
    SuspensionLifted(
        subject="Chấm dứt tạm ngừng", suspension=event_id(16), reason="Đã xác minh xong.", effective_at=moment(25, 1)
    ),
    DossierTransferred(
        subject="Chuyển hồ sơ có dấu hiệu tội phạm",
        to="investigator",
        items=(
            DossierItem(
                id="A-01",
                kind=DossierItemKind.DOCUMENT,
                title="Biên bản kiểm tra",
                sha256=SHA256,
                unit=Unit.PAGE,
                quantity=7,
            ),
            DossierItem(id="B-01", kind=DossierItemKind.EXHIBIT, title="Bộ SIM box", identifier="SB32-0007"),
        ),
        reason="Giá trị thiệt hại vượt mức xử phạt hành chính.",
        passes_lead=True,
    ),
    DossierReceived(
        subject="Xác nhận nhận hồ sơ",
        channel=Channel.IN_PERSON,
        paper=PaperOriginal(number="07", symbol="BB-CQĐT", date=date(2026, 11, 24), scan=ATTACHMENT),
        transfer=event_id(20),
        items=(
            ItemConfirmation(id="A-01", status=ItemStatus.RECEIVED),
            ItemConfirmation(id="B-01", status=ItemStatus.DAMAGED, note="Vỡ một ăng-ten."),
        ),
        received_at=moment(24, 2),
        officer=OFFICER,
    ),
)
"""A content of every type of document."""
