"""Meetings, conferences, briefings and their minutes (LC-3.6, LC-4.2, LC-4.3, LC-6.4, LC-13.1; DL-12.2)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.period import ReportingPeriod
from events.values.person import Officer, Place
from events.values.text import ItemId, OneOrMore, Several, Text, Title


class MeetingKind(Labelled):
    """What kind of meeting it is."""

    CASE = "case", "họp về vụ vi phạm", "meeting on a violation"
    BRIEFING = "briefing", "họp giao ban định kỳ", "periodic briefing"
    REVIEW = "review", "sơ kết, tổng kết", "review"
    CONFERENCE = "conference", "hội nghị, hội thảo", "conference or seminar"


class AgendaItem(Value):
    """One point of the agenda, and who presents it."""

    id: ItemId
    text: Text
    presenter: AgencyId | None = None


class MeetingCalled(Document):
    """A meeting is called; the recipients are invited. `period` is what a briefing or review looks back on."""

    MEANING_VI: ClassVar[str] = "Tổ chức họp, hội nghị, giao ban"
    MEANING_EN: ClassVar[str] = "A meeting is called"

    kind: MeetingKind = Member(description="Loại cuộc họp")
    title: Title = Member(description="Tên cuộc họp")
    begins_at: Instant = Member(description="Bắt đầu")
    ends_at: Instant | None = Member(default=None, description="Kết thúc dự kiến")
    place: Place = Member(description="Địa điểm")
    chair: Officer | None = Member(default=None, description="Chủ trì cuộc họp")
    agenda: OneOrMore[AgendaItem] = Member(description="Nội dung, chương trình")
    period: ReportingPeriod | None = Member(default=None, description="Kỳ đánh giá")


class Attendance(Value):
    """Who came for an agency; no officers for one that was invited and did not come."""

    agency: AgencyId
    officers: Several[Officer] = ()


class Conclusion(Value):
    """One conclusion, on an agenda item where there is one, with who is to do what by when."""

    id: ItemId
    agenda_item: ItemId | None = None
    text: Text
    assignee: AgencyId | None = None
    due: Instant | None = None


class MinutesShared(Document):
    """The minutes of a meeting (biên bản, thông báo kết luận)."""

    MEANING_VI: ClassVar[str] = "Biên bản, thông báo kết luận cuộc họp"
    MEANING_EN: ClassVar[str] = "The minutes of a meeting are shared"

    meeting: EventId = Member(description="Văn bản triệu tập")
    began_at: Instant = Member(description="Bắt đầu")
    ended_at: Instant = Member(description="Kết thúc")
    attendance: OneOrMore[Attendance] = Member(description="Thành phần dự họp")
    proceedings: Text = Member(description="Diễn biến, ý kiến")
    conclusions: Several[Conclusion] = Member(default=(), description="Kết luận")
