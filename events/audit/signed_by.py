"""Who signed, and did the key count: from the detached JWS to the directory's key, in a few microseconds.

The protected header of a key is always the same text, so it is looked up as it stands; one that is not known is read
and refused by `events.signature`, which has the last word.
"""

from __future__ import annotations

import binascii
from typing import NamedTuple

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from events.directory import Directory, KeyRecord
from events.errors import Malformed
from events.instants import format_instant
from events.signature import MAX_SIGNATURE_CHARACTERS, SIGNATURE_BYTES, signature_kid

_MAX_HEADERS = 10_000

# The other alphabet's own letters are none of this one.
_TO_BASE64 = bytes.maketrans(b"-_+/", b"+/!!")


class SigningKey(NamedTuple):
    """A key as the checks use it. Instants are texts; `revoked_at` is empty where the key was not revoked."""

    kid: str
    agency: str
    capacity: str
    public_key: bytes
    not_before: str
    not_after: str
    revoked_at: str
    header: bytes


class SigningKeys:
    """The keys of a directory by the header that their signatures bear."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._by_header: dict[str, SigningKey | None] = {}

    def of(self, signature: str) -> tuple[SigningKey | None, bytes]:
        """The key that a detached JWS names, None if the directory lists none, and the 64 bytes that were signed.

        Raises `Malformed` unless the text is one that `events.signature` writes.
        """
        header, _, rest = signature.partition("..")
        if header not in self._by_header:
            self._learn(header, signature)
        try:
            raw = binascii.a2b_base64(rest.encode("ascii").translate(_TO_BASE64) + b"==", strict_mode=True)
        except (UnicodeEncodeError, binascii.Error) as error:
            raise Malformed("signature", f"the signature is not base64url: {error}") from error
        if len(raw) != SIGNATURE_BYTES or rest[-1] not in "AQgw" or len(signature) > MAX_SIGNATURE_CHARACTERS:
            raise Malformed("signature", "a signature is <protected>..<64 bytes in base64url>")
        return self._by_header[header], raw

    def _learn(self, header: str, signature: str) -> None:
        key = self._directory.key(signature_kid(signature))
        if len(self._by_header) >= _MAX_HEADERS:
            self._by_header.clear()
        self._by_header[header] = None if key is None else _signing_key(key, header)


def _signing_key(key: KeyRecord, header: str) -> SigningKey:
    revoked_at = "" if key.revoked_at is None else format_instant(key.revoked_at)
    return SigningKey(
        key.kid,
        key.agency,
        key.capacity,
        bytes(key.public_key),
        format_instant(key.not_before),
        format_instant(key.not_after),
        revoked_at,
        header.encode("ascii") + b".",
    )


def signed(key: SigningKey, raw: bytes, envelope: bytes) -> bool:
    """Whether the 64 bytes are the key's signature over an envelope."""
    try:
        crypto_sign_open(raw + key.header + envelope, key.public_key)
    except (BadSignatureError, ValueError):
        return False
    return True


def in_period(key: SigningKey, time: str) -> bool:
    """Whether the key was valid at an event's time, and not revoked by then."""
    return key.not_before <= time < key.not_after and not (key.revoked_at and time >= key.revoked_at)


def revoked_by(key: SigningKey, arrived: str | None) -> bool:
    """Whether the key had been revoked when the event was first seen, or nobody says when that was."""
    return bool(key.revoked_at) and (arrived is None or arrived >= key.revoked_at)
