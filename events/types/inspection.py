"""Inspections and joint teams (LC-3.2, LC-4.5, LC-6.3, LC-16a; DL-4.2 to DL-4.4, DL-5.4, DL-6, DL-7, DL-9.2)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.types.information import About
from events.values.document import DocumentReference
from events.values.goods import Exhibit
from events.values.handling import ViolationDegree
from events.values.identifiers import AgencyId, EventId, Natural
from events.values.instant import Day
from events.values.labelled import Labelled
from events.values.legal import LegalBasis
from events.values.matter import Category, Field
from events.values.person import Officer, Person, Place
from events.values.text import Distinct, ItemId, OneOrMore, OneOrMoreDistinct, Several, Text


class InspectionGround(Labelled):
    """Why there is an inspection (LC-4.5 knows these three)."""

    PLANNED = "planned", "theo kế hoạch", "planned"
    AD_HOC = "ad_hoc", "đột xuất khi phát hiện vi phạm", "ad hoc, on a violation"
    AT_REQUEST = (
        "at_request",
        "theo yêu cầu của cơ quan nhà nước có thẩm quyền",
        "at the request of a competent state agency",
    )


class InspectionRequested(Document):
    """An inspection is asked for; the time to answer by is the envelope's `dueat` (LC-4.5; DL-7.2a)."""

    MEANING_VI: ClassVar[str] = "Đề nghị thanh tra, kiểm tra"
    MEANING_EN: ClassVar[str] = "An inspection is asked for"

    ground: InspectionGround = Member(description="Căn cứ thanh tra, kiểm tra")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    scope: Text = Member(description="Nội dung, phạm vi")
    about: About | None = Member(default=None, description="Đối tượng thanh tra, kiểm tra")
    from_day: Day | None = Member(default=None, description="Từ ngày")
    to_day: Day | None = Member(default=None, description="Đến hết ngày")
    reason: Text = Member(description="Lý do")
    legal_basis: Several[LegalBasis] = Member(default=(), description="Căn cứ pháp lý")


class TeamMember(Value):
    """An agency that takes part, and the officers it sends as far as they are known."""

    agency: AgencyId
    officers: Several[Officer] = ()


class InspectionTeamFormed(Document):
    """A joint team (đoàn thanh tra, kiểm tra liên ngành): who leads, who takes part, what for (LC-4.5; DL-4.2, DL-4.3).

    `request` where a competent agency asked for it, `plan` where it is planned. Each member confirms.
    """

    MEANING_VI: ClassVar[str] = "Thành lập đoàn thanh tra, kiểm tra liên ngành"
    MEANING_EN: ClassVar[str] = "A joint inspection team is formed"

    ground: InspectionGround = Member(description="Căn cứ thanh tra, kiểm tra")
    request: EventId | None = Member(default=None, description="Văn bản đề nghị")
    plan: DocumentReference | None = Member(default=None, description="Kế hoạch thanh tra, kiểm tra")
    leading: AgencyId = Member(description="Cơ quan chủ trì đoàn")
    head_of_team: Officer | None = Member(default=None, description="Trưởng đoàn")
    members: OneOrMore[TeamMember] = Member(description="Cơ quan tham gia đoàn")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    scope: Text = Member(description="Nội dung, phạm vi")
    from_day: Day = Member(description="Từ ngày")
    to_day: Day = Member(description="Đến hết ngày")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")


class InspectionMembershipConfirmed(Document):
    """A member agency confirms its part in a joint team, and sends these officers (our addition to LC-4.5)."""

    MEANING_VI: ClassVar[str] = "Xác nhận tham gia đoàn thanh tra, kiểm tra"
    MEANING_EN: ClassVar[str] = "A member of an inspection team confirms"

    team: EventId = Member(description="Văn bản thành lập đoàn")
    officers: OneOrMore[Officer] = Member(description="Cán bộ được cử tham gia")
    note: Text | None = Member(default=None, description="Ghi chú")


class Finding(Value):
    """One thing that was found; `legal_basis` is the provision that it breaks."""

    id: ItemId
    text: Text
    degree: ViolationDegree
    category: Category | None = None
    violators: Several[Person] = ()
    legal_basis: Several[LegalBasis] = ()


class InspectionReported(Document):
    """What an inspection, or a professional measure such as customs control, found and did.

    `request` is the inspection asked for, `team` the joint team that worked; neither for an agency's own check.
    """

    MEANING_VI: ClassVar[str] = "Báo cáo kết quả thanh tra, kiểm tra"
    MEANING_EN: ClassVar[str] = "The results of an inspection are reported"

    ground: InspectionGround = Member(description="Căn cứ thanh tra, kiểm tra")
    request: EventId | None = Member(default=None, description="Văn bản đề nghị")
    team: EventId | None = Member(default=None, description="Văn bản thành lập đoàn")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    inspected: Several[Person] = Member(default=(), description="Tổ chức, cá nhân được kiểm tra")
    enterprises: Distinct[AgencyId] = Member(default=(), description="Doanh nghiệp được kiểm tra")
    place: Place | None = Member(default=None, description="Địa điểm")
    from_day: Day = Member(description="Từ ngày")
    to_day: Day = Member(description="Đến hết ngày")
    findings: Several[Finding] = Member(default=(), description="Nội dung phát hiện")
    parcels_checked: Natural | None = Member(default=None, description="Số bưu gửi đã kiểm tra")
    devices_checked: Natural | None = Member(default=None, description="Số thiết bị đã kiểm tra")
    exhibits: Several[Exhibit] = Member(default=(), description="Tang vật, phương tiện tạm giữ")
    conclusion: ViolationDegree = Member(description="Kết luận")
    summary: Text = Member(description="Tóm tắt kết quả")
    measures_taken: Text | None = Member(default=None, description="Biện pháp đã xử lý")
