"""Decisions on violations and their enforcement (LC-3.2, LC-3.5, LC-6.3, LC-12.3, LC-16a; DL-4.2, DL-4.5)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.goods import Exhibit
from events.values.handling import ViolationDegree
from events.values.identifiers import EventId
from events.values.instant import Day, Instant
from events.values.labelled import Labelled
from events.values.legal import LegalBasis
from events.values.matter import Category, Field
from events.values.money import AmountDong
from events.values.person import Person
from events.values.text import Distinct, ItemId, OneOrMore, OneOrMoreDistinct, Several, Text


class SanctionKind(Labelled):
    """Kinds of sanctions and remedies of the Law on Handling Administrative Violations (15/2012/QH13, 21 and 28)."""

    WARNING = "warning", "cảnh cáo", "warning"
    FINE = "fine", "phạt tiền", "fine"
    LICENCE_SUSPENDED = "licence_suspended", "tước quyền sử dụng giấy phép có thời hạn", "licence suspended for a time"
    ACTIVITY_SUSPENDED = "activity_suspended", "đình chỉ hoạt động có thời hạn", "activity suspended for a time"
    CONFISCATION = "confiscation", "tịch thu tang vật, phương tiện", "exhibits and means confiscated"
    EXPULSION = "expulsion", "trục xuất", "expulsion"
    REMEDY = "remedy", "biện pháp khắc phục hậu quả", "remedial measure"


class Sanction(Value):
    """One sanction or remedy, with its amount or length where it has one."""

    id: ItemId
    kind: SanctionKind
    amount_dong: AmountDong | None = None
    duration_days: Annotated[int, Member(ge=1, le=36_500)] | None = None
    exhibits: Several[Exhibit] = ()
    text: Text | None = None


class SanctionedViolator(Value):
    """Who is sanctioned, and how; none for one against whom nothing is imposed."""

    violator: Person
    sanctions: Several[Sanction] = ()


class ViolationDecided(Document):
    """A competent authority decides on a violation; the decision cites its legal basis (LC-12.3).

    `inspection` is the report it rests on. `suspensions_upheld` are interim suspensions that it makes final (LC-2.6).
    """

    MEANING_VI: ClassVar[str] = "Quyết định xử lý vi phạm"
    MEANING_EN: ClassVar[str] = "A violation is decided on"

    inspection: EventId | None = Member(default=None, description="Báo cáo kết quả thanh tra, kiểm tra")
    category: Category = Member(description="Loại vi phạm")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    degree: ViolationDegree = Member(description="Mức độ vi phạm")
    violators: OneOrMore[SanctionedViolator] = Member(description="Tổ chức, cá nhân vi phạm và hình thức xử lý")
    facts: Text = Member(description="Tình tiết, hành vi vi phạm")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")
    effective_on: Day = Member(description="Ngày có hiệu lực")
    comply_by: Day | None = Member(default=None, description="Thời hạn thi hành")
    suspensions_upheld: Distinct[EventId] = Member(default=(), description="Các lệnh tạm ngừng, ngừng được giữ nguyên")


class EnforcementMeasureKind(Labelled):
    """Measures by which a decision is enforced (15/2012/QH13, 86)."""

    ACCOUNT_DEDUCTION = "account_deduction", "khấu trừ tiền từ tài khoản, lương, thu nhập", "deduction from accounts"
    DISTRAINT = "distraint", "kê biên tài sản", "distraint of property"
    COLLECTION_FROM_HOLDER = "collection_from_holder", "thu tiền, tài sản do người khác giữ", "collection from a holder"
    FORCED_REMEDY = "forced_remedy", "buộc thực hiện biện pháp khắc phục hậu quả", "forced remedy"


class EnforcementMeasure(Value):
    """One thing to be enforced."""

    id: ItemId
    kind: EnforcementMeasureKind
    text: Text
    amount_dong: AmountDong | None = None


class EnforcementRequested(Document):
    """The lead asks that a decision of the case be enforced; the time to report by is the envelope's `dueat`."""

    MEANING_VI: ClassVar[str] = "Đề nghị cưỡng chế chấp hành quyết định xử lý vi phạm"
    MEANING_EN: ClassVar[str] = "Enforcement of a decision is asked for"

    decision: EventId = Member(description="Quyết định xử lý vi phạm")
    measures: OneOrMore[EnforcementMeasure] = Member(description="Biện pháp cưỡng chế")
    reason: Text = Member(description="Lý do")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")


class EnforcementStatus(Labelled):
    """How far enforcement went."""

    ENFORCED = "enforced", "đã thi hành", "enforced"
    PARTLY_ENFORCED = "partly_enforced", "thi hành một phần", "enforced in part"
    NOT_ENFORCED = "not_enforced", "chưa thi hành được", "not enforced"


class EnforcedMeasure(Value):
    """What became of one measure, by its id in the request."""

    id: ItemId
    status: EnforcementStatus
    collected_dong: AmountDong | None = None
    enforced_at: Instant | None = None
    note: Text | None = None


class EnforcementReported(Document):
    """What became of an enforcement that was asked for, measure by measure."""

    MEANING_VI: ClassVar[str] = "Báo cáo kết quả cưỡng chế chấp hành quyết định"
    MEANING_EN: ClassVar[str] = "The results of enforcement are reported"

    request: EventId = Member(description="Văn bản đề nghị cưỡng chế")
    decision: EventId = Member(description="Quyết định xử lý vi phạm")
    status: EnforcementStatus = Member(description="Kết quả chung")
    results: OneOrMore[EnforcedMeasure] = Member(description="Kết quả từng biện pháp")
    summary: Text | None = Member(default=None, description="Tóm tắt")
