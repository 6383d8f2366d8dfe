"""Disagreement of functional agencies on degree or method; the lead escalates, a direction settles (LC-2.5)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.handling import HandlingMethod, ViolationDegree
from events.values.identifiers import AgencyId, EventId
from events.values.labelled import Labelled
from events.values.legal import LegalBasis
from events.values.text import OneOrMore, OneOrMoreDistinct, Several, Text


class DisputedPoint(Labelled):
    """What the agencies do not agree on (LC-2.5 knows these two)."""

    DEGREE = "degree", "mức độ vi phạm", "degree of the violation"
    METHOD = "method", "phương pháp xử lý", "method of handling"


class Position(Value):
    """What one agency holds, and why."""

    agency: AgencyId
    degree: ViolationDegree | None = None
    method: HandlingMethod | None = None
    reasons: Text


class DisagreementRaised(Document):
    """A functional agency does not agree with how the violation is rated or handled.

    `disputed` is the event it disagrees with, absent where the dispute is over something said in a meeting.
    """

    MEANING_VI: ClassVar[str] = "Nêu ý kiến không thống nhất về mức độ vi phạm, phương pháp xử lý"
    MEANING_EN: ClassVar[str] = "An agency disagrees on the degree or the method"

    points: OneOrMoreDistinct[DisputedPoint] = Member(description="Nội dung không thống nhất")
    disputed: EventId | None = Member(default=None, description="Văn bản có ý kiến không thống nhất")
    degree: ViolationDegree | None = Member(default=None, description="Mức độ vi phạm theo ý kiến cơ quan")
    method: HandlingMethod | None = Member(default=None, description="Phương pháp xử lý theo ý kiến cơ quan")
    reasons: Text = Member(description="Lập luận")
    legal_basis: Several[LegalBasis] = Member(default=(), description="Căn cứ pháp lý")


class DisagreementEscalated(Document):
    """The lead puts a disagreement before the competent superior, with every position and its own proposal."""

    MEANING_VI: ClassVar[str] = "Báo cáo cơ quan cấp trên về ý kiến không thống nhất"
    MEANING_EN: ClassVar[str] = "The lead escalates a disagreement"

    disagreement: EventId = Member(description="Văn bản nêu ý kiến không thống nhất")
    points: OneOrMoreDistinct[DisputedPoint] = Member(description="Nội dung không thống nhất")
    positions: OneOrMore[Position] = Member(description="Ý kiến của các cơ quan")
    proposal: Text = Member(description="Đề xuất của cơ quan chủ trì")
