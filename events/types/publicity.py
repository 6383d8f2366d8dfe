"""Publicity: asked of broadcaster and press, and reported (LC-6.2, LC-11.2; DL-8.1, DL-8.2, DL-9.1)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member
from pydantic import StringConstraints

from events.content import Value
from events.types.document import Document
from events.values.identifiers import EventId, Natural
from events.values.instant import Day, Instant
from events.values.labelled import Labelled
from events.values.text import Distinct, ItemId, OneOrMore, OneOrMoreDistinct, Readable, Several, Text, Title

WebAddress = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$"), Readable]
"""Where something was published on the web."""


class Medium(Labelled):
    """By what it is published."""

    TELEVISION = "television", "truyền hình", "television"
    RADIO = "radio", "phát thanh", "radio"
    NEWSPAPER = "newspaper", "báo in", "newspaper"
    ONLINE = "online", "trang, cổng thông tin điện tử", "website"
    LOUDSPEAKER = "loudspeaker", "truyền thanh cơ sở", "local loudspeakers"
    MEETING = "meeting", "hội nghị, tập huấn", "meeting or training"
    LEAFLET = "leaflet", "tờ rơi, tài liệu", "leaflet"


class PublishableItem(Value):
    """One thing that may be made public, in the words that may be used; `source` is the event it comes from."""

    id: ItemId
    text: Text
    source: EventId | None = None


class PublicityRequested(Document):
    """Publicity is asked for. `publishable` is all that may be made public: to publish is to disclose (DL-8.2)."""

    MEANING_VI: ClassVar[str] = "Đề nghị tuyên truyền, đăng tải thông tin"
    MEANING_EN: ClassVar[str] = "Publicity is asked for"

    title: Title = Member(description="Tên kế hoạch, nội dung tuyên truyền")
    publishable: OneOrMore[PublishableItem] = Member(description="Nội dung được phép công khai")
    media: OneOrMoreDistinct[Medium] = Member(description="Hình thức")
    audience: Title | None = Member(default=None, description="Đối tượng tuyên truyền")
    from_day: Day | None = Member(default=None, description="Từ ngày")
    to_day: Day | None = Member(default=None, description="Đến hết ngày")


class Publication(Value):
    """One publication: by what, when, how often, and which of the items asked for it made public."""

    medium: Medium
    title: Title
    published_at: Instant
    times: Annotated[int, Member(ge=1, le=100_000)] = 1
    items: Distinct[ItemId] = ()
    address: WebAddress | None = None


class PublicityReported(Document):
    """What was published, at a request or as part of one's own duty."""

    MEANING_VI: ClassVar[str] = "Báo cáo kết quả tuyên truyền, đăng tải"
    MEANING_EN: ClassVar[str] = "Publicity is reported"

    request: EventId | None = Member(default=None, description="Văn bản đề nghị")
    publications: Several[Publication] = Member(default=(), description="Các nội dung đã tuyên truyền, đăng tải")
    people_reached: Natural | None = Member(default=None, description="Số lượt người tiếp cận")
    summary: Text = Member(description="Tóm tắt kết quả")
