"""The payload: the envelope with `,"data":{"salt":…,"content":…}` spliced in as its last member.

So the payload is a plain structured-mode CloudEvent, and the signed bytes are cut out of it exactly:

    envelope   {"case":"5f0c…", … ,"type":"vn.phoihop.InfoRequested.v1"}
    payload    {"case":"5f0c…", … ,"type":"vn.phoihop.InfoRequested.v1","data":{"salt":"…","content":{…}}}

Envelope attributes are flat strings, and an unescaped `,"data":` cannot stand inside a JSON string, so the first
occurrence is the splice. `split_payload` accepts only what `join_payload` writes.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from events import base64url
from events.errors import InvalidValue, Malformed

SALT_BYTES = 32
MAX_CONTENT_BYTES = 262_144
"""A document's content; larger things travel as attachments, by digest."""
MAX_PAYLOAD_BYTES = 921_600
"""Under the broker's limit with its headers; above the content's, since a repair wraps a whole payload."""

_SPLICE = b',"data":{"salt":"'
_CONTENT = b'","content":'
_SALT_CHARACTERS = 43


class Parts(NamedTuple):
    """What a payload holds: the signed envelope's bytes, the 32-byte salt and the content's bytes."""

    envelope: bytes
    salt: bytes
    content: bytes


def join_payload(envelope: bytes, salt: bytes, content: bytes) -> bytes:
    """The payload of an envelope and its content; the inverse of `split_payload`."""
    return b"".join((envelope[:-1], _SPLICE, base64url.encode(salt).encode("ascii"), _CONTENT, content, b"}}"))


def split_payload(payload: bytes) -> Parts:
    """Cut a payload into its parts.

    Raises `Malformed` if it is over the size limit or not of the form that `join_payload` writes. The parts' own
    JSON is not read here.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise Malformed("size", f"payload of {len(payload)} bytes is over {MAX_PAYLOAD_BYTES}")
    splice = payload.find(_SPLICE)
    salt_at = splice + len(_SPLICE)
    content_at = salt_at + _SALT_CHARACTERS + len(_CONTENT)
    if (
        splice < 0
        or payload[:1] != b"{"
        or payload[salt_at + _SALT_CHARACTERS : content_at] != _CONTENT
        or payload[-2:] != b"}}"
        or len(payload) < content_at + 2
    ):
        raise Malformed(
            "payload",
            "payload is not a CloudEvent of ours: the data member with salt and content is not where it belongs",
        )
    try:
        salt = base64url.decode(payload[salt_at : salt_at + _SALT_CHARACTERS].decode("ascii"))
    except (InvalidValue, UnicodeDecodeError) as error:
        raise Malformed("payload", "the salt is not 32 bytes in base64url") from error
    return Parts(payload[:splice] + b"}", salt, payload[content_at:-2])


def is_whole(payload: bytes) -> bool:
    """Whether something that travelled has a data member, and so is no bare envelope."""
    return _SPLICE in payload


def content_digest(salt: bytes, content: bytes) -> bytes:
    """SHA-256(salt ‖ content): what the envelope signs of the content, so that it can be withheld and still proven."""
    return hashlib.sha256(salt + content).digest()
