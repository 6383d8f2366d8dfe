"""Opening an event's content to the auditor, who holds its envelope alone."""

from __future__ import annotations

from datetime import datetime

from events import base64url
from events.audit.log_keys import AUDITOR
from events.record_entry import EntryKind, RecordEntry
from events.signature import Signer
from events.types.transparency import ContentOpened
from services.agency.context import Context
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction
from services.errors import UsageFault

_OURS = frozenset({EntryKind.SENT, EntryKind.ADMITTED, EntryKind.REFUSED})
MAX_CONTENT_BYTES = 700_000
"""A content in base64url within a message has to stay below what the broker takes."""


class NotToBeOpened(UsageFault):
    """The event's content is not this agency's to open, or does not fit into a message."""

    def __init__(self, event: str, why: str) -> None:
        self.event, self.reason = event, why
        super().__init__(
            what=f"the content of {event} cannot be opened to the auditor",
            why=why,
            next_step="its sender or another recipient may open it",
        )


def open_content(
    transaction: RecordTransaction, entry: RecordEntry, reason: str, signer: Signer, context: Context, now: datetime
) -> RecordEntry:
    """Sign what the auditor needs to verify and keep the content: salt and content bytes, as they travelled.

    Raises `NotToBeOpened`.
    """
    event = entry.event
    if entry.kind not in _OURS:
        raise NotToBeOpened(event.envelope.id, "it was taken over from another agency, and neither sent nor received")
    if len(event.content_bytes) > MAX_CONTENT_BYTES:
        size = len(event.content_bytes)
        raise NotToBeOpened(event.envelope.id, f"its {size} bytes do not fit into a message ({MAX_CONTENT_BYTES})")
    content = ContentOpened(
        event=event.envelope.id,
        digest=event.digest_text,
        salt=base64url.encode(event.salt),
        content=base64url.encode(event.content_bytes),
        reason=reason,
    )
    return issue_protocol(transaction, content, (AUDITOR,), signer, context, now)
