"""What must be true of one directory version by itself, whoever signed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from events.agency import CAPACITIES, Agency, KeyRecord, RoleTerm
from events.canonical import MAX_INTEGER
from events.errors import DirectoryInvalid, InvalidValue
from events.instants import whole_milliseconds
from events.names import check_slug
from events.recipients import GENESIS
from events.succession_of_roles import check_successors

if TYPE_CHECKING:
    from events.directory import Directory

CLOCKS = ("real", "simulated")


def all_keys(agencies: Mapping[str, Agency]) -> Iterator[KeyRecord]:
    """Every key of every signatory, in the directory's order."""
    for agency in agencies.values():
        for signatory in agency.signatories:
            yield from signatory.keys


def check_directory(directory: Directory) -> None:
    """Raises `DirectoryInvalid`, naming what contradicts what."""
    try:
        check_slug(directory.province, "province")
        check_slug(directory.regulation, "regulation")
    except (InvalidValue, TypeError) as error:
        raise DirectoryInvalid(f"directory: {error}") from error
    if not _is_version(directory.version):
        raise DirectoryInvalid(f"directory: version {directory.version!r} is not a number from 1")
    if len(directory.previous) != len(GENESIS) or (directory.version == 1) != (directory.previous == GENESIS):
        raise DirectoryInvalid("directory: previous must be the last version's SHA-256, and zeros in version 1 alone")
    if directory.clock not in CLOCKS:
        raise DirectoryInvalid(f"directory: clock {directory.clock!r} is neither real nor simulated")
    if not _is_line(directory.name):
        raise DirectoryInvalid("directory: the province's name is not one printable line")
    _check_instant(directory.issued_at, "issued_at")
    for agency_id, agency in directory.agencies.items():
        if agency_id != agency.id:
            raise DirectoryInvalid(f"agency {agency.id!r} is listed under {agency_id!r}")
        _check_roles(agency)
        _check_signatories(directory.province, agency)
        check_successors(agency, directory.agencies)
    _check_keys_unique(directory)


def _is_version(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_INTEGER


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _check_instant(moment: datetime, what: str) -> None:
    # Anything finer than the text's milliseconds would make a directory differ from its own text.
    if moment.tzinfo is None or moment != whole_milliseconds(moment):
        raise DirectoryInvalid(f"{what} must be an aware instant of whole milliseconds")


def _check_roles(agency: Agency) -> None:
    last: dict[str, RoleTerm] = {}
    for term in sorted(agency.roles, key=lambda term: term.since):
        _check_instant(term.since, f"agency {agency.id!r}: role {term.role!r} since")
        if term.until is not None:
            _check_instant(term.until, f"agency {agency.id!r}: role {term.role!r} until")
            if term.until <= term.since:
                raise DirectoryInvalid(f"agency {agency.id!r}: role {term.role!r} ends before it begins")
        earlier = last.get(term.role)
        if earlier is not None and (earlier.until is None or term.since < earlier.until):
            raise DirectoryInvalid(f"agency {agency.id!r}: role {term.role!r} is held twice at once")
        last[term.role] = term


def _check_signatories(province: str, agency: Agency) -> None:
    ids = [signatory.id for signatory in agency.signatories]
    if len(set(ids)) != len(ids):
        raise DirectoryInvalid(f"agency {agency.id!r}: a signatory id stands twice")
    for signatory in agency.signatories:
        if signatory.capacity not in CAPACITIES:
            raise DirectoryInvalid(
                f"agency {agency.id!r}: capacity {signatory.capacity!r} is none of {', '.join(CAPACITIES)}"
            )
        for key in signatory.keys:
            # A kid says whose key it is; only one that says the truth is listed.
            if key.kid != key.public_key.kid(province, agency.id, signatory.id):
                raise DirectoryInvalid(
                    f"agency {agency.id!r}: key {key.kid!r} stands under signatory {signatory.id!r} but its kid or "
                    "thumbprint says otherwise"
                )
            if key.capacity != signatory.capacity:
                raise DirectoryInvalid(f"key {key.kid!r} has another capacity than its signatory")
            _check_period(key)


def _check_period(key: KeyRecord) -> None:
    _check_instant(key.not_before, f"key {key.kid!r}: not_before")
    _check_instant(key.not_after, f"key {key.kid!r}: not_after")
    if key.not_after <= key.not_before:
        raise DirectoryInvalid(f"key {key.kid!r} expires before it is valid")
    if key.revoked_at is not None:
        _check_instant(key.revoked_at, f"key {key.kid!r}: revoked_at")


def _check_keys_unique(directory: Directory) -> None:
    holders: dict[bytes, str] = {}
    for key in all_keys(directory.agencies):
        # One key in two hands: neither could be held to what it signed.
        if (other := holders.setdefault(bytes(key.public_key), key.kid)) != key.kid:
            raise DirectoryInvalid(f"one public key is listed twice, as {other!r} and as {key.kid!r}")
    kids = [key.kid for key in all_keys(directory.agencies)]
    if len(set(kids)) != len(kids):
        raise DirectoryInvalid("a kid is listed twice")
