"""The payload's `data` member by itself, `{"salt":…,"content":…}`: how the auditor keeps a content beside its envelope.

So the exact bytes that travelled can be put together again, or the content withheld, without touching what was signed.
"""

from __future__ import annotations

from events.errors import Malformed
from events.payload import content_digest, join_payload, split_payload

_FRAME = b'{,"data":'
"""An envelope without attributes, up to its data: what a member needs around it to be read as a payload is."""


def data_member(salt: bytes, content: bytes) -> bytes:
    """The member that carries a content under its 32-byte salt; the inverse of `parse_data_member`."""
    return join_payload(b"{}", salt, content)[len(_FRAME) : -1]


def parse_data_member(data: bytes) -> tuple[bytes, bytes]:
    """Salt and content bytes of a member; raises `Malformed` for anything that `data_member` would not write."""
    parts = split_payload(_FRAME + data + b"}")
    if parts.envelope != b"{}":
        raise Malformed("payload", "the data member does not begin with its salt")
    return parts.salt, parts.content


def opens(data: bytes, contentdigest: bytes) -> bool:
    """Whether a member holds the content whose digest an envelope signs. Raises `Malformed`."""
    return content_digest(*parse_data_member(data)) == contentdigest
