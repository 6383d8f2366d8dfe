"""Correcting and recalling (our addition to the regulations): the event concerned stays as it is.

Decree 30/2020, article 18: a fault of form or a slip is corrected (đính chính), a fault of substance is mended by a
document of the same form in its stead; who gets notice that an electronic document is recalled withdraws it from use
and tells the sender so. Hence a new event replaces, `EventRecalled.replaced_by` names it, and each recipient confirms.
What the decree calls withdrawn is marked here, never erased: what was said and acted on remains provable.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, StringConstraints
from pydantic import Field as Member
from pydantic_core import PydanticCustomError

from events.canonical import parse_canonical
from events.content import Value
from events.errors import Malformed
from events.types.document import Document
from events.values.identifiers import EventId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.text import Distinct, OneOrMore, Readable, Text

JsonPointer = Annotated[str, StringConstraints(max_length=500, pattern=r"^(/([^~/\x00-\x1f\x7f]|~[01])*)+$"), Readable]
"""A member of a content, as RFC 6901 points to it: `/subscribers/0/identifier`."""


def _is_canonical(text: str) -> str:
    try:
        parse_canonical(text.encode("utf-8"))
    except (Malformed, UnicodeEncodeError) as error:
        about = {"problem": str(error)}
        raise PydanticCustomError(
            "not_canonical", "a member's value stands as canonical JSON: {problem}", about
        ) from error
    return text


CanonicalValue = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00-\x1f\x7f]+$"),
    Readable,
    AfterValidator(_is_canonical),
]
"""A member's value as canonical JSON (RFC 8785): `"+84912000123"`, `42`."""


class CorrectionGround(Labelled):
    """Why an event is corrected or recalled."""

    CLERICAL_ERROR = "clerical_error", "sai sót kỹ thuật, soạn thảo", "clerical error"
    FACTS_DIFFER = "facts_differ", "nội dung không đúng thực tế", "the facts are otherwise"
    REFUSED = "refused", "bị nơi nhận từ chối tiếp nhận", "refused by a recipient"
    WRONG_RECIPIENT = "wrong_recipient", "gửi nhầm nơi nhận", "sent to the wrong recipient"
    NOT_COMPETENT = "not_competent", "ban hành không đúng thẩm quyền", "issued without competence"
    SUPERSEDED = "superseded", "được thay thế bằng văn bản khác", "superseded by another document"


class MemberCorrection(Value):
    """One member of the content: what it said, and what it should say. An absent value is a member left out."""

    member: JsonPointer
    was: CanonicalValue | None = None
    now: CanonicalValue | None = None


class EventCorrected(Document):
    """The sender corrects an earlier event of its own, member by member."""

    MEANING_VI: ClassVar[str] = "Đính chính văn bản đã gửi"
    MEANING_EN: ClassVar[str] = "An earlier event is corrected"

    event: EventId = Member(description="Văn bản được đính chính")
    ground: CorrectionGround = Member(description="Căn cứ đính chính")
    explanation: Text = Member(description="Giải thích")
    corrections: OneOrMore[MemberCorrection] = Member(description="Nội dung đính chính")


class CorrectionConfirmed(Document):
    """A recipient confirms that it works with the corrected text from here on."""

    MEANING_VI: ClassVar[str] = "Xác nhận đã tiếp nhận đính chính"
    MEANING_EN: ClassVar[str] = "A correction is confirmed"

    correction: EventId = Member(description="Văn bản đính chính")
    affected: Distinct[EventId] = Member(default=(), description="Văn bản của cơ quan chịu ảnh hưởng")
    note: Text | None = Member(default=None, description="Ghi chú")


class EventRecalled(Document):
    """The sender recalls (thu hồi) an earlier event of its own: nobody is to act on it any more.

    `replaced_by` is the event that stands in its stead.
    """

    MEANING_VI: ClassVar[str] = "Thu hồi văn bản đã gửi"
    MEANING_EN: ClassVar[str] = "An earlier event is recalled"

    event: EventId = Member(description="Văn bản được thu hồi")
    ground: CorrectionGround = Member(description="Căn cứ thu hồi")
    explanation: Text = Member(description="Giải thích")
    replaced_by: EventId | None = Member(default=None, description="Văn bản thay thế")


class RecallConfirmed(Document):
    """A recipient confirms that it does not act on a recalled event, and names what it had already done on it."""

    MEANING_VI: ClassVar[str] = "Xác nhận đã thực hiện thu hồi văn bản"
    MEANING_EN: ClassVar[str] = "A recall is confirmed"

    recall: EventId = Member(description="Văn bản thu hồi")
    acted_on: Distinct[EventId] = Member(default=(), description="Văn bản đã ban hành dựa trên văn bản bị thu hồi")
    stopped_at: Instant | None = Member(default=None, description="Thời điểm ngừng sử dụng")
    note: Text | None = Member(default=None, description="Ghi chú")
