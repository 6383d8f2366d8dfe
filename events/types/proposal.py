"""Proposals, difficulties and recommendations (LC-3.4, LC-13.1, LC-16b; DL-4.1, DL-5.4)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.legal import RegulationClause
from events.values.matter import Field
from events.values.money import AmountDong
from events.values.text import Distinct, ItemId, OneOrMore, Text, Title


class ProposalKind(Labelled):
    """What is proposed to the PPC."""

    MECHANISM = "mechanism", "cơ chế", "mechanism"
    SOLUTION = "solution", "giải pháp", "solution"
    DIRECTION = "direction", "đề nghị Ủy ban nhân dân tỉnh chỉ đạo", "that the PPC direct others"
    REGULATION_CHANGE = "regulation_change", "điều chỉnh, bổ sung Quy chế", "change of the regulation"


class ProposedMeasure(Value):
    """One thing that is proposed: who would do it, and what it costs."""

    id: ItemId
    text: Text
    agency: AgencyId | None = None
    clause: RegulationClause | None = None
    cost_dong: AmountDong | None = None


class ProposalSubmitted(Document):
    """Advice to the PPC. `difficulties` are the reports that it consolidates (LC-16b)."""

    MEANING_VI: ClassVar[str] = "Tham mưu, đề xuất với Ủy ban nhân dân tỉnh"
    MEANING_EN: ClassVar[str] = "A proposal is put to the PPC"

    kind: ProposalKind = Member(description="Loại đề xuất")
    title: Title = Member(description="Tiêu đề")
    grounds: Text = Member(description="Sự cần thiết")
    measures: OneOrMore[ProposedMeasure] = Member(description="Nội dung đề xuất")
    to_be_directed: Distinct[AgencyId] = Member(default=(), description="Cơ quan đề nghị được chỉ đạo")
    difficulties: Distinct[EventId] = Member(default=(), description="Các phản ánh vướng mắc được tổng hợp")


class DifficultyReported(Document):
    """A difficulty in carrying out the regulation, reported to DIC (LC-16b)."""

    MEANING_VI: ClassVar[str] = "Phản ánh vướng mắc trong thực hiện Quy chế"
    MEANING_EN: ClassVar[str] = "A difficulty with the regulation is reported"

    clauses: Distinct[RegulationClause] = Member(default=(), description="Điều khoản có vướng mắc")
    fields: Distinct[Field] = Member(default=(), description="Lĩnh vực")
    difficulty: Text = Member(description="Vướng mắc, phát sinh")
    proposal: Text | None = Member(default=None, description="Kiến nghị điều chỉnh, bổ sung")


class Recommendation(Value):
    """One loophole and how to close it."""

    id: ItemId
    loophole: Text
    text: Text
    due: Instant | None = None


class RecommendationIssued(Document):
    """After a check police recommend how loopholes are to be closed; answered by `RecommendationAnswered` (DL-5.4)."""

    MEANING_VI: ClassVar[str] = "Kiến nghị khắc phục sơ hở, thiếu sót"
    MEANING_EN: ClassVar[str] = "Recommendations to close loopholes"

    inspection: EventId | None = Member(default=None, description="Báo cáo kết quả kiểm tra")
    recommendations: OneOrMore[Recommendation] = Member(description="Nội dung kiến nghị")


class RecommendationStanding(Labelled):
    """What became of a recommendation."""

    DONE = "done", "đã khắc phục", "done"
    PLANNED = "planned", "sẽ khắc phục", "planned"
    NOT_FOLLOWED = "not_followed", "chưa thực hiện, nêu rõ lý do", "not followed, for a stated reason"


class RecommendationReply(Value):
    """The answer to one recommendation, by its id; `done_by` is when it was or will be done."""

    id: ItemId
    standing: RecommendationStanding
    text: Text
    done_by: Instant | None = None


class RecommendationAnswered(Document):
    """What was done about each recommendation (our addition to DL-5.4)."""

    MEANING_VI: ClassVar[str] = "Trả lời việc thực hiện kiến nghị"
    MEANING_EN: ClassVar[str] = "Recommendations are answered"

    recommendation: EventId = Member(description="Văn bản kiến nghị")
    replies: OneOrMore[RecommendationReply] = Member(description="Trả lời từng kiến nghị")
