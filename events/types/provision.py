"""Provision of services on order: the third thing that LC-10.3 lets authorities ask for, beside pause and stop."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.types.document import Document
from events.types.suspension import SuspensionEnd
from events.values.identifiers import EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.legal import LegalBasis
from events.values.service import ServiceTarget
from events.values.text import OneOrMore, Text


class ProvisionOrdered(Document):
    """An authority orders an enterprise to provide services; done by the envelope's `dueat` where there is one."""

    MEANING_VI: ClassVar[str] = "Yêu cầu cung cấp dịch vụ"
    MEANING_EN: ClassVar[str] = "The provision of services is ordered"

    targets: OneOrMore[ServiceTarget] = Member(description="Dịch vụ, thuê bao")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")
    reason: Text = Member(description="Lý do")
    starts_at: Instant | None = Member(default=None, description="Cung cấp từ")
    ends: SuspensionEnd | None = Member(default=None, description="Thời hạn hoặc điều kiện kết thúc")


class ProvisionExecuted(Document):
    """The enterprise provides the services as ordered."""

    MEANING_VI: ClassVar[str] = "Đã cung cấp dịch vụ theo yêu cầu"
    MEANING_EN: ClassVar[str] = "Services are provided as ordered"

    order: EventId = Member(description="Văn bản yêu cầu")
    executed_at: Instant = Member(description="Thời điểm thực hiện")
    targets: OneOrMore[ServiceTarget] = Member(description="Dịch vụ, thuê bao")
    note: Text | None = Member(default=None, description="Ghi chú")


class ProvisionObstacle(Labelled):
    """Why services cannot be provided as ordered."""

    UNKNOWN_SUBSCRIBER = "unknown_subscriber", "không có thuê bao này", "no such subscriber"
    NOT_OUR_SERVICE = "not_our_service", "không phải dịch vụ của doanh nghiệp", "not a service of this enterprise"
    ALREADY_PROVIDED = "already_provided", "dịch vụ đang được cung cấp", "already provided"
    TECHNICALLY_IMPOSSIBLE = "technically_impossible", "không thực hiện được về kỹ thuật", "technically impossible"


class ProvisionImpossible(Document):
    """An enterprise cannot provide the services, and says why (our addition: the text knows no refusal)."""

    MEANING_VI: ClassVar[str] = "Không cung cấp được dịch vụ theo yêu cầu, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "Services cannot be provided as ordered, for a stated reason"

    order: EventId = Member(description="Văn bản yêu cầu")
    reason: ProvisionObstacle = Member(description="Lý do")
    explanation: Text = Member(description="Giải thích")
