"""Directions and guidance (LC-2.1, LC-2.5, LC-3.1, LC-6.6 to LC-6.8, LC-7.4, LC-9.3, LC-11.3; DL-4.1)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.handling import HandlingMethod, ViolationDegree
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Day, Instant
from events.values.labelled import Labelled
from events.values.legal import Contract, LegalBasis
from events.values.matter import Field
from events.values.text import Distinct, ItemId, OneOrMore, Several, Text, Title


class DirectionKind(Labelled):
    """In what capacity it directs."""

    COORDINATION = "coordination", "chỉ đạo công tác phối hợp", "direction of the coordination"
    PROFESSIONAL = "professional", "chỉ đạo chuyên môn, nghiệp vụ", "direction in the profession"
    SETTLEMENT = "settlement", "giải quyết ý kiến không thống nhất", "settlement of a disagreement"
    EMERGENCY = "emergency", "chỉ đạo xử lý tình huống khẩn cấp", "direction in an emergency"
    NETWORK_SAFETY = "network_safety", "chỉ đạo an toàn mạng lưới, an ninh thông tin", "network and information safety"
    SUBORDINATES = "subordinates", "chỉ đạo cơ quan trực thuộc", "direction of its own subordinate bodies"


class DirectedTask(Value):
    """One thing to be done, by whom and by when."""

    id: ItemId
    text: Text
    assignee: AgencyId | None = None
    due: Instant | None = None


class Settlement(Value):
    """How a disagreement is settled: the degree of the violation, the method of handling, or both (LC-2.5)."""

    degree: ViolationDegree | None = None
    method: HandlingMethod | None = None
    reason: Text


class DirectionIssued(Document):
    """A superior directs. `answers` is the proposal, escalation or report that it answers (LC-2.1, LC-2.5; DL-4.1).

    `jointly_with` names who directs together with the sender (LC-6.7: DIC acts together with police).
    """

    MEANING_VI: ClassVar[str] = "Văn bản chỉ đạo"
    MEANING_EN: ClassVar[str] = "A superior directs"

    kind: DirectionKind = Member(description="Loại chỉ đạo")
    answers: EventId | None = Member(default=None, description="Văn bản được trả lời")
    tasks: OneOrMore[DirectedTask] = Member(description="Nội dung chỉ đạo")
    settlement: Settlement | None = Member(default=None, description="Kết luận về ý kiến không thống nhất")
    jointly_with: Distinct[AgencyId] = Member(default=(), description="Cơ quan cùng chỉ đạo")
    legal_basis: Several[LegalBasis] = Member(default=(), description="Căn cứ pháp lý")


class GuidanceKind(Labelled):
    """What the guidance is about."""

    REGULATION = "regulation", "phổ biến Quy chế, chính sách, pháp luật", "the regulation and the law"
    NETWORK_SAFETY = "network_safety", "an toàn mạng lưới, an ninh thông tin", "network and information safety"
    EMERGENCY = "emergency", "xử lý tình huống khẩn cấp", "handling of an emergency"
    INFORMATION_SYSTEMS = "information_systems", "bảo đảm an toàn hệ thống thông tin số", "digital information systems"
    GUARDS = "guards", "nghiệp vụ cho lực lượng bảo vệ", "guards of infrastructure"
    INTERNET_USE = "internet_use", "khai thác, sử dụng Internet lành mạnh", "good use of the Internet"


class GuidanceIssued(Document):
    """Guidance or publicity of the rules. For guards it names the contract between the two (LC-7.4)."""

    MEANING_VI: ClassVar[str] = "Hướng dẫn, phổ biến, tuyên truyền"
    MEANING_EN: ClassVar[str] = "Guidance is given, or the rules are made known"

    kind: GuidanceKind = Member(description="Loại hướng dẫn")
    title: Title = Member(description="Tiêu đề")
    text: Text = Member(description="Nội dung")
    fields: Distinct[Field] = Member(default=(), description="Lĩnh vực")
    audience: Title | None = Member(default=None, description="Đối tượng áp dụng, phổ biến")
    applies_from: Day | None = Member(default=None, description="Áp dụng từ ngày")
    contract: Contract | None = Member(default=None, description="Hợp đồng giữa hai bên")
    jointly_with: Distinct[AgencyId] = Member(default=(), description="Cơ quan cùng hướng dẫn")
    answers: EventId | None = Member(default=None, description="Văn bản được trả lời")
    legal_basis: Several[LegalBasis] = Member(default=(), description="Căn cứ pháp lý")
