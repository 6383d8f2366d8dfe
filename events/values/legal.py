"""What a decision or request rests on: provisions of the law, and contracts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from events.content import Value
from events.values.identifiers import AgencyId
from events.values.instant import Day
from events.values.text import Line, Readable, Reference, Title

NumberedSymbol = Annotated[
    str, StringConstraints(max_length=80, pattern=r"^[0-9]{1,9}[A-Za-z]?/[^\s\x00-\x1f\x7f]+$"), Readable
]
"""Number and symbol of a legal document as one: `15/2020/NĐ-CP`, `29/2008/QĐ-UBND`."""

RegulationClause = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9A-Za-z.]{1,12}$")]
"""A clause of a coordination regulation, such as `LC-7.2b`."""


class LegalBasis(Value):
    """A provision (căn cứ pháp lý): the legal document, and in it article (Điều), clause (khoản) and point (điểm)."""

    instrument: NumberedSymbol
    title: Title
    issuer: Line | None = None
    issued_on: Day | None = None
    article: Annotated[int, Field(ge=1, le=9999)] | None = None
    clause: Annotated[int, Field(ge=1, le=999)] | None = None
    point: Annotated[str, StringConstraints(pattern=r"^[a-zđ][0-9]{0,2}$")] | None = None


class Contract(Value):
    """A contract between two parties, by its number and the day it was signed (LC-7.4)."""

    number: Reference
    signed_on: Day
    counterparty: AgencyId
    ends_on: Day | None = None
    title: Title | None = None
