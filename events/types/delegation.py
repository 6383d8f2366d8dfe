"""Delegation of signing: the head lets a deputy sign, within a scope and a period (Decree 30/2020, 13; our addition).

A deputy does not delegate further, so there is no member for that. Where only the head's own signature counts
(DL-11.1) a delegation gives nothing.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member
from pydantic import StringConstraints

from events.content import Value
from events.names import SLUG
from events.types.document import Document
from events.values.identifiers import EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.matter import Category, Field
from events.values.person import Officer
from events.values.text import Distinct, Text

SignatoryId = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]
"""A signatory's id in the directory, such as `deputy-1`."""

EventTypeName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{2,63}$")]
"""An event type's name, such as `InfoProvided`."""


class DelegationScope(Value):
    """What may be signed; an empty list leaves that respect open, so all of them empty is everything."""

    event_types: Distinct[EventTypeName] = ()
    categories: Distinct[Category] = ()
    fields: Distinct[Field] = ()
    cases: Distinct[EventId] = ()


class DelegationGranted(Document):
    """The head lets a deputy sign in the head's place, from `since` until (not including) `until`."""

    MEANING_VI: ClassVar[str] = "Giao cấp phó ký thay Thủ trưởng trong phạm vi, thời hạn nhất định"
    MEANING_EN: ClassVar[str] = "The head lets a deputy sign, within a scope and a period"

    delegate: SignatoryId = Member(description="Người được giao ký thay, theo danh bạ")
    officer: Officer | None = Member(default=None, description="Họ tên, chức vụ")
    scope: DelegationScope = Member(description="Phạm vi")
    since: Instant = Member(description="Kể từ")
    until: Instant = Member(description="Đến trước")


class DelegationEndReason(Labelled):
    """Why a delegation ends before its time."""

    WITHDRAWN = "withdrawn", "Thủ trưởng thu hồi", "withdrawn by the head"
    HEAD_REPLACED = "head_replaced", "thay đổi Thủ trưởng", "the head was replaced"
    DEPUTY_REPLACED = "deputy_replaced", "thay đổi cấp phó", "the deputy was replaced"
    KEY_REVOKED = "key_revoked", "thu hồi khóa ký", "the deputy's key was revoked"


class DelegationEnded(Document):
    """A delegation ends before its time."""

    MEANING_VI: ClassVar[str] = "Chấm dứt việc giao ký thay"
    MEANING_EN: ClassVar[str] = "A delegation ends before its time"

    delegation: EventId = Member(description="Văn bản giao ký thay")
    ends_at: Instant = Member(description="Thời điểm chấm dứt")
    reason: DelegationEndReason = Member(description="Lý do")
    explanation: Text | None = Member(default=None, description="Giải thích")
