"""Emergencies: the head tells by phone or in person, and confirms in writing (LC-2.4b, LC-6.7; none in Đắk Lắk)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document, Matter
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.person import Officer
from events.values.text import Distinct, OneOrMore, Text


class ToldOfficer(Value):
    """Who took the notice, at which agency, and when."""

    agency: AgencyId
    officer: Officer
    told_at: Instant


class EmergencyNoticeGiven(Matter):
    """In an emergency the head gave information by phone or in person, and answers for it (LC-2.4b).

    `channel` says by which; `given_at` is when; a written confirmation is owed. `jointly_with` are agencies that act
    together with the sender (LC-6.7: DIC and police).
    """

    MEANING_VI: ClassVar[str] = "Thủ trưởng thông tin khẩn cấp trực tiếp hoặc qua điện thoại"
    MEANING_EN: ClassVar[str] = "In an emergency the head told by phone or in person"

    given_at: Instant = Member(description="Thời điểm thông báo")
    given_by: Officer = Member(description="Thủ trưởng thông báo")
    told: OneOrMore[ToldOfficer] = Member(description="Người nhận thông báo")
    grounds: Text = Member(description="Lý do khẩn cấp")
    measures_asked: Text | None = Member(default=None, description="Biện pháp đề nghị thực hiện ngay")
    jointly_with: Distinct[AgencyId] = Member(default=(), description="Cơ quan cùng thông báo")


class ConfirmationExtent(Labelled):
    """How the writing stands to what was told."""

    AS_TOLD = "as_told", "đúng như đã thông báo", "as it was told"
    WITH_CHANGES = "with_changes", "có điều chỉnh, bổ sung", "with changes"
    NOT_UPHELD = "not_upheld", "không còn căn cứ", "not upheld"


class EmergencyNoticeConfirmed(Document):
    """The written confirmation of an emergency notice, by who gave it (LC-2.4a after LC-2.4b)."""

    MEANING_VI: ClassVar[str] = "Văn bản xác nhận thông tin khẩn cấp"
    MEANING_EN: ClassVar[str] = "An emergency notice is confirmed in writing"

    notice: EventId = Member(description="Thông báo khẩn cấp được xác nhận")
    extent: ConfirmationExtent = Member(description="Mức độ xác nhận")
    text: Text = Member(description="Nội dung thông tin")
    changes: Text | None = Member(default=None, description="Nội dung điều chỉnh, bổ sung")
