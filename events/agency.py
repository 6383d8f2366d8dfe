"""An agency as the directory lists it: its names, the roles it holds over time, its signatories and their keys.

Role is not agency: the regulations name roles, organisations hold them for a time. Periods are half-open: a role is
held and a key is valid from its first instant up to, not including, its last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args

from events.errors import DirectoryInvalid, InvalidValue
from events.instants import format_instant, parse_instant
from events.keys import PublicKey
from events.names import KeyId, check_slug, parse_kid

Capacity = Literal["head", "deputy", "service"]
"""In what capacity a signatory signs: as head (Thủ trưởng), for the head (ký thay), or as the agency's own system."""

CAPACITIES: tuple[str, ...] = get_args(Capacity)


@dataclass(frozen=True)
class RoleTerm:
    """A role of the regulation, held from `since` until (not including) `until`; None while it is held.

    `successor` is the agency to which the role passes at `until`, with what is open under it; None if it just ends.
    """

    role: str
    since: datetime
    until: datetime | None = None
    successor: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the role is held at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class KeyRecord:
    """A public key, bound by its `kid` to an agency and a signatory, valid in [not_before, not_after).

    `capacity` is its signatory's. `revoked_at` is the instant from which nothing it signs is believed.
    """

    kid: str
    public_key: PublicKey
    not_before: datetime
    not_after: datetime
    capacity: Capacity
    revoked_at: datetime | None = None
    id: KeyId = field(init=False, repr=False, compare=False)
    """The parts of `kid`: province, agency, signatory, thumbprint."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", parse_kid(self.kid))

    @property
    def agency(self) -> str:
        """The id of the agency whose key this is."""
        return self.id.agency

    @property
    def signatory(self) -> str:
        """The id of the signatory whose key this is."""
        return self.id.signatory


@dataclass(frozen=True)
class Signatory:
    """An office that signs for its agency, never a person: id, official title, capacity, and its keys, oldest first."""

    id: str
    title: str
    capacity: Capacity
    keys: tuple[KeyRecord, ...] = ()


@dataclass(frozen=True)
class Agency:
    """An agency: id, official and English name, symbol in document numbers (Decree 30/2020), roles, signatories."""

    id: str
    name: str
    name_en: str
    symbol: str
    roles: tuple[RoleTerm, ...]
    signatories: tuple[Signatory, ...]

    def signatory(self, signatory_id: str) -> Signatory | None:
        """The signatory of that id, if the agency has it."""
        return next((signatory for signatory in self.signatories if signatory.id == signatory_id), None)


def agency_to_json(agency: Agency) -> dict[str, Any]:
    """The agency as it stands in the directory's text, under its id."""
    return {
        "name": agency.name,
        "name_en": agency.name_en,
        "symbol": agency.symbol,
        "roles": [
            {"role": term.role, "since": format_instant(term.since)}
            | ({} if term.until is None else {"until": format_instant(term.until)})
            | ({} if term.successor is None else {"successor": term.successor})
            for term in agency.roles
        ],
        "signatories": [
            {
                "id": signatory.id,
                "title": signatory.title,
                "capacity": signatory.capacity,
                "keys": [_key_to_json(key) for key in signatory.keys],
            }
            for signatory in agency.signatories
        ],
    }


def _key_to_json(key: KeyRecord) -> dict[str, str]:
    members = {
        "kid": key.kid,
        "public_key": key.public_key.text,
        "not_before": format_instant(key.not_before),
        "not_after": format_instant(key.not_after),
    }
    return members if key.revoked_at is None else members | {"revoked_at": format_instant(key.revoked_at)}


def agency_from_json(agency_id: str, members: Any) -> Agency:
    """Read an agency of the directory's text; raises `DirectoryInvalid`, naming the agency and what is wrong with it.

    Members that are not known are not complained of here: the directory's text must be exactly what it is written as.
    """
    try:
        return Agency(
            id=check_slug(agency_id, "agency id"),
            name=_text(members["name"]),
            name_en=_text(members["name_en"]),
            symbol=_text(members["symbol"]),
            roles=tuple(_term(term) for term in members["roles"]),
            signatories=tuple(_signatory(signatory) for signatory in members["signatories"]),
        )
    except KeyError as error:
        raise DirectoryInvalid(f"agency {agency_id[:40]!r}: member {error} is missing") from error
    except (TypeError, AttributeError) as error:
        raise DirectoryInvalid(f"agency {agency_id[:40]!r}: a member has the wrong JSON type ({error})") from error
    except InvalidValue as error:
        raise DirectoryInvalid(f"agency {agency_id[:40]!r}: {error}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable() or len(value) > 300:
        raise InvalidValue(f"{str(value)[:60]!r} is not one printable line of 1 to 300 characters")
    return value


def _instant(members: dict[str, Any], name: str) -> datetime | None:
    return parse_instant(_text(members[name])) if name in members else None


def _term(members: dict[str, Any]) -> RoleTerm:
    successor = check_slug(_text(members["successor"]), "successor") if "successor" in members else None
    return RoleTerm(
        _text(members["role"]), parse_instant(_text(members["since"])), _instant(members, "until"), successor
    )


def _signatory(members: dict[str, Any]) -> Signatory:
    if (capacity := members["capacity"]) not in CAPACITIES:
        raise InvalidValue(f"capacity {str(capacity)[:40]!r} is none of {', '.join(CAPACITIES)}")
    return Signatory(
        id=check_slug(_text(members["id"]), "signatory id"),
        title=_text(members["title"]),
        capacity=capacity,
        keys=tuple(_key(key, capacity) for key in members["keys"]),
    )


# Each version of a directory lists nearly the same keys again; checking that a key is a good point takes a while.
_public_key = lru_cache(maxsize=8192)(PublicKey.from_text)


def _key(members: dict[str, Any], capacity: Capacity) -> KeyRecord:
    return KeyRecord(
        kid=_text(members["kid"]),
        public_key=_public_key(_text(members["public_key"])),
        not_before=parse_instant(_text(members["not_before"])),
        not_after=parse_instant(_text(members["not_after"])),
        capacity=capacity,
        revoked_at=_instant(members, "revoked_at"),
    )
