"""Whom documents go to: the specialised unit (LC-5.3) or the person in charge (DL-11.2) of an agency."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.types.document import Document
from events.values.contact import EmailAddress
from events.values.identifiers import EventId
from events.values.instant import Instant
from events.values.matter import Field
from events.values.person import Officer, PhoneNumber
from events.values.text import Distinct, Line, Text


class FocalPointDesignated(Document):
    """An agency names its focal point: `unit` in Lào Cai, `officer` in Đắk Lắk (the rules say which).

    A change names the designation that it `replaces`, so that history is kept.
    """

    MEANING_VI: ClassVar[str] = "Cử đơn vị, người làm đầu mối phối hợp"
    MEANING_EN: ClassVar[str] = "A focal point is designated"

    unit: Line | None = Member(default=None, description="Phòng nghiệp vụ làm đầu mối")
    officer: Officer | None = Member(default=None, description="Người phụ trách làm đầu mối")
    phone: PhoneNumber | None = Member(default=None, description="Điện thoại")
    email: EmailAddress | None = Member(default=None, description="Thư điện tử")
    fields: Distinct[Field] = Member(default=(), description="Lĩnh vực phụ trách")
    since: Instant = Member(description="Kể từ")
    replaces: EventId | None = Member(default=None, description="Văn bản cử đầu mối trước đó")
    note: Text | None = Member(default=None, description="Ghi chú")
