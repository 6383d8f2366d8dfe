"""Contents on look-ups, offices, publicity, assessments and enterprises' technical work, in the catalogue's order."""

from __future__ import annotations

from datetime import date

from events.content import Content
from events.types.assessment import (
    AssessmentConclusion,
    AssessmentCouncilEstablished,
    AssessmentCouncilProposed,
    AssessmentDeclineGround,
    AssessmentOccasion,
    AssessmentQuestion,
    ConclusionCertainty,
    CouncilMember,
    CouncilPosition,
    ExpertAssessmentDeclined,
    ExpertAssessmentDelivered,
    ExpertAssessmentRequested,
)
from events.types.delegation import DelegationEnded, DelegationEndReason, DelegationGranted, DelegationScope
from events.types.focal_point import FocalPointDesignated
from events.types.lookup import (
    LookupAnswered,
    LookupRequested,
    LookupResult,
    RecordConsulted,
    RecordKey,
    RecordKind,
)
from events.types.provision import ProvisionExecuted, ProvisionImpossible, ProvisionObstacle, ProvisionOrdered
from events.types.publicity import Medium, Publication, PublicityReported, PublicityRequested, PublishableItem
from events.types.suspension import SuspensionEnd
from events.types.technical import (
    IncidentKind,
    IncidentStatus,
    TechnicalIncidentReported,
    TechnicalMeasure,
    TechnicalMeasureKind,
    TechnicalMeasureReported,
)
from events.values.document import Channel
from events.values.matter import Category, Field
from tests.contract.sample_values import (
    EXHIBIT,
    OFFICER,
    PARCEL,
    PERSON,
    PLACE,
    REGULATION,
    SERVICE,
    SUBSCRIBER,
    TARGET,
    event_id,
    moment,
)
from tests.contract.samples_values import CONTRACT, DECREE, FIRST_DAY, LAST_DAY

_KEYS = (
    RecordKey(id="t1", kind=RecordKind.SUBSCRIBER, identifier="+84912000123"),
    RecordKey(id="t2", kind=RecordKind.EVENT, identifier=event_id(1)),
)
_COUNCIL = (
    CouncilMember(officer=OFFICER, position=CouncilPosition.CHAIR, agency="dic"),
    CouncilMember(officer=OFFICER, position=CouncilPosition.MEMBER),
)

