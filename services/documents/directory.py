"""The document of a version of the directory: `directory-show.json`."""

from __future__ import annotations

from collections.abc import Sequence

from events.agency import Agency
from events.directory import Directory
from events.instants import format_instant
from services.documents import Document
from services.errors import UsageFault


class VersionUnknown(UsageFault):
    """The folder holds no such version of the directory."""


def version_of(chain: Sequence[Directory], version: int | None) -> Directory:
    """A version of the directory, the newest where none is named; raises `VersionUnknown`."""
    if version is not None and version > len(chain):
        raise VersionUnknown(
            what=f"there is no version {version} of the directory here",
            why=f"the newest is {len(chain)}",
            next_step="leave the version out for the newest",
        )
    return chain[(version or len(chain)) - 1]


def directory_document(directory: Directory, newest_version: int, root_key: str) -> Document:
    """A version of the directory, with the key that a verifier has to trust."""
    return {
        "province": directory.province,
        "name": directory.name,
        "regulation": directory.regulation,
        "version": directory.version,
        "newest_version": newest_version,
        "issued_at": format_instant(directory.issued_at),
        "clock": directory.clock,
        "root_key": root_key,
        "agencies": [_agency(agency) for agency in directory.agencies.values()],
    }


def _agency(agency: Agency) -> Document:
    return {
        "id": agency.id,
        "name": agency.name,
        "name_en": agency.name_en,
        "symbol": agency.symbol,
        "roles": [
            {
                "role": term.role,
                "since": format_instant(term.since),
                "until": None if term.until is None else format_instant(term.until),
                "successor": term.successor,
            }
            for term in agency.roles
        ],
        "signatories": [
            {
                "id": signatory.id,
                "title": signatory.title,
                "capacity": signatory.capacity,
                "keys": [
                    {
                        "kid": key.kid,
                        "not_before": format_instant(key.not_before),
                        "not_after": format_instant(key.not_after),
                        "revoked_at": None if key.revoked_at is None else format_instant(key.revoked_at),
                    }
                    for key in signatory.keys
                ],
            }
            for signatory in agency.signatories
        ],
    }
