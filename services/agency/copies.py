"""The copies of an event as they go to the broker: one for each recipient, and the auditor's."""

from __future__ import annotations

import hashlib

from events import base64url
from events.signed_event import SignedEvent
from services.broker.wire import OutMessage

SIGNATURE_HEADER = "Phoihop-Signature"
AUDITOR = "auditor"

AUDITED_WHOLE = frozenset(
    {"EventReceived", "EventRefused", "GapDeclared", "HeadsAnnounced", "DirectoryPublished", "CheckpointPublished"}
)
"""Protocol messages whose content is evidence and no matter of a case: the auditor gets them whole, as it gets what is
addressed to itself. Its own checkpoints come back to it: a ledger that is an old copy learns so what it has signed."""


def copies(event: SignedEvent, *, to: tuple[str, ...] | None = None, attempt: int = 0) -> list[OutMessage]:
    """The messages that carry an event: to its recipients and the auditor, or only to those named.

    `attempt` makes the message ids differ where the broker must store a message again. An id is
    SHA-256(envelope digest ‖ recipient ‖ attempt): nobody can use it first who does not know the envelope.
    """
    envelope = event.envelope
    recipients = to if to is not None else (*(a for a in envelope.agencies if a != AUDITOR), AUDITOR)
    headers = {SIGNATURE_HEADER: event.signature}
    before, after = f"coord.{envelope.province}.{envelope.sender}.", f".{envelope.event_type}"
    return [
        OutMessage(
            subject=f"{before}{recipient}{after}",
            payload=_auditors(event) if recipient == AUDITOR else event.payload,
            headers=headers,
            msg_id=base64url.encode(hashlib.sha256(b"%b%b:%d" % (event.digest, recipient.encode(), attempt)).digest()),
        )
        for recipient in recipients
    ]


def _auditors(event: SignedEvent) -> bytes:
    envelope = event.envelope
    whole = envelope.event_type in AUDITED_WHOLE or AUDITOR in envelope.agencies
    return event.payload if whole else event.envelope_bytes
