"""Online look-ups (LC-4.1b): asked by one agency, answered from the holder's own view, recorded as a disclosure.

`RecordConsulted` alone names who looked at what, when and why, and so may go to the case's lead without contents; the
question and the answer travel apart, between the two alone. Đắk Lắk has no such channel.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.goods import Exhibit, Parcel
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.person import Officer, Person
from events.values.service import Identifier, Service, Subscriber
from events.values.text import Distinct, ItemId, OneOrMore, Several, Text


class RecordKind(Labelled):
    """What kind of record is looked up."""

    SUBSCRIBER = "subscriber", "thuê bao", "subscriber"
    SERVICE = "service", "dịch vụ", "service"
    PARCEL = "parcel", "bưu gửi", "parcel"
    EXHIBIT = "exhibit", "tang vật, phương tiện", "exhibit"
    PERSON = "person", "đối tượng", "person"
    EVENT = "event", "văn bản", "document"


class RecordKey(Value):
    """One record of the case, by kind and identifier; for a document the identifier is its event id."""

    id: ItemId
    kind: RecordKind
    identifier: Identifier


class LookupRequested(Document):
    """A record of a case that both take part in is looked up; `channel` is the online look-up."""

    MEANING_VI: ClassVar[str] = "Yêu cầu tra cứu trực tuyến"
    MEANING_EN: ClassVar[str] = "A record is looked up"

    records: OneOrMore[RecordKey] = Member(description="Dữ liệu cần tra cứu")
    purpose: Text = Member(description="Mục đích")
    officer: Officer = Member(description="Cán bộ tra cứu")


class LookupResult(Value):
    """What the holder's view has under one key, by its id; `found` false where it has nothing."""

    record: ItemId
    found: bool
    subscribers: Several[Subscriber] = ()
    services: Several[Service] = ()
    parcels: Several[Parcel] = ()
    exhibits: Several[Exhibit] = ()
    persons: Several[Person] = ()
    events: Distinct[EventId] = ()


class LookupAnswered(Document):
    """The holder's service answers from its view as of `as_of`."""

    MEANING_VI: ClassVar[str] = "Trả lời tra cứu trực tuyến"
    MEANING_EN: ClassVar[str] = "A look-up is answered"

    request: EventId = Member(description="Yêu cầu tra cứu")
    results: OneOrMore[LookupResult] = Member(description="Kết quả tra cứu")
    as_of: Instant = Member(description="Thời điểm của dữ liệu")


class RecordConsulted(Document):
    """The holder records that an agency looked at records of its: who, what, when and why (LC-4.1b).

    `request` is the look-up, `answer` what was disclosed; both are absent where the holder's own database was
    consulted outside the bus.
    """

    MEANING_VI: ClassVar[str] = "Ghi nhận việc tra cứu trực tuyến dữ liệu liên quan đến vụ vi phạm"
    MEANING_EN: ClassVar[str] = "A look-up is recorded as a disclosure"

    request: EventId | None = Member(default=None, description="Yêu cầu tra cứu")
    answer: EventId | None = Member(default=None, description="Văn bản trả lời tra cứu")
    consulted_by: AgencyId = Member(description="Cơ quan tra cứu")
    officer: Officer = Member(description="Cán bộ tra cứu")
    records: OneOrMore[RecordKey] = Member(description="Dữ liệu đã tra cứu")
    found: Distinct[ItemId] = Member(default=(), description="Dữ liệu có kết quả")
    consulted_at: Instant = Member(description="Thời điểm tra cứu")
    purpose: Text = Member(description="Mục đích")
