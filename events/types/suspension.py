"""Pausing and stopping services: ordered (LC-10.3), on the enterprise's own initiative (DL-10.4b), lifted (LC-2.6)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.identifiers import EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.service import ServiceTarget
from events.values.text import OneOrMore, Text, Title


class Measure(Labelled):
    """What is done to a service (LC-10.3)."""

    PAUSE = "pause", "tạm ngừng", "pause"
    STOP = "stop", "ngừng", "stop"


class SuspensionScope(Labelled):
    """How much of the service the measure covers."""

    ENTIRE = "entire", "toàn bộ dịch vụ", "the entire service"
    OUTGOING = "outgoing", "chiều đi", "outgoing traffic"
    INCOMING = "incoming", "chiều đến", "incoming traffic"
    INTERNATIONAL = "international", "lưu lượng quốc tế", "international traffic"
    DATA = "data", "dữ liệu", "data"
    MESSAGING = "messaging", "tin nhắn", "messages"


class SuspensionEnd(Value):
    """When it ends: at an instant, or on a condition. That one of them is there is for the rules (LC-2.6)."""

    at: Instant | None = None
    condition: Text | None = None


class SuspensionOrdered(Document):
    """An authority orders an enterprise to pause or stop services.

    `interim` marks one that must be lifted, or made final by a decision, before the case can close (LC-2.6).
    """

    MEANING_VI: ClassVar[str] = "Yêu cầu tạm ngừng, đình chỉ cung cấp dịch vụ"
    MEANING_EN: ClassVar[str] = "A pause or stop of services is ordered"

    measure: Measure = Member(description="Biện pháp")
    targets: OneOrMore[ServiceTarget] = Member(description="Dịch vụ, thuê bao bị áp dụng")
    scope: SuspensionScope = Member(description="Phạm vi")
    legal_basis: Title = Member(description="Căn cứ pháp lý")
    ends: SuspensionEnd = Member(description="Thời hạn hoặc điều kiện kết thúc")
    interim: bool = Member(description="Biện pháp tạm thời")
    reason: Text | None = Member(default=None, description="Lý do")


class SuspensionExecuted(Document):
    """An enterprise has paused or stopped services: on an order, or by itself where `order` is absent (DL-10.4b)."""

    MEANING_VI: ClassVar[str] = "Đã tạm ngừng, đình chỉ cung cấp dịch vụ"
    MEANING_EN: ClassVar[str] = "Services have been paused or stopped"

    order: EventId | None = Member(default=None, description="Văn bản yêu cầu")
    executed_at: Instant = Member(description="Thời điểm thực hiện")
    targets: OneOrMore[ServiceTarget] = Member(description="Dịch vụ, thuê bao bị áp dụng")
    measure: Measure | None = Member(default=None, description="Biện pháp")
    scope: SuspensionScope | None = Member(default=None, description="Phạm vi")
    reason: Text | None = Member(default=None, description="Lý do")
    ends: SuspensionEnd | None = Member(default=None, description="Thời hạn hoặc điều kiện kết thúc")


class ImpossibleReason(Labelled):
    """Why an order cannot be carried out."""

    UNKNOWN_SUBSCRIBER = "unknown_subscriber", "không có thuê bao này", "no such subscriber"
    NOT_OUR_SERVICE = "not_our_service", "không phải dịch vụ của doanh nghiệp", "not a service of this enterprise"
    ALREADY_STOPPED = "already_stopped", "dịch vụ đã ngừng từ trước", "already stopped"
    TECHNICALLY_IMPOSSIBLE = "technically_impossible", "không thực hiện được về kỹ thuật", "technically impossible"


class SuspensionImpossible(Document):
    """An enterprise cannot carry out an order, and says why."""

    MEANING_VI: ClassVar[str] = "Không thực hiện được yêu cầu tạm ngừng, đình chỉ dịch vụ, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "A suspension cannot be carried out, for a stated reason"

    order: EventId = Member(description="Văn bản yêu cầu")
    reason: ImpossibleReason = Member(description="Lý do")
    explanation: Text = Member(description="Giải thích")


class SuspensionLifted(Document):
    """A suspension ends. `suspension` is the order, or the execution that an enterprise undertook by itself."""

    MEANING_VI: ClassVar[str] = "Khôi phục cung cấp dịch vụ, chấm dứt việc tạm ngừng"
    MEANING_EN: ClassVar[str] = "A suspension is lifted"

    suspension: EventId = Member(description="Văn bản tạm ngừng, ngừng dịch vụ")
    reason: Text = Member(description="Lý do")
    effective_at: Instant = Member(description="Thời điểm có hiệu lực")
