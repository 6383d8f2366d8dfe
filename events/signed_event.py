"""A signed event as it travels and as it is kept: the exact bytes, their signature, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from events import base64url
from events.envelope import Envelope, envelope_digest, parse_envelope
from events.payload import join_payload, split_payload
from events.signature import signature_kid


@dataclass(frozen=True)
class SignedEvent:
    """One event: parsed envelope, the bytes that were signed, salt, content bytes and the detached JWS.

    The bytes are kept as they travelled; nothing here re-encodes them.
    """

    envelope: Envelope
    envelope_bytes: bytes
    salt: bytes
    content_bytes: bytes
    signature: str

    digest: bytes = field(init=False, repr=False, compare=False)
    """SHA-256 of the envelope."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", envelope_digest(self.envelope_bytes))

    @property
    def digest_text(self) -> str:
        """`digest` in base64url."""
        return base64url.encode(self.digest)

    @property
    def kid(self) -> str:
        """The id of the key that signed."""
        return signature_kid(self.signature)

    @cached_property
    def payload(self) -> bytes:
        """What travels to a recipient."""
        return join_payload(self.envelope_bytes, self.salt, self.content_bytes)


def parse_signed_event(payload: bytes, signature: str) -> SignedEvent:
    """Read a payload and its signature's form; nothing is verified. Raises `Malformed`."""
    parts = split_payload(payload)
    signature_kid(signature)
    event = SignedEvent(parse_envelope(parts.envelope), parts.envelope, parts.salt, parts.content, signature)
    # The cut is exact, so joining the parts again would only give these bytes back.
    vars(event)["payload"] = payload
    return event
