"""One held event by itself: its key, its signature, its key's period, its content."""

from __future__ import annotations

from datetime import datetime

from events.catalogue import read_content
from events.content import Content
from events.directory import Directory, KeyStanding, key_standing
from events.errors import Malformed, SignatureInvalid, UnknownEventType
from events.payload import content_digest
from events.record_entry import EntryKind, RecordEntry
from events.signature import verify_envelope
from services.agency.known_entries import UNREADABLE
from services.verify.verdict import FindingKind

Fault = tuple[FindingKind, str]


def check_signature(entry: RecordEntry, agency: str, directory: Directory) -> Fault | None:
    """Whether the key that the directory binds to the sender signed these bytes, for or by this agency."""
    event = entry.event
    envelope = event.envelope
    if envelope.province != directory.province:
        return FindingKind.SIGNATURE, f"the event is of {envelope.province}, not of {directory.province}"
    if entry.kind is EntryKind.SENT and envelope.sender != agency:
        return FindingKind.SIGNATURE, f"the event counts as sent from here, but its sender is {envelope.sender}"
    if entry.kind is EntryKind.INHERITED:
        passed = {gone for gone, heir in directory.heirs_at(entry.recorded_at).items() if heir == agency}
        if not passed & {envelope.sender, *envelope.agencies}:
            return FindingKind.SIGNATURE, f"the event counts as inherited, but nobody {agency} succeeds had it"
    elif entry.kind is not EntryKind.SENT and envelope.recipient(agency) is None:
        return FindingKind.SIGNATURE, f"the event is addressed to {', '.join(envelope.agencies)}, not to {agency}"
    key = directory.key(event.kid)
    if key is None or key.agency != envelope.sender:
        return FindingKind.SIGNATURE, f"no version of the directory binds key {event.kid} to {envelope.sender}"
    try:
        verify_envelope(event.envelope_bytes, event.signature, key.public_key)
    except (SignatureInvalid, Malformed) as error:
        return FindingKind.SIGNATURE, str(error)
    return None


def standing_of(entry: RecordEntry, directory: Directory, proven_at: datetime | None = None) -> KeyStanding:
    """What the key's period and revocation say of the event, known here at the latest when it was stored here.

    `proven_at` is an earlier instant at which something else shows that the event existed.
    """
    key = directory.key(entry.event.kid)
    if key is None:
        return KeyStanding.NOT_YET_VALID
    # A simulated network's broker runs by another clock: there only the record's own instants can be compared.
    known_at = not directory.simulated or entry.kind is EntryKind.INHERITED
    stored_at = entry.stored_at if known_at else None
    arrived = min(stored_at or entry.recorded_at, proven_at or entry.recorded_at)
    return key_standing(key, at=entry.event.envelope.time, arrived=arrived, now=entry.recorded_at)


def read_checked(entry: RecordEntry) -> Content | Fault:
    """The content, if it is the one whose digest was signed and has its type's form.

    What was refused because nothing here could read it need not be readable.
    """
    event = entry.event
    if content_digest(event.salt, event.content_bytes) != event.envelope.contentdigest:
        return FindingKind.CONTENT, "the content is not the one whose digest the sender signed"
    try:
        return read_content(event)
    except (Malformed, UnknownEventType) as error:
        return FindingKind.CONTENT, str(error)


def refused_unread(entry: RecordEntry) -> bool:
    """Whether the event was refused for a content that cannot be read."""
    return entry.refusal is not None and entry.refusal.reason in UNREADABLE
