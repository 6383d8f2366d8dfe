"""One telling content of each event type: a SIM-box case in Lào Cai, and the protocol's own messages around it.

People, numbers and addresses are made up.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from events import base64url
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
from events.types.protocol import (
    DirectoryPublished,
    EventReceived,
    EventRefused,
    GapDeclared,
    HeadsAnnounced,
    LostRange,
    ReceiptEntry,
    ReceiptOutcome,
    RelayedEvent,
    RepairProvided,
    RepairRequested,
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
from events.values.document import Attachment, Channel, DocumentReference, PaperOriginal, Urgency
from events.values.goods import Exhibit, Parcel, Unit
from events.values.instant import Period
from events.values.matter import Category, Field
from events.values.person import IdentityDocument, IdentityDocumentKind, Involvement, Officer, Person, Place
from events.values.service import (
    IdentifierKind,
    Service,
    ServiceKind,
    ServiceTarget,
    Subscriber,
    TrafficKind,
    TrafficRecord,
)


def event_id(number: int) -> str:
    """A fixed event id."""
    return f"5f0c0000-0000-4000-8000-{number:012d}"


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, 30, 125_000, tzinfo=UTC)


DIGEST = base64url.encode(bytes(range(32)))
SHA256 = bytes(range(32)).hex()

PLACE = Place(
    address="Số 12 đường Hoàng Liên",
    commune="phường Cốc Lếu",
    district="thành phố Lào Cai",
    province="Lào Cai",
    latitude_microdegrees=22_485_600,
    longitude_microdegrees=103_970_700,
)
SUBSCRIBER = Subscriber(
    kind=IdentifierKind.PHONE_NUMBER,
    identifier="+84912000123",
    provider="vnpt",
    holder="Nguyễn Văn Ánh",
    identity=IdentityDocument(kind=IdentityDocumentKind.CITIZEN_ID, number="010090000123", issued_on=date(2021, 5, 4)),
    address=PLACE,
    registered_at=moment(1, 2),
)
SERVICE = Service(kind=ServiceKind.MOBILE, provider="vnpt", reference="HĐ-2026/00123")
TARGET = ServiceTarget(service=SERVICE, subscriber=SUBSCRIBER)
PERSON = Person(name="Trần Thị Được", involvement=Involvement.SUSPECT, born_on=date(1990, 2, 28), phone="+84912000124")
EXHIBIT = Exhibit(name="Bộ SIM box 32 cổng", serial="SB32-0007", unit=Unit.PIECE, kept_at="Kho tang vật", sha256=SHA256)
PARCEL = Parcel(
    number="EK123456789VN",
    carrier="buu-dien",
    sender="Cửa hàng Phương Đông",
    declared_contents="quần áo",
    found_contents="thẻ SIM chưa kích hoạt",
    weight_grams=1_250,
    accepted_at=moment(2, 3),
)
ATTACHMENT = Attachment(name="Phụ lục 01 – cuộc gọi.csv", media_type="text/csv", size_bytes=48_213, sha256=SHA256)
REGULATION = DocumentReference(
    number="29",
    symbol="2008/QĐ-UBND",
    date=date(2008, 7, 7),
    issuer="Ủy ban nhân dân tỉnh Lào Cai",
    title="Quyết định ban hành Quy chế phối hợp",
)
OFFICER = Officer(name="Lê Minh Đức", position="Đội trưởng", unit="Phòng An ninh mạng", phone="+842143840001")
SUMMARY = "Phát hiện nhiều SIM phát sinh lưu lượng bất thường tại một vị trí.\nNghi sử dụng SIM box."


def _matter(subject: str) -> dict[str, object]:
    return {
        "subject": subject,
        "category": Category.CHARGE_THEFT,
        "fields": (Field.TELECOM, Field.IT),
        "summary": SUMMARY,
    }


SAMPLES: tuple[Content, ...] = (
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
    EventReceived(
        upto_count=2,
        upto_digest=DIGEST,
        refused=(2,),
        entries=(
            ReceiptEntry(
                count=1,
                event=event_id(1),
                digest=DIGEST,
                outcome=ReceiptOutcome.ADMITTED,
                incoming_number=7,
                admitted_at=moment(21, 3),
                stream_sequence=41,
                stored_at=moment(21, 2, 59),
                directory_version=1,
                late=False,
            ),
            ReceiptEntry(
                count=2,
                event=event_id(2),
                digest=DIGEST,
                outcome=ReceiptOutcome.REFUSED,
                admitted_at=moment(21, 4),
                directory_version=1,
                late=True,
            ),
        ),
    ),
    EventRefused(
        event=event_id(2),
        count=2,
        digest=DIGEST,
        check=12,
        reason="unlawful",
        clause="LC-10.3",
        explanation="Hải quan không có thẩm quyền yêu cầu tạm ngừng dịch vụ.",
    ),
    HeadsAnnounced(
        sent_count=41,
        sent_digest=DIGEST,
        received_count=0,
        received_digest=base64url.encode(bytes(32)),
        directory_version=3,
        reply_wanted=True,
    ),
    RepairRequested(of="vnpt", addressed_to="dic", from_count=5, to_count=9, receipts=False),
    RepairProvided(
        of="vnpt",
        addressed_to="dic",
        events=(RelayedEvent(signature=f"eyJhbGciOiJFZDI1NTE5In0..{base64url.encode(bytes(64))}", payload="e30"),),
        lost=(LostRange(from_count=6, to_count=9),),
    ),
    GapDeclared(from_count=6, to_count=9, to_digest=DIGEST, reason="Ổ đĩa hỏng, không còn bản sao nào."),
    DirectoryPublished(version=2, note="phoihop.lao-cai.root\n…\n\n— phoihop.lao-cai.root AAAA\n"),
)
"""A content of every event type."""
