"""What every document of the bus carries, and what every document about a matter carries."""

from __future__ import annotations

from pydantic import Field as Member

from events.content import Content
from events.values.document import Attachment, Channel, DocumentReference, PaperOriginal, Secrecy, Urgency
from events.values.goods import Exhibit, Parcel
from events.values.matter import Category, Field
from events.values.person import Person, Place
from events.values.service import Service, Subscriber
from events.values.text import OneOrMoreDistinct, Several, Text, Title


class Document(Content):
    """The form that Decree 30/2020 gives a document; number, symbol, date and signatory stand in the envelope.

    `subject` is the summary line (trích yếu); `documents` are those it refers to; `paper` is the signed original
    where the event registers one (DL-11.1). Secrecy of Mật and above is read here and refused by the rules, so that
    the refusal can name it.
    """

    subject: Title = Member(description="Trích yếu nội dung")
    urgency: Urgency = Member(default=Urgency.NORMAL, description="Độ khẩn")
    secrecy: Secrecy = Member(default=Secrecy.NONE, description="Độ mật")
    channel: Channel = Member(default=Channel.WRITTEN, description="Hình thức cung cấp thông tin")
    attachments: Several[Attachment] = Member(default=(), description="Tài liệu kèm theo")
    documents: Several[DocumentReference] = Member(default=(), description="Văn bản viện dẫn")
    paper: PaperOriginal | None = Member(default=None, description="Bản giấy gốc")


class Matter(Document):
    """A document that describes a violation or the signs of one."""

    category: Category = Member(description="Loại vi phạm")
    fields: OneOrMoreDistinct[Field] = Member(description="Lĩnh vực")
    summary: Text = Member(description="Tóm tắt nội dung vụ việc")
    place: Place | None = Member(default=None, description="Địa điểm")
    subscribers: Several[Subscriber] = Member(default=(), description="Thuê bao liên quan")
    services: Several[Service] = Member(default=(), description="Dịch vụ liên quan")
    parcels: Several[Parcel] = Member(default=(), description="Bưu gửi liên quan")
    exhibits: Several[Exhibit] = Member(default=(), description="Tang vật, phương tiện")
    persons: Several[Person] = Member(default=(), description="Đối tượng liên quan")
