"""Technical measures and incidents of enterprises (LC-10.2; DL-10.1, DL-10.2, DL-10.4a, DL-10.4b)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.identifiers import EventId, Natural
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.legal import Contract
from events.values.matter import Category, Field
from events.values.money import AmountDong
from events.values.person import Place
from events.values.service import Service
from events.values.text import Distinct, ItemId, OneOrMore, OneOrMoreDistinct, Several, Text


class TechnicalMeasureKind(Labelled):
    """What is done."""

    DETECTION = "detection", "phát hiện hành vi vi phạm", "detection of violations"
    DAMAGE_LIMITATION = "damage_limitation", "giảm thiệt hại", "limitation of damage"
    TRAFFIC_REVIEW = "traffic_review", "rà soát lưu lượng", "review of traffic"
    INFRASTRUCTURE_PROTECTION = (
        "infrastructure_protection",
        "bảo vệ cơ sở vật chất, thiết bị mạng",
        "protection of infrastructure",
    )
    AGENT_CONTROL = "agent_control", "kiểm tra, kiểm soát đại lý", "control of agents"
    INCIDENT_HANDLING = "incident_handling", "xử lý sự cố kỹ thuật", "handling of an incident"
    BLOCKING = "blocking", "ngăn chặn việc lợi dụng dịch vụ", "blocking of abuse"
    STAFF_TRAINING = "staff_training", "tập huấn nhân viên", "training of staff"


class TechnicalMeasure(Value):
    """One measure, since when, where, and what it cost and brought."""

    id: ItemId
    kind: TechnicalMeasureKind
    text: Text
    since: Instant
    until: Instant | None = None
    place: Place | None = None
    cost_dong: AmountDong | None = None
    damage_avoided_dong: AmountDong | None = None


class TechnicalMeasureReported(Document):
    """An enterprise tells of technical measures; of its agents also how many it checked and found in breach (DL-10.2).

    `incident` is the incident that the measures answer, `guard_contracts` those for the infrastructure (DL-10.1).
    """

    MEANING_VI: ClassVar[str] = "Báo cáo biện pháp kỹ thuật nghiệp vụ đã thực hiện"
    MEANING_EN: ClassVar[str] = "Technical measures are reported"

    incident: EventId | None = Member(default=None, description="Báo cáo sự cố kỹ thuật")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    categories: Distinct[Category] = Member(default=(), description="Loại vi phạm được phòng, chống")
    measures: OneOrMore[TechnicalMeasure] = Member(description="Biện pháp đã thực hiện")
    agents_checked: Natural | None = Member(default=None, description="Số đại lý đã kiểm tra")
    agents_in_breach: Natural | None = Member(default=None, description="Số đại lý vi phạm")
    guard_contracts: Several[Contract] = Member(default=(), description="Hợp đồng bảo vệ")


class IncidentKind(Labelled):
    """What happened."""

    EQUIPMENT_FAILURE = "equipment_failure", "hỏng thiết bị", "failure of equipment"
    CABLE_CUT = "cable_cut", "đứt cáp", "cut cable"
    POWER_FAILURE = "power_failure", "mất nguồn điện", "power failure"
    SOFTWARE_FAULT = "software_fault", "lỗi phần mềm", "fault of software"
    INTRUSION = "intrusion", "xâm nhập, tấn công mạng", "intrusion or attack"
    OTHER = "other", "sự cố khác", "other incident"


class IncidentStatus(Labelled):
    """How far the incident is handled."""

    ONGOING = "ongoing", "đang xảy ra", "ongoing"
    CONTAINED = "contained", "đã khống chế", "contained"
    RESOLVED = "resolved", "đã khắc phục", "resolved"


class TechnicalIncidentReported(Document):
    """An incident weakens control over safety and security (DL-10.4a). A later one names what it `updates`."""

    MEANING_VI: ClassVar[str] = "Báo cáo sự cố kỹ thuật ảnh hưởng khả năng kiểm soát an toàn, an ninh"
    MEANING_EN: ClassVar[str] = "A technical incident that weakens control is reported"

    updates: EventId | None = Member(default=None, description="Báo cáo sự cố trước đó")
    kind: IncidentKind = Member(description="Loại sự cố")
    status: IncidentStatus = Member(description="Tình trạng")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    began_at: Instant = Member(description="Bắt đầu")
    noticed_at: Instant = Member(description="Thời điểm phát hiện")
    ended_at: Instant | None = Member(default=None, description="Kết thúc")
    place: Place | None = Member(default=None, description="Địa điểm")
    services: Several[Service] = Member(default=(), description="Dịch vụ bị ảnh hưởng")
    subscribers_affected: Natural | None = Member(default=None, description="Số thuê bao bị ảnh hưởng")
    effect: Text = Member(description="Ảnh hưởng đến khả năng kiểm soát")
    cause: Text | None = Member(default=None, description="Nguyên nhân")
    summary: Text = Member(description="Tóm tắt sự cố")
