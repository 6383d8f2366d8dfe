"""What came in from the broker or by repair, and what examining it can end in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from events.content import Content
from events.directory import KeyStanding
from events.record_entry import Refusal
from events.signed_event import SignedEvent


class Check(IntEnum):
    """The numbered checks of admission, in the order in which they are made.

    1 to 8 establish that the message is authentic: what fails there uses no count and goes to quarantine. From 9 on it
    is known who speaks: a repeat is recognised, a gap is waited for, what is unlawful is refused and uses its count.
    """

    SIZE = 1
    """Within the wire format's limits: nothing later has to handle more."""
    FORM = 2
    """Payload, envelope and signature are exactly what the wire format's writer writes: one event has one spelling."""
    SUBJECT = 3
    """Sender, recipient, province and type in the broker's subject agree with what is signed: the broker lets an agency
    publish only under its own name, so a mismatch is somebody else's event."""
    ADDRESS = 4
    """This agency stands among the signed recipients: an event delivered to the wrong house is not taken in."""
    KEY = 5
    """The directory binds the key to the sender."""
    SIGNATURE = 6
    """The key signed these very bytes."""
    KEY_PERIOD = 7
    """The key was valid at the event's time and not revoked before the event was in the world."""
    CONTENT_DIGEST = 8
    """The content is the one whose digest is signed."""
    REPEAT = 9
    """The event is not held yet."""
    CHAIN = 10
    """Its count follows the last one from this sender, and it names the envelope before it."""
    TYPE = 11
    """The type and version are in the catalogue, and the content has their members."""
    TIME = 12
    """Not from the future, not before the sender's previous event, not before its cause."""
    ROLE = 13
    """The sender holds the role it acts in."""
    RULE = 14
    """A row of the regulation lets this role tell this recipient this, now, over this signature."""


@dataclass(frozen=True)
class Arrival:
    """A message as it came: the subject it came under, payload and signature header, and what the broker says of it.

    By repair there is no stream sequence and no broker's time.
    """

    subject: str
    payload: bytes
    signature: str | None
    stream_sequence: int | None = None
    stored_at: datetime | None = None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload: what names it to its sender, where no envelope can be trusted."""
        return hashlib.sha256(self.payload).digest()

    @property
    def quarantine_key(self) -> bytes:
        """SHA-256 over payload and signature: the same bytes under another signature are another message."""
        return hashlib.sha256(self.payload + b"\n" + (self.signature or "").encode()).digest()


@dataclass(frozen=True)
class Authentic:
    """Checks 1 to 8 passed: the sender's key signed this event, and it is addressed to this agency."""

    arrival: Arrival
    event: SignedEvent
    standing: KeyStanding
    capacity: str


@dataclass(frozen=True)
class Quarantined:
    """Not verifiable, or in contradiction with the sender's chain: kept, shown, uses no count."""

    check: Check
    reason: str
    explanation: str
    claimed_sender: str


@dataclass(frozen=True)
class Repeated:
    """Already held: nothing is stored again, the last receipt is given again."""

    event: SignedEvent


@dataclass(frozen=True)
class Parked:
    """Authentic, but an earlier count or a cause is missing: kept until it comes.

    `waits_for` is the id of a missing event, or empty where counts are missing; `missing` are those counts.
    """

    waits_for: str
    missing: range
    explanation: str


@dataclass(frozen=True)
class Refused:
    """Authentic but unlawful: uses its count, becomes a fact, and the sender owes a correction."""

    refusal: Refusal
    content: Content | None


@dataclass(frozen=True)
class Admitted:
    """Authentic and lawful. `late`: it came after its key's ordinary expiry."""

    content: Content
    late: bool


Outcome = Admitted | Refused | Parked | Repeated | Quarantined
