"""Expert assessments: by DIC itself in Lào Cai (LC-6.5), by a council in Đắk Lắk (DL-4.6)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.document import DocumentReference
from events.values.goods import Exhibit
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Day, Instant
from events.values.labelled import Labelled
from events.values.legal import LegalBasis
from events.values.matter import Field
from events.values.person import Officer
from events.values.text import ItemId, OneOrMore, OneOrMoreDistinct, Several, Text


class AssessmentOccasion(Labelled):
    """Why an assessment is made: a requisition cannot be declined, a service can (LC-6.5)."""

    REQUISITION = "requisition", "quyết định trưng cầu giám định", "requisition in proceedings"
    SERVICE = "service", "dịch vụ giám định theo yêu cầu", "service on request"


class AssessmentQuestion(Value):
    """One question to the experts."""

    id: ItemId
    text: Text


class ExpertAssessmentRequested(Document):
    """An assessment is requisitioned (trưng cầu giám định) or asked for; due by the envelope's `dueat`."""

    MEANING_VI: ClassVar[str] = "Trưng cầu, yêu cầu giám định"
    MEANING_EN: ClassVar[str] = "An expert assessment is asked for"

    occasion: AssessmentOccasion = Member(description="Căn cứ giám định")
    requisition: DocumentReference | None = Member(default=None, description="Quyết định trưng cầu giám định")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    questions: OneOrMore[AssessmentQuestion] = Member(description="Nội dung yêu cầu giám định")
    exhibits: Several[Exhibit] = Member(default=(), description="Đối tượng giám định")
    legal_basis: Several[LegalBasis] = Member(default=(), description="Căn cứ pháp lý")


class ConclusionCertainty(Labelled):
    """How sure the experts are."""

    CONCLUSIVE = "conclusive", "kết luận khẳng định", "conclusive"
    PROBABLE = "probable", "có khả năng", "probable"
    NOT_POSSIBLE = "not_possible", "không đủ căn cứ kết luận", "no conclusion possible"


class AssessmentConclusion(Value):
    """The conclusion on one question, by its id."""

    question: ItemId
    certainty: ConclusionCertainty
    text: Text


class ExpertAssessmentDelivered(Document):
    """The conclusions (kết luận giám định). In Đắk Lắk `council` is the event that established it (DL-4.6)."""

    MEANING_VI: ClassVar[str] = "Kết luận giám định"
    MEANING_EN: ClassVar[str] = "An expert assessment is delivered"

    request: EventId = Member(description="Văn bản trưng cầu, yêu cầu")
    council: EventId | None = Member(default=None, description="Quyết định thành lập Hội đồng giám định")
    experts: OneOrMore[Officer] = Member(description="Người giám định")
    began_at: Instant = Member(description="Bắt đầu giám định")
    ended_at: Instant = Member(description="Kết thúc giám định")
    method: Text = Member(description="Phương pháp thực hiện")
    conclusions: OneOrMore[AssessmentConclusion] = Member(description="Kết luận")


class AssessmentDeclineGround(Labelled):
    """On what ground a service is declined."""

    OUTSIDE_FIELD = "outside_field", "không thuộc lĩnh vực quản lý", "outside its field"
    MATERIAL_INSUFFICIENT = "material_insufficient", "mẫu vật, tài liệu không đủ", "not enough material"
    NO_MEANS = "no_means", "không đủ điều kiện kỹ thuật", "no technical means"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "không bảo đảm khách quan", "conflict of interest"


class ExpertAssessmentDeclined(Document):
    """An assessment asked for as a service is declined, for a stated reason (LC-6.5)."""

    MEANING_VI: ClassVar[str] = "Từ chối dịch vụ giám định, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "An expert assessment is declined, for a stated reason"

    request: EventId = Member(description="Văn bản yêu cầu")
    ground: AssessmentDeclineGround = Member(description="Căn cứ từ chối")
    explanation: Text = Member(description="Giải thích")


class CouncilPosition(Labelled):
    """What a member is in the council."""

    CHAIR = "chair", "Chủ tịch Hội đồng", "chair"
    DEPUTY_CHAIR = "deputy_chair", "Phó Chủ tịch Hội đồng", "deputy chair"
    SECRETARY = "secretary", "Thư ký", "secretary"
    MEMBER = "member", "Ủy viên", "member"


class CouncilMember(Value):
    """A member of an assessment council; `agency` where the directory lists whom they come from."""

    officer: Officer
    position: CouncilPosition
    agency: AgencyId | None = None


class AssessmentCouncilProposed(Document):
    """DIC proposes an assessment council to the competent authority, on a requisition (DL-4.6)."""

    MEANING_VI: ClassVar[str] = "Trình thành lập Hội đồng giám định"
    MEANING_EN: ClassVar[str] = "An assessment council is proposed"

    request: EventId = Member(description="Quyết định trưng cầu giám định")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    members: OneOrMore[CouncilMember] = Member(description="Thành phần đề nghị")
    tasks: Text = Member(description="Nhiệm vụ")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")


class AssessmentCouncilEstablished(Document):
    """The competent authority establishes the council (DL-4.6); `agency` is its entry in the directory, if any."""

    MEANING_VI: ClassVar[str] = "Quyết định thành lập Hội đồng giám định"
    MEANING_EN: ClassVar[str] = "An assessment council is established"

    proposal: EventId = Member(description="Văn bản trình")
    agency: AgencyId | None = Member(default=None, description="Mã Hội đồng trong danh bạ")
    members: OneOrMore[CouncilMember] = Member(description="Thành phần Hội đồng")
    tasks: Text = Member(description="Nhiệm vụ")
    established_on: Day = Member(description="Ngày thành lập")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")
