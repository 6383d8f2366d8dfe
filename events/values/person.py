"""People and places that a document names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from events.content import Value
from events.values.instant import Day
from events.values.labelled import Labelled
from events.values.text import Line, Reference, Title

PhoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""A telephone number in the international form of ITU-T E.164: `+84912345678`."""


class IdentityDocumentKind(Labelled):
    """What proves who a person or organisation is."""

    CITIZEN_ID = "citizen_id", "căn cước công dân", "citizen identity card"
    IDENTITY_CARD = "identity_card", "chứng minh nhân dân", "identity card"
    PASSPORT = "passport", "hộ chiếu", "passport"
    BUSINESS_REGISTRATION = "business_registration", "giấy chứng nhận đăng ký doanh nghiệp", "business registration"


class IdentityDocument(Value):
    """A personal or business identity document."""

    kind: IdentityDocumentKind
    number: Reference
    issued_on: Day | None = None
    issuer: Line | None = None


class Involvement(Labelled):
    """In what respect a person is named."""

    SUSPECT = "suspect", "đối tượng nghi vấn", "suspect"
    VIOLATOR = "violator", "đối tượng vi phạm", "violator"
    VICTIM = "victim", "người bị hại", "victim"
    WITNESS = "witness", "người làm chứng", "witness"
    CONCERNED = "concerned", "người liên quan", "person concerned"


class Place(Value):
    """Where something is or happened. The position is in millionths of a degree (WGS 84)."""

    address: Title
    commune: Line | None = None
    district: Line | None = None
    province: Line | None = None
    latitude_microdegrees: Annotated[int, Field(ge=-90_000_000, le=90_000_000)] | None = None
    longitude_microdegrees: Annotated[int, Field(ge=-180_000_000, le=180_000_000)] | None = None


class Person(Value):
    """A person or organisation that the matter concerns. An informant is never named here (LC-12.1)."""

    name: Line
    involvement: Involvement
    identity: IdentityDocument | None = None
    born_on: Day | None = None
    address: Place | None = None
    phone: PhoneNumber | None = None


class Officer(Value):
    """The officer who handles something, by name and position."""

    name: Line
    position: Line
    unit: Line | None = None
    phone: PhoneNumber | None = None
