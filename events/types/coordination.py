"""Asking for coordination and answering (LC-5.1, LC-2.2b; DL-3.2b, DL-10.4d, DL-10.4e)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.identifiers import EventId
from events.values.labelled import Labelled
from events.values.person import Officer, Place
from events.values.text import ItemId, Line, OneOrMore, Text


class TaskKind(Labelled):
    """What an agency is asked to do."""

    VERIFY = "verify", "xác minh", "verify"
    INSPECT = "inspect", "kiểm tra", "inspect"
    COLLECT_EVIDENCE = "collect_evidence", "thu thập chứng cứ", "collect evidence"
    TECHNICAL_SUPPORT = "technical_support", "hỗ trợ kỹ thuật", "give technical support"
    PREMISES_AND_EQUIPMENT = (
        "premises_and_equipment",
        "bố trí mặt bằng, phương tiện kỹ thuật",
        "provide premises and technical means",
    )
    PERSONNEL = "personnel", "cử người tham gia", "send personnel"
    FAVOURABLE_CONDITIONS = "favourable_conditions", "tạo điều kiện thuận lợi", "ensure favourable conditions"
    OTHER = "other", "việc khác", "other"


class CoordinationTask(Value):
    """One thing that is asked."""

    id: ItemId
    kind: TaskKind
    text: Text
    place: Place | None = None


class CoordinationRequested(Document):
    """An agency asks others to take part; the time to answer by is the envelope's `dueat`."""

    MEANING_VI: ClassVar[str] = "Đề nghị phối hợp"
    MEANING_EN: ClassVar[str] = "Coordination is asked for"

    tasks: OneOrMore[CoordinationTask] = Member(description="Nội dung đề nghị phối hợp")
    reason: Text = Member(description="Lý do")


class CoordinationAccepted(Document):
    """The asked agency takes part. Without `request` it does so unasked (DL-10.4e)."""

    MEANING_VI: ClassVar[str] = "Nhận lời phối hợp"
    MEANING_EN: ClassVar[str] = "Coordination is accepted"

    request: EventId | None = Member(default=None, description="Văn bản đề nghị phối hợp")
    officer: Officer | None = Member(default=None, description="Cán bộ đầu mối")
    unit: Line | None = Member(default=None, description="Đơn vị đầu mối")
    note: Text | None = Member(default=None, description="Nội dung")


class DeclineGround(Labelled):
    """The only ground on which coordination may be declined (LC-5.1 with LC-2.2b)."""

    OUTSIDE_FUNCTION_AND_POWERS = (
        "outside_function_and_powers",
        "không thuộc chức năng, thẩm quyền",
        "outside function and powers",
    )


class CoordinationDeclined(Document):
    """The asked agency cannot take part, since the matter is outside its function and powers."""

    MEANING_VI: ClassVar[str] = "Từ chối phối hợp do không thuộc chức năng, thẩm quyền"
    MEANING_EN: ClassVar[str] = "Coordination is declined as outside function and powers"

    request: EventId = Member(description="Văn bản đề nghị phối hợp")
    ground: DeclineGround = Member(description="Căn cứ từ chối")
    explanation: Text = Member(description="Giải thích")
