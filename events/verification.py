"""Is it authentic? Checks 1 to 8 of admission: form, subject, address, key, signature, key's period, content.

Pure, and without need of anything the agency holds, but for one question: whether something proves that the event was
in the world before its key was revoked. The auditor makes the same checks of its copies, which may lack the content.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from events.arrival import Arrival, Authentic, Check, Quarantined
from events.directory import Directory, KeyRecord, KeyStanding, key_standing
from events.envelope import parse_envelope
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.payload import MAX_CONTENT_BYTES, content_digest, is_whole
from events.signature import signature_kid, verify_envelope
from events.signed_event import SignedEvent, parse_signed_event
from events.subjects import Subject, parse_subject

Anchor = Callable[[SignedEvent], datetime | None]
"""Asks for the earliest proven instant of an event: by a later link of its chain, a receipt, a checkpoint."""


def verify(
    arrival: Arrival, *, me: str, directory: Directory, now: datetime, anchor: Anchor
) -> Authentic | Quarantined:
    """Whether a message is an authentic event addressed to `me`; the first check that fails says why not."""
    return _verify(arrival, me, directory, now, anchor, _parse)


def verify_copy(
    arrival: Arrival, *, auditor: str, directory: Directory, now: datetime, anchor: Anchor
) -> Authentic | Quarantined:
    """As `verify`, for the copy that the auditor gets of every event, whoever its recipients are.

    Where the copy is the envelope alone the event's salt and content are empty, and check 8 is not made.
    """
    return _verify(arrival, auditor, directory, now, anchor, _parse_copy)


def _verify(
    arrival: Arrival,
    me: str,
    directory: Directory,
    now: datetime,
    anchor: Anchor,
    parse: Callable[[Arrival], SignedEvent],
) -> Authentic | Quarantined:
    claimed = ""
    try:
        subject = parse_subject(arrival.subject)
        claimed = subject.sender
        event = parse(arrival)
    except InvalidValue as error:
        return Quarantined(Check.SUBJECT, "subject", str(error), claimed)
    except Malformed as error:
        check = Check.SIZE if error.reason == "size" else Check.FORM
        return Quarantined(check, error.reason, error.explanation, claimed)

    def fails(check: Check, reason: str, explanation: str) -> Quarantined:
        return Quarantined(check, reason, explanation, claimed)

    if difference := _subject_difference(subject, event, directory):
        return fails(Check.SUBJECT, "subject", difference)
    if me != subject.recipient or (parse is _parse and event.envelope.recipient(me) is None):
        return fails(
            Check.ADDRESS, "address", f"the event is addressed to {', '.join(event.envelope.agencies)}, not to {me}"
        )
    key = directory.key(event.kid)
    if key is None or key.agency != event.envelope.sender:
        return fails(
            Check.KEY,
            "key",
            f"directory version {directory.version} binds no key {event.kid} to {event.envelope.sender}",
        )
    try:
        verify_envelope(event.envelope_bytes, event.signature, key.public_key)
    except SignatureInvalid as error:
        return fails(Check.SIGNATURE, "signature", str(error))
    standing = _standing(event, key, arrival, directory, now, anchor)
    if not standing.admits:
        return fails(
            Check.KEY_PERIOD, f"key-{standing.value.replace('_', '-')}", _PERIOD_TEXT[standing].format(kid=key.kid)
        )
    if event.salt and content_digest(event.salt, event.content_bytes) != event.envelope.contentdigest:
        return fails(
            Check.CONTENT_DIGEST, "content-digest", "the content is not the one whose digest the sender signed"
        )
    return Authentic(arrival, event, standing, key.capacity)


def _parse(arrival: Arrival) -> SignedEvent:
    if arrival.signature is None:
        raise Malformed("signature", "the message has no Phoihop-Signature header")
    event = parse_signed_event(arrival.payload, arrival.signature)
    if not event.envelope.is_protocol and len(event.content_bytes) > MAX_CONTENT_BYTES:
        raise Malformed("size", f"content of {len(event.content_bytes)} bytes is over {MAX_CONTENT_BYTES}")
    return event


def _parse_copy(arrival: Arrival) -> SignedEvent:
    if arrival.signature is None or is_whole(arrival.payload):
        return _parse(arrival)
    signature_kid(arrival.signature)
    return SignedEvent(parse_envelope(arrival.payload), arrival.payload, b"", b"", arrival.signature)


def _subject_difference(subject: Subject, event: SignedEvent, directory: Directory) -> str:
    envelope = event.envelope
    for what, told, signed in (
        ("province", subject.province, envelope.province),
        ("province", subject.province, directory.province),
        ("sender", subject.sender, envelope.sender),
        ("type", subject.event_type, envelope.event_type),
    ):
        if told != signed:
            return f"the subject's {what} is {told}, what is signed says {signed}"
    return ""


def _standing(
    event: SignedEvent, key: KeyRecord, arrival: Arrival, directory: Directory, now: datetime, anchor: Anchor
) -> KeyStanding:
    # The broker's clock is real; in a simulated network only the simulated now may be compared.
    arrived = now if directory.simulated or arrival.stored_at is None else arrival.stored_at
    standing = key_standing(key, at=event.envelope.time, arrived=arrived, now=now)
    if standing is KeyStanding.REVOKED and (proven := anchor(event)) is not None:
        standing = key_standing(key, at=event.envelope.time, arrived=min(arrived, proven), now=now)
    return standing


_PERIOD_TEXT = {
    KeyStanding.NOT_YET_VALID: "the event is dated before key {kid} became valid",
    KeyStanding.EXPIRED_BEFORE_SIGNING: "the event is dated after key {kid} expired",
    KeyStanding.REVOKED: "key {kid} was revoked before this event is known to have existed",
}
