"""Parcels and exhibits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.content import Value
from events.values.identifiers import AgencyId, Sha256
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.person import Place
from events.values.text import Line, Reference, Title


class Unit(Labelled):
    """Units in which goods and exhibits are counted."""

    PIECE = "piece", "chiếc", "piece"
    PACKAGE = "package", "kiện", "package"
    GRAM = "gram", "gam", "gram"
    MILLILITRE = "millilitre", "mi-li-lít", "millilitre"
    DONG = "dong", "đồng", "dong"
    PAGE = "page", "trang", "page"


Quantity = Annotated[int, Field(ge=1, le=10**12)]
"""A count of a named unit."""


class Parcel(Value):
    """A postal item or courier consignment, by the carrier's number."""

    number: Reference
    carrier: AgencyId | None = None
    sender: Line | None = None
    sender_address: Place | None = None
    addressee: Line | None = None
    addressee_address: Place | None = None
    declared_contents: Title | None = None
    found_contents: Title | None = None
    weight_grams: Annotated[int, Field(ge=1, le=10**8)] | None = None
    accepted_at: Instant | None = None


class Exhibit(Value):
    """An exhibit or means (tang vật, phương tiện). `serial` is the maker's number (IMEI, chassis, card number)."""

    name: Title
    identifier: Reference | None = None
    serial: Reference | None = None
    quantity: Quantity = 1
    unit: Unit = Unit.PIECE
    kept_at: Line | None = None
    seized_at: Instant | None = None
    sha256: Sha256 | None = None
