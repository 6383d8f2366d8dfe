"""Help from superior or out-of-province authorities: the lead proposes, the PPC asks (LC-2.3)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.text import ItemId, Line, OneOrMore, OneOrMoreDistinct, Several, Text


class AuthorityLevel(Labelled):
    """Which kind of authority is needed."""

    SUPERIOR = "superior", "cơ quan có thẩm quyền cấp trên", "superior authority"
    OUTSIDE = "outside", "cơ quan ngoài địa phương", "out-of-province authority"


class Authority(Value):
    """The authority whose help is needed; `agency` where the directory lists it."""

    name: Line
    level: AuthorityLevel
    agency: AgencyId | None = None


class SupportKind(Labelled):
    """What is needed of it."""

    DIRECTION = "direction", "chỉ đạo", "direction"
    GUIDANCE = "guidance", "hướng dẫn", "guidance"
    COORDINATION = "coordination", "phối hợp xử lý", "coordination"


class PlanStep(Value):
    """One step of a handling plan (phương án xử lý)."""

    id: ItemId
    text: Text
    agency: AgencyId | None = None
    due: Instant | None = None


class SupportProposed(Document):
    """The lead has consulted the agencies concerned and puts a handling plan to the PPC."""

    MEANING_VI: ClassVar[str] = "Đề xuất phương án xử lý cần cơ quan cấp trên, ngoài địa phương"
    MEANING_EN: ClassVar[str] = "The lead proposes that outside help be asked for"

    authority: Authority = Member(description="Cơ quan cần đề nghị")
    kinds: OneOrMoreDistinct[SupportKind] = Member(description="Nội dung cần hỗ trợ")
    reason: Text = Member(description="Lý do")
    consulted: OneOrMoreDistinct[AgencyId] = Member(description="Cơ quan đã phối hợp đề xuất")
    plan: OneOrMore[PlanStep] = Member(description="Phương án xử lý")


class SupportRequested(Document):
    """The PPC addresses the authority, on the lead's proposal; the time to answer by is the envelope's `dueat`."""

    MEANING_VI: ClassVar[str] = "Đề nghị cơ quan cấp trên, ngoài địa phương hỗ trợ"
    MEANING_EN: ClassVar[str] = "The PPC asks an outside authority for help"

    proposal: EventId = Member(description="Văn bản đề xuất của cơ quan chủ trì")
    authority: Authority = Member(description="Cơ quan được đề nghị")
    kinds: OneOrMoreDistinct[SupportKind] = Member(description="Nội dung đề nghị")
    asked: OneOrMore[PlanStep] = Member(description="Việc đề nghị thực hiện")
    opinion: Text = Member(description="Ý kiến của Ủy ban nhân dân tỉnh")


class SupportOutcome(Labelled):
    """What the authority answers."""

    GRANTED = "granted", "đồng ý", "granted"
    PARTLY_GRANTED = "partly_granted", "đồng ý một phần", "granted in part"
    NOT_GRANTED = "not_granted", "không đồng ý", "not granted"


class SupportAnswered(Document):
    """The authority's answer, by itself or registered by the PPC from its letter (`documents` then names it)."""

    MEANING_VI: ClassVar[str] = "Trả lời đề nghị hỗ trợ"
    MEANING_EN: ClassVar[str] = "A request for outside help is answered"

    request: EventId = Member(description="Văn bản đề nghị")
    outcome: SupportOutcome = Member(description="Kết quả")
    text: Text = Member(description="Nội dung trả lời")
    steps: Several[PlanStep] = Member(default=(), description="Việc sẽ thực hiện")
