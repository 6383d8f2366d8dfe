"""Two openings on one suspicion: DIC, the focal point, says which stands (our addition to LC-2.2a, DL-3.2a)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator
from pydantic import Field as Member
from pydantic_core import PydanticCustomError

from events.types.document import Document
from events.values.identifiers import AgencyId, EventId
from events.values.legal import LegalBasis
from events.values.text import OneOrMore, Text


def _each_once(openings: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(openings)) != len(openings):
        raise PydanticCustomError("opening_twice", "the same opening stands twice")
    return openings


Openings = Annotated[
    tuple[EventId, ...],
    Member(min_length=2, max_length=20, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]
"""Two openings or more, each once."""


class ConflictResolved(Document):
    """Of several openings one stands, and its agency leads; the others' openings end with this."""

    MEANING_VI: ClassVar[str] = "Xác định đơn vị chủ trì khi có nhiều cơ quan cùng mở vụ việc"
    MEANING_EN: ClassVar[str] = "Of two openings, one is upheld"

    openings: Openings = Member(description="Các văn bản mở vụ việc")
    upheld: EventId = Member(description="Văn bản được giữ")
    lead: AgencyId = Member(description="Cơ quan chủ trì")
    reason: Text = Member(description="Lý do")
    legal_basis: OneOrMore[LegalBasis] = Member(description="Căn cứ pháp lý")
