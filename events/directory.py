"""A province's directory: its agencies, the roles they hold, their signatories and keys, in numbered signed versions.

A version's text is one line of canonical JSON (RFC 8785):

    {"agencies":{"dic":{"name":"Sở …","name_en":"…","roles":[{"role":"dic","since":"2008-07-26T17:00:00.000Z"}],
     "signatories":[{"capacity":"head","id":"head","keys":[{"kid":"lao-cai/dic/head/…","not_after":"…","not_before":"…",
     "public_key":"…"}],"title":"Giám đốc"}, …],"symbol":"STTTT"}, …},"clock":"real","format":"phoihop-directory/1",
     "issued_at":"…","name":"Tỉnh Lào Cai","previous":"…","province":"lao-cai","regulation":"lao-cai-29-2008",
     "version":1}

It is signed as a note (`events.note`) by the province's root key, named `phoihop.<province>.root`. `previous` is the
SHA-256 of the previous version's text, zeros for version 1. What may change between versions: `events.succession`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from events import base64url
from events.agency import Agency, Capacity, KeyRecord, RoleTerm, Signatory, agency_from_json, agency_to_json
from events.canonical import canonical_json, parse_canonical
from events.directory_checks import all_keys, check_directory
from events.errors import DirectoryInvalid, InvalidValue, Malformed, SignatureInvalid
from events.instants import format_instant, parse_instant
from events.key_standing import KeyStanding, key_standing
from events.note import VerifierKey, format_note, parse_note, sign_note, verify_note
from events.succession_of_roles import heirs_over_time
from events.timeline import Timeline

__all__ = [
    "FORMAT", "Agency", "Capacity", "Clock", "Directory", "KeyRecord", "KeyStanding", "RoleTerm", "Signatory",
    "key_standing", "parse_directory", "root_key_name", "sign_directory",
]  # fmt: skip

FORMAT = "phoihop-directory/1"
"""Stands in every text, so that nothing else the root key may ever sign reads as a directory."""

Clock = Literal["real", "simulated"]
"""`simulated` is for demonstrations: order is then proven, times are not, and every verdict says so."""


@dataclass(frozen=True)
class Directory:
    """One version of a province's directory. Equality is by value.

    `previous` is the digest of the previous version's text (32 bytes, zeros for version 1). `agencies` maps ids to
    agencies. Raises `DirectoryInvalid` if it contradicts itself.
    """

    version: int
    previous: bytes
    province: str
    name: str
    regulation: str
    issued_at: datetime
    clock: Clock
    agencies: Mapping[str, Agency]

    def __post_init__(self) -> None:
        object.__setattr__(self, "agencies", MappingProxyType(dict(sorted(self.agencies.items()))))
        check_directory(self)

    def __hash__(self) -> int:
        return hash((self.province, self.version, self.previous))

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only view of a dict does not pickle, and a directory may be handed to another process.
        values = (self.version, self.previous, self.province, self.name, self.regulation, self.issued_at, self.clock)
        return Directory, (*values, dict(self.agencies))

    # --- lookups (hot: asked for every event) ---

    def key(self, kid: str) -> KeyRecord | None:
        """The key of that id, with its capacity and binding; None if the directory does not list it."""
        return self._keys.get(kid)

    def roles_of(self, agency: str, at: datetime) -> frozenset[str]:
        """The roles an agency holds at an instant; empty for an agency that is not listed."""
        return self._roles[agency].at(at) if agency in self._roles else frozenset()

    def agencies_with_role(self, role: str, at: datetime) -> tuple[str, ...]:
        """The ids of the agencies that hold a role at an instant, sorted; empty if nobody does."""
        return self._holders[role].at(at) if role in self._holders else ()

    def heirs_at(self, at: datetime) -> Mapping[str, str]:
        """Agency → the one that stands in its place at an instant; only those that passed on all that they were."""
        return self._heirs.at(at)

    @cached_property
    def agency_names(self) -> Mapping[str, str]:
        """The official Vietnamese names by agency id."""
        return MappingProxyType({agency.id: agency.name for agency in self.agencies.values()})

    @property
    def simulated(self) -> bool:
        """Whether the network's times are simulated."""
        return self.clock == "simulated"

    # --- text ---

    @cached_property
    def text(self) -> str:
        """The text that is signed: canonical JSON and a newline."""
        members = {
            "format": FORMAT,
            "version": self.version,
            "previous": base64url.encode(self.previous),
            "province": self.province,
            "name": self.name,
            "regulation": self.regulation,
            "issued_at": format_instant(self.issued_at),
            "clock": self.clock,
            "agencies": {agency.id: agency_to_json(agency) for agency in self.agencies.values()},
        }
        return canonical_json(members).decode("utf-8") + "\n"

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the text, without signatures (others may be added later): the next version's `previous`."""
        return hashlib.sha256(self.text.encode("utf-8")).digest()

    # --- indexes ---

    @cached_property
    def _keys(self) -> dict[str, KeyRecord]:
        return {key.kid: key for key in all_keys(self.agencies)}

    @cached_property
    def _roles(self) -> dict[str, Timeline[frozenset[str]]]:
        return {agency.id: _roles_over_time(agency) for agency in self.agencies.values()}

    @cached_property
    def _heirs(self) -> Timeline[Mapping[str, str]]:
        return heirs_over_time(self.agencies)

    @cached_property
    def _holders(self) -> dict[str, Timeline[tuple[str, ...]]]:
        terms: dict[str, list[tuple[str, RoleTerm]]] = {}
        for agency in self.agencies.values():
            for term in agency.roles:
                terms.setdefault(term.role, []).append((agency.id, term))
        return {role: _holders_over_time(held) for role, held in terms.items()}


