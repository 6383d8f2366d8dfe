"""Base64url without padding (RFC 4648 section 5, RFC 7515 section 2), read strictly.

A text that is not the encoder's own output (padding, blanks, stray bits in the last character) is refused, so that
equal bytes have one spelling.
"""

from __future__ import annotations

import base64
import binascii

from events.errors import InvalidValue


def encode(data: bytes) -> str:
    """Bytes as unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of an unpadded base64url text; raises `InvalidValue` unless `encode` would give back the same text."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise InvalidValue(f"{text[:40]!r} is not base64url") from error
    if encode(data) != text:
        raise InvalidValue(f"{text[:40]!r} is not base64url without padding")
    return data
