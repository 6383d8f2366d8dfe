"""Base64 with padding (RFC 4648 section 4), read strictly, as signed notes have it.

A text that is not the encoder's own output (missing padding, blanks, stray bits in the last character) is refused, so
that equal bytes have one spelling. Envelopes and keys of the directory use `events.base64url` instead.
"""

from __future__ import annotations

import base64
import binascii

from events.errors import InvalidValue


def encode(data: bytes) -> str:
    """Bytes as padded base64."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of a padded base64 text; raises `InvalidValue` unless `encode` would give back the same text."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise InvalidValue(f"{text[:40]!r} is not base64") from error
    if encode(data) != text:
        raise InvalidValue(f"{text[:40]!r} is base64 in another spelling than the encoder's own")
    return data
