"""What an agency's record holds, in one total order: what it sent, admitted and refused, and local facts.

The record is the agency's own store; every view is a fold over these entries. The services write and read them,
the projections fold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.canonical import JSON
from events.signed_event import SignedEvent


class EntryKind(StrEnum):
    """What an entry of the record is."""

    SENT = "sent"
    """An own event, document or protocol message, signed here."""
    ADMITTED = "admitted"
    """An incoming event that passed every check, or an incoming protocol message that was verified."""
    REFUSED = "refused"
    """An authentic incoming event that the rules forbid: it used up its count and is a fact of the case."""
    INHERITED = "inherited"
    """A document from the record of an agency in whose place this one stands: it used no count or number here."""
    LOCAL = "local"
    """A fact that stays in the house: a draft, a look by a person, something quarantined."""


@dataclass(frozen=True)
class Refusal:
    """Why an incoming event was refused: the numbered check, a stable reason token, the clause and a sentence."""

    check: int
    reason: str
    clause: str | None
    explanation: str


@dataclass(frozen=True)
class RecordEntry:
    """One entry that holds a signed event.

    `position` is the entry's place in the record, from 1, without meaning outside the agency. `recorded_at` is when
    it was stored here (for an admitted event: when it was admitted). Of incoming events: `incoming_number` in the
    register of the year (None for protocol messages), `stream_sequence` and `stored_at` as the broker said,
    `directory_version` used for the checks, `heirs` as in `events.known_event`, `late` if it came after its key's
    ordinary expiry.
    """

    position: int
    kind: EntryKind
    recorded_at: datetime
    event: SignedEvent
    directory_version: int
    incoming_number: int | None = None
    stream_sequence: int | None = None
    stored_at: datetime | None = None
    late: bool = False
    refusal: Refusal | None = None
    heirs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LocalEntry:
    """One entry that stays in the house. `name` says what happened (`DraftSaved`, `MessageQuarantined`, …)."""

    position: int
    recorded_at: datetime
    name: str
    subject: str
    """The id of what it is about: a draft, a message's digest, a case."""
    data: JSON


Entry = RecordEntry | LocalEntry
