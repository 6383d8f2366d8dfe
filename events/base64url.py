"""Base64url without padding (RFC 4648 section 5, RFC 7515 section 2), read strictly.

A text that is not the encoder's own output (padding, blanks, stray bits in the last character) is refused, so that
equal bytes have one spelling.
"""

from __future__ import annotations

import binascii

from events.errors import InvalidValue

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def encode(data: bytes) -> str:
    """Bytes as unpadded base64url."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of an unpadded base64url text; raises `InvalidValue` unless `encode` would give back the same text."""
    try:
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise InvalidValue(f"{text[:40]!r} is not base64url") from error
    # The decoder passes over what is not of its alphabet; writing it again shows whether it has.
    if encode(data) != text:
        raise InvalidValue(f"{text[:40]!r} is not base64url without padding")
    return data
