"""An event that an agency holds, against what the log says of it: where its entries stand and what they commit to.

1. The log states a sequence and a time: every copy of the auditor's comes from the stream.
2. The time is possible: not before the event was signed, not after the answer.
3. It agrees with this agency's own copy. The broker stores the copies of an event in one batch, so both bear the same
   time; a copy that was sent again is later. This agency's own may be (it was sent again for want of a receipt); the
   auditor's only if this agency knows why: the log had said that it lacks the event, or the stream was begun anew.
4. The entries, computed from the event's own bytes, are the ones in the tiles (`services/witness/entries_in_tree.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from events import base64url
from events.audit.leaves import entry_of, entry_parts, leaf_of
from events.instants import parse_instant
from events.record_entry import RecordEntry

TOLERANCE = timedelta(minutes=5)
"""How far two clocks may be apart: as much as admission allows a sender's clock to be ahead. The copies of one batch
are stamped within milliseconds; the rest is room for a broker whose clock is corrected."""


class HeldEvent(NamedTuple):
    """What an agency holds of an event that must be in the log. `recipients` are sorted.

    `stream_sequence` and `stored_at` are those of its own copy; absent for own events, and for what came by repair.
    """

    position: int
    digest: bytes
    signature: str
    recipients: tuple[str, ...]
    signed_at: datetime
    own: bool
    stream_sequence: int | None = None
    stored_at: datetime | None = None

    @classmethod
    def of(cls, entry: RecordEntry, *, own: bool) -> HeldEvent:
        """The event of an entry of the record; `own` if it was sent from here."""
        event = entry.event
        envelope = event.envelope
        return cls(
            entry.position, event.digest, event.signature, envelope.agencies, envelope.time, own,
            entry.stream_sequence, entry.stored_at,
        )  # fmt: skip


class StatedPlace(NamedTuple):
    """Where the log says that an event stands, as `Inclusion`; `stored_at` is an instant as the wire writes it."""

    first_index: int
    stream_sequence: int | None
    stored_at: str | None


def read_answer(content: bytes) -> tuple[list[tuple[bytes, StatedPlace]], list[bytes]]:
    """The places and the unknown digests of an `InclusionStated` that was admitted, so that its form is known.

    Read without making five hundred objects with checks of their own a second time.
    """
    answer = orjson.loads(content)
    places = [
        (
            base64url.decode(stated["event"]),
            StatedPlace(stated["first_index"], stated.get("stream_sequence"), stated.get("stored_at")),
        )
        for stated in answer.get("entries", ())
    ]
    return places, [base64url.decode(text) for text in answer.get("unknown", ())]


def leaves_of(held: HeldEvent, stated: StatedPlace) -> list[bytes]:
    """The leaf hashes of the event's entries, one for each recipient, as they must stand from `first_index` on."""
    parts = entry_parts(held.digest, held.signature, stated.stream_sequence, stated.stored_at)
    return [leaf_of(entry_of(parts, recipient.encode("ascii"))) for recipient in held.recipients]


def implausible(
    held: HeldEvent, stated: StatedPlace, *, now: datetime, simulated: bool, sent_again_after: datetime | None = None
) -> str | None:
    """Why what the log states of an event cannot be, by checks 1 to 3; None if it can.

    `sent_again_after`: since when this agency knows of a reason to send the auditor its copy again. In a network of
    `simulated` clocks only the broker's own times are compared.
    """
    if stated.stored_at is None or stated.stream_sequence is None:
        return "the log says neither when nor where in the stream its copy was stored"
    stored_at = parse_instant(stated.stored_at)
    if not simulated and stored_at < held.signed_at - TOLERANCE:
        return "the log's copy is said to have been stored before the event was signed"
    if not simulated and stored_at > now + TOLERANCE:
        return "the log's copy is said to have been stored in the future"
    if held.stored_at is None or abs(stored_at - held.stored_at) <= TOLERANCE:
        return None
    if stored_at > held.stored_at:
        if sent_again_after is not None and stored_at >= sent_again_after - TOLERANCE:
            return None
        return "the log's copy is said to have been stored long after this agency's own copy"
    if held.stream_sequence is not None and stated.stream_sequence > held.stream_sequence:
        return "the log's copy is said to be older than this agency's own, but to stand behind it in the stream"
    return None
