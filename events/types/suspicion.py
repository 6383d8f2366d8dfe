"""Suspicions: reported to the focal point, passed on, or dismissed (LC-6.1, LC-10.1, LC-12; DL-4.7, DL-10.3)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member
from pydantic import StringConstraints

from events.types.document import Document, Matter
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.person import Officer
from events.values.text import Text


class SuspicionReported(Matter):
    """Signs of a violation, reported to the focal point and the authorities concerned.

    `attestation` says that whoever reports answers for the content (LC-12.2). If a citizen reported,
    `informant_reference` is the receiving agency's own mark for them: the identity itself never travels (LC-12.1).
    """

    MEANING_VI: ClassVar[str] = "Báo cáo dấu hiệu nghi vấn vi phạm pháp luật"
    MEANING_EN: ClassVar[str] = "Signs of a violation are reported"

    discovered_at: Instant = Member(description="Thời điểm phát hiện")
    attestation: bool = Member(description="Cam kết chịu trách nhiệm về nội dung thông báo")
    informant_reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,64}$")] | None = Member(
        default=None, description="Mã người cung cấp tin"
    )
    recorded_by: Officer | None = Member(default=None, description="Cán bộ tiếp nhận tin")


class SuspicionReferred(Matter):
    """A suspicion passed on by the focal point to the agencies competent for it; it also is the notice of LC-7.1."""

    MEANING_VI: ClassVar[str] = "Chuyển thông tin về dấu hiệu nghi vấn đến cơ quan có thẩm quyền"
    MEANING_EN: ClassVar[str] = "A suspicion is passed on to the competent agencies"

    suspicion: EventId = Member(description="Báo cáo nghi vấn được chuyển")
    proposed_lead: AgencyId | None = Member(default=None, description="Cơ quan được đề nghị chủ trì")
    discovered_at: Instant | None = Member(default=None, description="Thời điểm phát hiện")


class DismissalReason(Labelled):
    """Why a suspicion is not pursued."""

    NO_SIGN_OF_VIOLATION = "no_sign_of_violation", "không có dấu hiệu vi phạm", "no sign of a violation"
    DUPLICATE = "duplicate", "trùng với tin đã tiếp nhận", "already reported"
    OUTSIDE_SCOPE = "outside_scope", "không thuộc phạm vi Quy chế", "outside the regulation's scope"
    INSUFFICIENT_INFORMATION = (
        "insufficient_information",
        "không đủ thông tin để xác minh",
        "not enough information to verify",
    )
    SETTLED = "settled", "đã được xử lý", "already dealt with"


class SuspicionDismissed(Document):
    """The focal point does not pursue a suspicion, and says why."""

    MEANING_VI: ClassVar[str] = "Không thụ lý dấu hiệu nghi vấn, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "A suspicion is not pursued, for a stated reason"

    suspicion: EventId = Member(description="Báo cáo nghi vấn không được thụ lý")
    reason: DismissalReason = Member(description="Lý do")
    explanation: Text = Member(description="Giải thích")
    duplicate_of: EventId | None = Member(default=None, description="Báo cáo đã tiếp nhận trước")