def root_key_name(province: str) -> str:
    """The name of a province's root key in notes."""
    return f"phoihop.{province}.root"


def sign_directory(directory: Directory, root: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """The note of a directory version; `sign` signs with the root's private key.

    Raises `DirectoryInvalid` if `root` is not this province's, `SignatureInvalid` if `sign` is not of `root`.
    """
    _check_root(directory.province, root)
    return format_note(sign_note(directory.text, root, sign))


def parse_directory(note_text: str | bytes, root: VerifierKey) -> Directory:
    """Read and verify one version's note.

    Raises `DirectoryInvalid` if it is no note, not signed by `root`, not exactly what `Directory.text` writes, or
    contradicts itself. Whether it follows the version held so far is `events.succession`'s to say.
    """
    try:
        note = parse_note(note_text)
        verify_note(note, [root])
    except Malformed as error:
        raise DirectoryInvalid(f"the directory is no signed note: {error}") from error
    except SignatureInvalid as error:
        raise DirectoryInvalid(
            f"the directory's signature is wrong: {error}. Fetch it again from the province; if it stays so, "
            f"compare the root key {root} with the one the province gave out"
        ) from error
    try:
        members = parse_canonical(note.text.removesuffix("\n").encode("utf-8"))
    except Malformed as error:
        raise DirectoryInvalid(f"the directory's text is not canonical JSON: {error}") from error
    directory = _from_json(members)
    if directory.text != note.text:
        raise DirectoryInvalid(
            "the directory's text holds members or an order that this version of phoihop does not write"
        )
    _check_root(directory.province, root)
    return directory


def _check_root(province: str, root: VerifierKey) -> None:
    if root.name != root_key_name(province):
        raise DirectoryInvalid(
            f"the directory of {province} cannot be signed by {root.name}, only by {root_key_name(province)}"
        )


def _from_json(members: Any) -> Directory:
    if not isinstance(members, dict) or members.get("format") != FORMAT:
        found = members.get("format") if isinstance(members, dict) else members
        raise DirectoryInvalid(f"the signed text is no directory: its format is {str(found)[:60]!r}, not {FORMAT!r}")
    try:
        return Directory(
            version=members["version"],
            previous=base64url.decode(members["previous"]),
            province=members["province"],
            name=members["name"],
            regulation=members["regulation"],
            issued_at=parse_instant(members["issued_at"]),
            clock=members["clock"],
            agencies={
                agency_id: agency_from_json(agency_id, agency) for agency_id, agency in members["agencies"].items()
            },
        )
    except KeyError as error:
        raise DirectoryInvalid(f"directory: member {error} is missing") from error
    except (TypeError, AttributeError) as error:
        raise DirectoryInvalid(f"directory: a member has the wrong JSON type ({error})") from error
    except InvalidValue as error:
        raise DirectoryInvalid(f"directory: {error}") from error


def _edges(terms: Iterable[RoleTerm]) -> list[datetime]:
    return [edge for term in terms for edge in (term.since, term.until) if edge is not None]


def _roles_over_time(agency: Agency) -> Timeline[frozenset[str]]:
    return Timeline(
        _edges(agency.roles),
        lambda at: frozenset(term.role for term in agency.roles if term.holds(at)),
        before=frozenset(),
    )


def _holders_over_time(held: list[tuple[str, RoleTerm]]) -> Timeline[tuple[str, ...]]:
    return Timeline(
        _edges(term for _, term in held),
        lambda at: tuple(sorted(agency for agency, term in held if term.holds(at))),
        before=(),
    )
