"""This project's log entry: 32 bytes that commit to one delivery and tell nobody whose it is.

    SHA-256( "phoihop/log-entry/v1" LF
             ‖ u32 length ‖ envelope digest        32 bytes
             ‖ u32 length ‖ signature              the detached JWS, ASCII
             ‖ u32 length ‖ recipient              the agency's id, ASCII
             ‖ u32 length ‖ stream sequence        8 bytes, big-endian; no bytes if absent
             ‖ u32 length ‖ stored time            24 characters as on the wire, no characters if absent )

Lengths are in bytes, big-endian. The envelope holds a random nonce, so nobody who lacks the envelope can find the
entry by guessing. The leaf's hash is then SHA-256(0x00 ‖ entry), as for every entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from events.errors import InvalidValue, ProofInvalid
from events.instants import format_instant
from events.names import check_slug
from events.signature import MAX_SIGNATURE_CHARACTERS
from events.transparency.merkle import HASH_BYTES

ENTRY_BYTES = 32
_PREFIX = b"phoihop/log-entry/v1\n"
_SEQUENCE_BYTES = 8
_MAX_SEQUENCE = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a log entry commits to: one event to one recipient, as the broker stored it.

    `envelope_digest` is SHA-256 of the envelope's bytes, `signature` the detached JWS as it travelled. Sequence and
    time are the stream's, absent where an event did not come through it. Raises `InvalidValue`.
    """

    envelope_digest: bytes
    signature: str
    recipient: str
    stream_sequence: int | None = None
    stored_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.envelope_digest) != HASH_BYTES:
            raise InvalidValue(f"an envelope's digest has {HASH_BYTES} bytes, not {len(self.envelope_digest)}")
        if not self.signature.isascii() or not 0 < len(self.signature) <= MAX_SIGNATURE_CHARACTERS:
            raise InvalidValue(f"a signature is 1 to {MAX_SIGNATURE_CHARACTERS} ASCII characters")
        check_slug(self.recipient, "recipient")
        if self.stream_sequence is not None and not 0 < self.stream_sequence <= _MAX_SEQUENCE:
            raise InvalidValue(f"{self.stream_sequence} is no sequence of a stream")


def log_entry(delivery: Delivery) -> bytes:
    """The 32 bytes that stand in the log for a delivery."""
    sequence, stored = delivery.stream_sequence, delivery.stored_at
    fields = (
        delivery.envelope_digest,
        delivery.signature.encode("ascii"),
        delivery.recipient.encode("ascii"),
        b"" if sequence is None else sequence.to_bytes(_SEQUENCE_BYTES, "big"),
        b"" if stored is None else format_instant(stored).encode("ascii"),
    )
    return sha256(b"".join((_PREFIX, *(len(field).to_bytes(4, "big") + field for field in fields)))).digest()


def verify_entry(entry: bytes, delivery: Delivery) -> None:
    """Check that a log entry is the one of this delivery; raises `ProofInvalid` (`entry`)."""
    if log_entry(delivery) != entry:
        raise ProofInvalid(
            "entry",
            f"the log's entry is not that of this delivery to {delivery.recipient}: envelope, signature, recipient, "
            "stream sequence or stored time is another",
        )
