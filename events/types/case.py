"""The life of a case: opened, joined, led, closed, reopened (LC-2.2a, LC-5.1, LC-7.2a; DL-3.2a, DL-5.3)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document, Matter
from events.values.document import DocumentReference
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.matter import Category, Field
from events.values.text import Distinct, OneOrMoreDistinct, Several, Text, Title


class CaseOpened(Matter):
    """A case is opened; its sender leads it. `participants` are the other agencies that take part.

    `discovered_by_sender` tells the cases of LC-7.2 (found by the police themselves) from those that came by notice.
    """

    MEANING_VI: ClassVar[str] = "Mở vụ việc phối hợp, xác định đơn vị chủ trì"
    MEANING_EN: ClassVar[str] = "A case is opened, led by its sender"

    title: Title = Member(description="Tên vụ việc")
    participants: Distinct[AgencyId] = Member(description="Cơ quan phối hợp")
    suspicions: Distinct[EventId] = Member(default=(), description="Các báo cáo nghi vấn làm căn cứ")
    discovered_by_sender: bool = Member(description="Do cơ quan chủ trì tự phát hiện")
    discovered_at: Instant | None = Member(default=None, description="Thời điểm phát hiện")


class CaseBriefing(Value):
    """What a newcomer must know of a case whose earlier events it does not hold."""

    opening: EventId
    opened_at: Instant | None = None
    title: Title
    category: Category
    fields: OneOrMoreDistinct[Field]
    lead: AgencyId
    participants: Distinct[AgencyId] = ()
    discovered_by_lead: bool = False
    suspicions: Distinct[EventId] = ()
    open_requests: Distinct[EventId] = ()
    suspensions: Distinct[EventId] = ()
    summary: Text


class ParticipantAdded(Document):
    """The lead brings another agency into the case and briefs it."""

    MEANING_VI: ClassVar[str] = "Bổ sung đơn vị phối hợp vào vụ việc"
    MEANING_EN: ClassVar[str] = "An agency joins the case"

    participant: AgencyId = Member(description="Cơ quan được bổ sung")
    reason: Text = Member(description="Lý do")
    briefing: CaseBriefing = Member(description="Tóm tắt tình trạng vụ việc")


class LeadTransferred(Document):
    """The lead passes to another agency, with the dossier where there is one."""

    MEANING_VI: ClassVar[str] = "Chuyển quyền chủ trì vụ việc"
    MEANING_EN: ClassVar[str] = "The lead of the case passes to another agency"

    to: AgencyId = Member(description="Cơ quan chủ trì mới")
    reason: Text = Member(description="Lý do")
    dossier: EventId | None = Member(default=None, description="Lần bàn giao hồ sơ kèm theo")


class CaseOutcome(Labelled):
    """How a case ended."""

    ADMINISTRATIVE_SANCTION = "administrative_sanction", "xử phạt vi phạm hành chính", "administrative sanction"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings", "khởi tố, chuyển xử lý hình sự", "criminal proceedings"
    NO_VIOLATION = "no_violation", "không có vi phạm", "no violation found"
    MEASURES_TAKEN = "measures_taken", "đã khắc phục, nhắc nhở", "remedied without sanction"
    TRANSFERRED = "transferred", "chuyển cơ quan ngoài Quy chế xử lý", "passed to an authority outside"
    UNSOLVED = "unsolved", "không xác định được đối tượng", "violator not identified"


class CaseClosed(Document):
    """The lead closes the case. `suspensions_made_final` are interim ones that a decision upheld (LC-2.6)."""

    MEANING_VI: ClassVar[str] = "Kết thúc vụ việc"
    MEANING_EN: ClassVar[str] = "The case is closed"

    outcome: CaseOutcome = Member(description="Kết quả xử lý")
    summary: Text = Member(description="Tóm tắt kết quả")
    decisions: Several[DocumentReference] = Member(default=(), description="Quyết định xử lý")
    suspensions_made_final: Distinct[EventId] = Member(
        default=(), description="Các lệnh tạm ngừng, ngừng được quyết định giữ nguyên"
    )


class CaseReopened(Document):
    """A closed case is taken up again."""

    MEANING_VI: ClassVar[str] = "Mở lại vụ việc đã kết thúc"
    MEANING_EN: ClassVar[str] = "A closed case is reopened"

    reason: Text = Member(description="Lý do")
    summary: Text = Member(description="Tóm tắt tình tiết mới")
