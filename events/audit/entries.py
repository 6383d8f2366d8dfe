"""The entries of the log that a logged event has: one for each of its recipients, in sorted order."""

from __future__ import annotations

import re

from events.audit.logged_event import LoggedEvent
from events.envelope import envelope_digest, parse_envelope
from events.instants import parse_instant
from events.transparency.entry import Delivery, log_entry

# The envelope is one flat object of strings, and a quote inside a string is escaped: this stands in it once.
_RECIPIENTS = re.compile(rb'"recipients":"([^"]*)"')


def recipients_of(envelope_bytes: bytes) -> tuple[str, ...]:
    """The recipients' ids of an envelope that was verified, sorted: read without parsing all of it."""
    match = _RECIPIENTS.search(envelope_bytes)
    if match is None:
        return parse_envelope(envelope_bytes).agencies
    return tuple(part.partition(":")[0] for part in match[1].decode("ascii").split(" "))


def entries_of(event: LoggedEvent) -> tuple[bytes, ...]:
    """The 32-byte entries of an event, in the order of their indexes from `first_index` on."""
    digest = envelope_digest(event.envelope)
    stored_at = parse_instant(event.stored_at) if event.stored_at else None
    return tuple(
        log_entry(Delivery(digest, event.signature, recipient, event.stream_sequence, stored_at))
        for recipient in recipients_of(event.envelope)
    )
