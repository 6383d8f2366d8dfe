"""Versions of a small directory, signed by a root key that is for tests only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nacl.signing import SigningKey

from events.directory import (
    Agency,
    Capacity,
    Directory,
    KeyRecord,
    RoleTerm,
    Signatory,
    root_key_name,
)
from events.keys import PublicKey
from events.note import VerifierKey, format_note, sign_note
from events.recipients import GENESIS

JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
EXPIRY = datetime(2028, 1, 1, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


def private(seed: str) -> SigningKey:
    return SigningKey(hashlib.sha256(f"for tests only: {seed}".encode()).digest())


def public(seed: str) -> PublicKey:
    return PublicKey(bytes(private(seed).verify_key))


def root_signs(message: bytes) -> bytes:
    return private("root").sign(message).signature


ROOT = VerifierKey(root_key_name("lao-cai"), public("root"))


def key(
    agency: str, signatory: str, capacity: Capacity, *, seed: str = "", not_before: datetime = JANUARY
) -> KeyRecord:
    public_key = public(f"{agency}/{signatory}{seed}")
    return KeyRecord(public_key.kid("lao-cai", agency, signatory), public_key, not_before, EXPIRY, capacity)


def agency(agency_id: str, *roles: RoleTerm) -> Agency:
    return Agency(
        id=agency_id,
        name=f"Cơ quan {agency_id}",
        name_en=f"Agency {agency_id}",
        symbol=agency_id.upper(),
        roles=roles or (RoleTerm(agency_id, JANUARY),),
        signatories=(
            Signatory("head", "Giám đốc", "head", (key(agency_id, "head", "head"),)),
            Signatory("service", "Hệ thống tự động", "service", (key(agency_id, "service", "service"),)),
        ),
    )


def first() -> Directory:
    agencies = {each.id: each for each in (agency("police"), agency("dic", RoleTerm("dic", JANUARY)), agency("sst"))}
    return Directory(1, GENESIS, "lao-cai", "Tỉnh Lào Cai", "lao-cai-29-2008", JANUARY, "real", agencies)


def after(old: Directory, **changes: Any) -> Directory:
    frame: dict[str, Any] = {"version": old.version + 1, "previous": old.digest, "issued_at": FEBRUARY}
    return replace(old, **(frame | changes))


def with_agency(directory: Directory, changed: Agency) -> dict[str, Agency]:
    return {**directory.agencies, changed.id: changed}


def with_key(old: Directory, change: Callable[[KeyRecord], tuple[KeyRecord, ...]]) -> dict[str, Agency]:
    """The agencies, with police's head's key replaced by what `change` makes of it."""
    police = old.agencies["police"]
    head, *others = police.signatories
    return with_agency(old, replace(police, signatories=(replace(head, keys=change(head.keys[0])), *others)))


def signed(text: str) -> str:
    return format_note(sign_note(text, ROOT, root_signs))
