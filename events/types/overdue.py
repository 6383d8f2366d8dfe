"""Silence stated: the requester's service says that a request's time has run out (our addition to LC-5.2)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.types.document import Document
from events.values.identifiers import AgencyId, EventId
from events.values.instant import Instant
from events.values.text import OneOrMoreDistinct


class ReplyOverdue(Document):
    """By `due` these agencies had not answered the request. A late answer is still admitted."""

    MEANING_VI: ClassVar[str] = "Xác nhận quá hạn trả lời"
    MEANING_EN: ClassVar[str] = "A request was not answered in time"

    request: EventId = Member(description="Văn bản yêu cầu")
    due: Instant = Member(description="Thời hạn trả lời")
    unanswered_by: OneOrMoreDistinct[AgencyId] = Member(description="Cơ quan chưa trả lời")
