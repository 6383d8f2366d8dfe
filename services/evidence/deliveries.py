"""Who told whom what, and when: a row for each delivery of a document, as the package proves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import base64url
from events.canonical import parse_canonical
from events.errors import Malformed
from events.instants import format_instant
from events.types.protocol import ReceiptEntry
from services.evidence.authenticity import Held
from services.evidence.shown import shown

LISTED = 1_000
"""So many deliveries are listed in a verdict and in the page for reading; all of them are checked and counted."""


@dataclass(slots=True)
class Delivery:
    """One document to one recipient.

    Times: when it was signed, stored by the broker, admitted by the recipient, and when the policy's quorum had
    cosigned a checkpoint over it. `outcome` is the receipt's word, None without a receipt. `subject` is the document's
    own, where its content is in the package.
    """

    index: int
    event: str
    digest: bytes
    event_type: str
    sender: str
    recipient: str
    role: str
    count: int
    number: str
    symbol: str
    clause: str
    signed_at: datetime
    case: str | None = None
    stored_at: datetime | None = None
    subject: str | None = None
    open: bool = False
    outcome: str | None = None
    incoming_number: int | None = None
    admitted_at: datetime | None = None
    late: bool = False
    witnessed_at: datetime | None = None
    stamped_at: datetime | None = None

    def receipt(self, entry: ReceiptEntry) -> None:
        """Take over what the recipient's receipt says; the first one stands."""
        if self.outcome is None:
            self.outcome = entry.outcome.value
            self.incoming_number = entry.incoming_number
            self.admitted_at = entry.admitted_at
            self.late = entry.late

    def to_json(self) -> dict[str, Any]:
        """All of it, instants as on the wire."""

        def instant(moment: datetime | None) -> str | None:
            return None if moment is None else format_instant(moment)

        return {
            "index": self.index,
            "event": self.event,
            "digest": base64url.encode(self.digest),
            "type": self.event_type,
            "sender": self.sender,
            "role": self.role,
            "recipient": self.recipient,
            "count": self.count,
            "document": f"{self.number}/{self.symbol}",
            "clause": self.clause,
            "case": self.case,
            "subject": self.subject,
            "content": "open" if self.open else "withheld",
            "signed_at": instant(self.signed_at),
            "stored_at": instant(self.stored_at),
            "outcome": self.outcome,
            "incoming_number": self.incoming_number,
            "admitted_at": instant(self.admitted_at),
            "late": self.late,
            "witnessed_at": instant(self.witnessed_at),
            "stamped_at": instant(self.stamped_at),
        }


def deliveries_of(held: Held) -> Iterable[Delivery]:
    """A document's deliveries, in the order of its entries."""
    envelope = held.envelope
    for offset, recipient in enumerate(envelope.recipients):
        yield Delivery(
            index=held.logged.first_index + offset,
            event=envelope.id,
            digest=held.digest,
            event_type=envelope.event_type,
            sender=envelope.sender,
            recipient=recipient.agency,
            role=envelope.role,
            count=recipient.count,
            number=envelope.docnumber or "",
            symbol=envelope.docsymbol or "",
            clause=envelope.clause or "",
            signed_at=envelope.time,
            case=envelope.case,
            stored_at=held.stored_at,
            subject=_subject(held.content),
            open=held.content is not None,
        )


def _subject(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        value = parse_canonical(content)
    except Malformed:
        return None
    subject = value.get("subject") if isinstance(value, dict) else None
    return shown(subject) if isinstance(subject, str) else None
