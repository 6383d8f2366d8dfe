"""Who signs for the transparency log, and who for its witnesses: names and keys, all of them out of the directory.

The log signs its checkpoints with the auditor's service key, a witness cosigns with its agency's. Nobody has a key of
its own for this, so whoever trusts the province's root key knows all of them.
"""

from __future__ import annotations

from datetime import datetime

from events.directory import Directory, KeyRecord
from events.note import VerifierKey
from events.transparency.cosignature import CosignerKey

AUDITOR = "auditor"
"""The agency that keeps the log."""

_PREFIX = "phoihop"


def log_name(province: str) -> str:
    """The log's origin, and the name of the key that signs its checkpoints."""
    return f"{_PREFIX}.{province}.log"


def witness_name(province: str, agency: str) -> str:
    """The name of the key with which an agency cosigns."""
    return f"{_PREFIX}.{province}.{agency}"


def service_keys(directory: Directory, agency: str) -> tuple[KeyRecord, ...]:
    """Every service key that the directory lists for an agency, oldest first; none for an agency it does not list."""
    found = directory.agencies.get(agency)
    if found is None:
        return ()
    return tuple(key for signatory in found.signatories if signatory.capacity == "service" for key in signatory.keys)


def usable_at(key: KeyRecord, at: datetime) -> bool:
    """Whether what a key signs at an instant counts: in its period, and before it was revoked."""
    return key.not_before <= at < key.not_after and (key.revoked_at is None or at < key.revoked_at)


def usable_keys(directory: Directory, agency: str, at: datetime) -> list[KeyRecord]:
    """An agency's service keys that count at an instant, oldest first: without one nothing that it cosigns counts."""
    return [key for key in service_keys(directory, agency) if usable_at(key, at)]


def usable_in_second(key: KeyRecord, second: datetime) -> bool:
    """Whether a key counts for a cosignature, whose time is in whole seconds (https://c2sp.org/tlog-cosignature).

    What was cosigned in the second in which the key's period begins counts: its fraction was cut off by the format.
    """
    begins = key.not_before.replace(microsecond=0)
    return begins <= second < key.not_after and (key.revoked_at is None or second < key.revoked_at)


def log_keys(directory: Directory) -> tuple[VerifierKey, ...]:
    """Every key that has ever signed for the log, as the directory lists them."""
    name = log_name(directory.province)
    return tuple(VerifierKey(name, key.public_key) for key in service_keys(directory, AUDITOR))


def witness_keys(directory: Directory, agency: str) -> tuple[CosignerKey, ...]:
    """Every key with which an agency has ever cosigned, as the directory lists them."""
    name = witness_name(directory.province, agency)
    return tuple(CosignerKey(name, key.public_key) for key in service_keys(directory, agency))