SERVICES: tuple[Content, ...] = (
    LookupRequested(
        subject="Tra cứu thuê bao",
        channel=Channel.ONLINE_LOOKUP,
        records=_KEYS,
        purpose="Xác minh chủ thể sử dụng SIM.",
        officer=OFFICER,
    ),
    LookupAnswered(
        subject="Trả lời tra cứu",
        channel=Channel.ONLINE_LOOKUP,
        request=event_id(52),
        results=(
            LookupResult(
                record="t1",
                found=True,
                subscribers=(SUBSCRIBER,),
                services=(SERVICE,),
                parcels=(PARCEL,),
                exhibits=(EXHIBIT,),
                persons=(PERSON,),
                events=(event_id(1),),
            ),
            LookupResult(record="t2", found=False),
        ),
        as_of=moment(21, 5),
    ),
    RecordConsulted(
        subject="Ghi nhận tra cứu",
        request=event_id(52),
        answer=event_id(53),
        consulted_by="police",
        officer=OFFICER,
        records=_KEYS,
        found=("t1",),
        consulted_at=moment(21, 5),
        purpose="Xác minh chủ thể sử dụng SIM.",
    ),
    FocalPointDesignated(
        subject="Cử đầu mối phối hợp",
        unit="Phòng Viễn thông",
        officer=OFFICER,
        phone="+842143840002",
        email="vienthong@laocai.gov.vn",
        fields=(Field.TELECOM,),
        since=moment(23, 0),
        replaces=event_id(92),
        note="Thay đầu mối cũ nghỉ hưu.",
    ),
    DelegationGranted(
        subject="Giao ký thay",
        delegate="deputy-1",
        officer=OFFICER,
        scope=DelegationScope(
            event_types=("InfoProvided", "InfoRequested"),
            categories=(Category.CHARGE_THEFT,),
            fields=(Field.TELECOM,),
            cases=(event_id(900),),
        ),
        since=moment(23, 0),
        until=moment(30, 0),
    ),
    DelegationEnded(
        subject="Chấm dứt giao ký thay",
        delegation=event_id(56),
        ends_at=moment(25, 0),
        reason=DelegationEndReason.WITHDRAWN,
        explanation="Thủ trưởng đã đi công tác về.",
    ),
    PublicityRequested(
        subject="Đề nghị đăng tải",
        title="Cảnh báo thủ đoạn SIM box",
        publishable=(PublishableItem(id="n1", text="Không cho thuê SIM đứng tên mình.", source=event_id(15)),),
        media=(Medium.TELEVISION, Medium.ONLINE),
        audience="Nhân dân trong tỉnh",
        from_day=FIRST_DAY,
        to_day=LAST_DAY,
    ),
    PublicityReported(
        subject="Báo cáo kết quả tuyên truyền",
        request=event_id(58),
        publications=(
            Publication(
                medium=Medium.ONLINE,
                title="Cảnh báo SIM box",
                published_at=moment(24, 2),
                times=3,
                items=("n1",),
                address="https://laocaitv.vn/canh-bao",
            ),
        ),
        people_reached=12_000,
        summary="Đã phát ba lần.",
    ),
    ExpertAssessmentRequested(
        subject="Trưng cầu giám định thiết bị",
        occasion=AssessmentOccasion.REQUISITION,
        requisition=REGULATION,
        fields=(Field.TELECOM,),
        questions=(AssessmentQuestion(id="g1", text="Thiết bị có chuyển được lưu lượng quốc tế không?"),),
        exhibits=(EXHIBIT,),
        legal_basis=(DECREE,),
    ),
    ExpertAssessmentDelivered(
        subject="Kết luận giám định",
        request=event_id(60),
        council=event_id(64),
        experts=(OFFICER,),
        began_at=moment(22, 1),
        ended_at=moment(24, 9),
        method="Đo kiểm trên băng tần thực tế.",
        conclusions=(AssessmentConclusion(question="g1", certainty=ConclusionCertainty.CONCLUSIVE, text="Có."),),
    ),
    ExpertAssessmentDeclined(
        subject="Từ chối giám định",
        request=event_id(60),
        ground=AssessmentDeclineGround.OUTSIDE_FIELD,
        explanation="Thiết bị y tế không thuộc lĩnh vực quản lý.",
    ),
    AssessmentCouncilProposed(
        subject="Trình thành lập Hội đồng giám định",
        request=event_id(60),
        fields=(Field.TELECOM,),
        members=_COUNCIL,
        tasks="Giám định thiết bị thu giữ.",
        legal_basis=(DECREE,),
    ),
    AssessmentCouncilEstablished(
        subject="Thành lập Hội đồng giám định",
        proposal=event_id(63),
        agency="hd-giam-dinh",
        members=_COUNCIL,
        tasks="Giám định thiết bị thu giữ.",
        established_on=date(2026, 11, 22),
        legal_basis=(DECREE,),
    ),
    TechnicalMeasureReported(
        subject="Báo cáo biện pháp kỹ thuật",
        incident=event_id(66),
        fields=(Field.TELECOM,),
        categories=(Category.CHARGE_THEFT,),
        measures=(
            TechnicalMeasure(
                id="k1",
                kind=TechnicalMeasureKind.TRAFFIC_REVIEW,
                text="Rà soát lưu lượng theo trạm.",
                since=moment(2, 1),
                until=moment(20, 1),
                place=PLACE,
                cost_dong=12_000_000,
                damage_avoided_dong=300_000_000,
            ),
        ),
        agents_checked=40,
        agents_in_breach=2,
        guard_contracts=(CONTRACT,),
    ),
    TechnicalIncidentReported(
        subject="Báo cáo sự cố kỹ thuật",
        updates=event_id(91),
        kind=IncidentKind.CABLE_CUT,
        status=IncidentStatus.RESOLVED,
        fields=(Field.TELECOM,),
        began_at=moment(19, 20),
        noticed_at=moment(19, 21),
        ended_at=moment(20, 3),
        place=PLACE,
        services=(SERVICE,),
        subscribers_affected=1_800,
        effect="Hệ thống giám sát mất kết nối bảy giờ.",
        cause="Máy xúc làm đứt cáp quang.",
        summary="Đã hàn nối xong.",
    ),
    ProvisionOrdered(
        subject="Yêu cầu cung cấp dịch vụ",
        targets=(TARGET,),
        legal_basis=(DECREE,),
        reason="Bảo đảm thông tin tại hiện trường.",
        starts_at=moment(22, 0),
        ends=SuspensionEnd(at=moment(28, 17), condition="Khi kết thúc nhiệm vụ."),
    ),
    ProvisionExecuted(
        subject="Đã cung cấp dịch vụ",
        order=event_id(67),
        executed_at=moment(22, 1),
        targets=(TARGET,),
        note="Hai đường truyền.",
    ),
    ProvisionImpossible(
        subject="Không thể cung cấp dịch vụ",
        order=event_id(67),
        reason=ProvisionObstacle.TECHNICALLY_IMPOSSIBLE,
        explanation="Địa điểm không có vùng phủ sóng.",
    ),
)
"""From LookupRequested to ProvisionImpossible."""
