"""A log told by hand: documents, receipts and refusals as the auditor's ledger hands them out.

The envelopes and contents are real; nobody signs them, since the views believe the ledger and look at no signature.
Histories with real keys are those of `services.bench.history`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from events import base64url
from events.audit.data_member import data_member
from events.audit.logged_event import LoggedEvent
from events.content import Content
from events.envelope import Envelope
from events.instants import format_instant
from events.payload import content_digest
from events.recipients import Recipient
from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome

START = datetime(2026, 11, 16, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Said:
    """A document: what the log holds, and what receipts say of it."""

    logged: LoggedEvent
    id: str
    digest: str
    sender: str
    counts: dict[str, int]
    at: datetime

    def index(self, recipient: str) -> int:
        return self.logged.first_index + sorted(self.counts).index(recipient)


@dataclass
class Chronicle:
    """A log as it grows. `hold_back` keeps events out of it until they are put in later."""

    log: list[LoggedEvent] = field(default_factory=list)
    now: datetime = START
    size: int = 0
    _numbers: int = 0
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _incoming: dict[str, int] = field(default_factory=dict)

    def new_id(self) -> str:
        self._numbers += 1
        return str(UUID(int=self._numbers))

    def say(
        self,
        sender: str,
        event_type: str,
        *to: str,
        case: str | None = None,
        cause: str | None = None,
        clause: str = "LC-3.3",
        due: datetime | None = None,
        event_id: str | None = None,
        counts: dict[str, int] | None = None,
        hold_back: bool = False,
        at: datetime | None = None,
    ) -> Said:
        self.now = at or self.now + MINUTE
        given = counts or {}
        for agency in to:
            if agency not in given:
                given[agency] = self._counts[sender, agency] = self._counts.get((sender, agency), 0) + 1
        envelope = Envelope(
            event_type, 1, event_id or self.new_id(), self.now, "lao-cai", sender, sender,
            tuple(Recipient(agency, given[agency]) for agency in sorted(to)), bytes(32), bytes(16), clause=clause,
            case=case, cause=cause, due=due, docnumber=f"{self._numbers:02d}", docsymbol="CV",
        )  # fmt: skip
        logged = self._put(envelope, None, hold_back=hold_back)
        digest = base64url.encode(hashlib.sha256(logged.envelope).digest())
        return Said(logged, envelope.id, digest, sender, given, self.now)

    def take(
        self,
        recipient: str,
        *documents: Said,
        refused: Iterable[Said] = (),
        upto: int | None = None,
        told: bool = True,
        digest: str | None = None,
        at: datetime | None = None,
    ) -> LoggedEvent:
        """A receipt for documents of one sender; with `told` false it says of each only that it arrived."""
        self.now = at or self.now + MINUTE
        away = list(refused)
        entries = []
        for document in (*documents, *away):
            number = None
            if document not in away:
                number = self._incoming[recipient] = self._incoming.get(recipient, 0) + 1
            entries.append(
                ReceiptEntry(
                    count=document.counts.get(recipient, 1), event=document.id, digest=digest or document.digest,
                    outcome=ReceiptOutcome.REFUSED if document in away else ReceiptOutcome.ADMITTED,
                    incoming_number=number, admitted_at=self.now - timedelta(seconds=10), directory_version=1,
                    late=False,
                )
            )  # fmt: skip
        everything = [*documents, *away]
        content = EventReceived(
            upto_count=upto if upto is not None else max(each.counts.get(recipient, 1) for each in everything),
            upto_digest=everything[-1].digest,
            refused=tuple(each.counts[recipient] for each in away),
            entries=tuple(entries) if told else (),
        )
        return self.protocol(recipient, content, everything[0].sender)

    def refuse(self, recipient: str, document: Said, *, counted: bool = True) -> LoggedEvent:
        """The reason of a refusal."""
        content = EventRefused(
            event=document.id, count=document.counts[recipient] if counted else None, digest=document.digest, check=14,
            reason="recipient", clause="LC-2.4a", explanation="=cmd()",
        )  # fmt: skip
        return self.protocol(recipient, content, document.sender)

    def protocol(self, sender: str, content: Content, *to: str, data: bytes | None = None) -> LoggedEvent:
        body = content.to_bytes()
        salt = bytes(32)
        self.now += timedelta(seconds=1)
        envelope = Envelope(
            type(content).__name__, content.VERSION, self.new_id(), self.now, "lao-cai", sender, sender,
            tuple(map(Recipient, sorted(to))), content_digest(salt, body), bytes(16),
        )  # fmt: skip
        return self._put(envelope, data_member(salt, body) if data is None else data)

    def put(self, held_back: LoggedEvent) -> Said:
        """What was held back comes now, behind everything else; as it stands there."""
        entries = held_back.envelope.decode().partition('"recipients":"')[2].partition('"')[0].count(" ") + 1
        placed = LoggedEvent(
            self.size, held_back.envelope, "", held_back.stream_sequence, held_back.stored_at, held_back.data
        )
        self.log.append(placed)
        self.size += entries
        return Said(placed, "", "", "", {}, self.now)

    def _put(self, envelope: Envelope, data: bytes | None, *, hold_back: bool = False) -> LoggedEvent:
        stored = format_instant(envelope.time + timedelta(milliseconds=40))
        logged = LoggedEvent(self.size, envelope.to_bytes(), "", self.size + 1, stored, data)
        if not hold_back:
            self.log.append(logged)
            self.size += len(envelope.recipients)
        return logged
