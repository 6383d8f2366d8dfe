"""One event by itself: form, key, signature, the key's period, and the content where it is there.

| check | rules out |
| --- | --- |
| form | bytes that are not what the strict parsers' inverses would have written; another province's event |
| key-unknown | somebody who signs for an agency without a key that the directory binds to it |
| signature | an envelope or a signature that was altered |
| key-period | a key used before its time, after it, or after its revocation |
| content-swapped | a content, or a salt, that is not the one whose digest was signed |
| trimmed | a receipt, an alarm or the like without what it says: somebody took it out, or never gave it |
| time | a time of signing that lies ahead of the broker's clock when the event was stored |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.audit.data_member import opens, parse_data_member
from events.audit.finding import AuditCheck
from events.audit.logged_event import STATED_WHOLE, LoggedEvent
from events.directory import Directory, KeyRecord, key_standing
from events.envelope import Envelope, envelope_digest, parse_envelope
from events.errors import Malformed, SignatureInvalid
from events.instants import parse_instant
from events.signature import signature_kid, verify_envelope
from services.evidence.faults import Faults

RECEIPTS = frozenset({"EventReceived", "EventRefused"})
AHEAD = timedelta(minutes=5)
"""So far a sender's clock may be ahead of the broker's, as at admission."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event of a package after its own checks: what its envelope says, its digest, and its content's bytes.

    `content` is None where it is not in the package, or is not the one that was signed. `key` is the one that signed.
    `sound` is whether every check passed: what an unsound event says proves nothing.
    """

    logged: LoggedEvent
    envelope: Envelope
    digest: bytes
    content: bytes | None
    stored_at: datetime | None
    key: KeyRecord | None
    sound: bool


def check_event(
    logged: LoggedEvent,
    directory: Directory,
    where: str,
    faults: Faults,
    witnessed_at: Callable[[int], datetime | None] = lambda _index: None,
) -> Held | None:
    """Run the checks; None for an event whose envelope cannot be read.

    `witnessed_at` says by when an entry of the log was witnessed at the latest.
    """
    before = faults.count
    try:
        envelope = parse_envelope(logged.envelope)
        kid = signature_kid(logged.signature)
        _check_province(envelope, directory)
    except Malformed as error:
        faults.add(
            AuditCheck.FORM, where,
            "văn bản không đúng khuôn dạng đã ký", f"the event is not of the form that is signed: {error}",
        )  # fmt: skip
        return None
    _check_key(logged, envelope, kid, directory, where, faults, witnessed_at)
    content = _content(logged, envelope, where, faults)
    stored_at = parse_instant(logged.stored_at) if logged.stored_at is not None else None
    if stored_at is not None and not directory.simulated and envelope.time > stored_at + AHEAD:
        faults.add(
            AuditCheck.TIME, where,
            "thời điểm ký sau thời điểm hệ thống đã lưu văn bản",
            "the event is dated after the moment at which the broker stored it", envelope.id,
        )  # fmt: skip
    digest = envelope_digest(logged.envelope)
    return Held(logged, envelope, digest, content, stored_at, directory.key(kid), sound=faults.count == before)


def _check_province(envelope: Envelope, directory: Directory) -> None:
    if envelope.province != directory.province:
        raise Malformed("cloudevents", f"the event is of {envelope.province}, not of {directory.province}")


def _check_key(
    logged: LoggedEvent,
    envelope: Envelope,
    kid: str,
    directory: Directory,
    where: str,
    faults: Faults,
    witnessed_at: Callable[[int], datetime | None],
) -> None:
    receipt = envelope.event_type in RECEIPTS
    key = directory.key(kid)
    if key is None or key.agency != envelope.sender:
        faults.add(
            AuditCheck.RECEIPT_FORGED if receipt else AuditCheck.KEY_UNKNOWN, where,
            f"danh bạ không ghi khóa {kid} cho {envelope.sender}",
            f"the directory binds no key {kid} to {envelope.sender}", envelope.id,
        )  # fmt: skip
        return
    try:
        verify_envelope(logged.envelope, logged.signature, key.public_key)
    except (SignatureInvalid, Malformed) as error:
        faults.add(
            AuditCheck.RECEIPT_FORGED if receipt else AuditCheck.SIGNATURE, where,
            f"chữ ký không phải của {envelope.sender} trên đúng những byte này",
            f"the signature is not that of {envelope.sender} over these bytes: {error}", envelope.id,
        )  # fmt: skip
        return
    arrived = envelope.time
    # A simulated network's broker runs by another clock: there only what is signed can be compared.
    if not directory.simulated:
        if logged.stored_at is not None:
            arrived = parse_instant(logged.stored_at)
        elif key.revoked_at is not None:
            # Whoever has a stolen key dates as he likes, and a log that leaves out the broker's time may help him.
            arrived = witnessed_at(logged.first_index) or key.revoked_at
    standing = key_standing(key, at=envelope.time, arrived=arrived, now=arrived)
    if not standing.admits:
        faults.add(
            AuditCheck.KEY_PERIOD, where,
            f"khóa {kid} không có hiệu lực khi ký hoặc đã bị thu hồi",
            f"key {kid} is not valid for this event: {standing.value.replace('_', ' ')}", envelope.id,
        )  # fmt: skip


def _content(logged: LoggedEvent, envelope: Envelope, where: str, faults: Faults) -> bytes | None:
    if logged.data is None:
        if envelope.is_protocol and envelope.event_type in STATED_WHOLE:
            faults.add(
                AuditCheck.TRIMMED, where,
                "thông điệp này không kèm nội dung: không biết bên ký đã xác nhận, từ chối hay báo động điều gì",
                f"this {envelope.event_type} is without its content: what its signer receipted, refused or warned of "
                "does not show", envelope.id,
            )  # fmt: skip
        return None
    try:
        if opens(logged.data, envelope.contentdigest):
            return parse_data_member(logged.data)[1]
        why = "its digest is another"
    except Malformed as error:
        why = str(error)
    faults.add(
        AuditCheck.CONTENT_SWAPPED, where,
        "nội dung trong gói không phải nội dung mà bên gửi đã ký",
        f"the content in the package is not the one that the sender signed: {why}", envelope.id,
    )  # fmt: skip
    return None
