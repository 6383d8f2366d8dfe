"""A town of agencies that really sign: what each would find in its own record, without broker or store."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from nacl.signing import SigningKey

from events import base64url
from events.content import Content
from events.envelope import Envelope
from events.names import make_kid
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry, Refusal
from events.signature import sign_envelope
from events.signed_event import SignedEvent
from events.types.case import CaseClosed, CaseOpened, CaseOutcome
from events.types.coordination import CoordinationRequested, CoordinationTask, TaskKind
from events.types.information import (
    InfoKind,
    InfoOutcome,
    InfoProvided,
    InfoRequested,
    InfoShared,
    Question,
    QuestionKind,
)
from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome
from events.types.suspension import (
    Measure,
    SuspensionEnd,
    SuspensionExecuted,
    SuspensionLifted,
    SuspensionOrdered,
    SuspensionScope,
)
from events.types.suspicion import SuspicionReferred, SuspicionReported
from events.values.matter import Category, Field
from events.values.service import Service, ServiceKind, ServiceTarget

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PROVINCE = "lao-cai"
ROLES = {
    "ppc": "ppc",
    "dic": "dic",
    "police": "police",
    "vnpt": "enterprise",
    "viettel": "enterprise",
    "customs": "customs",
}
REFUSAL = Refusal(14, "not-authorised", "LC-10.3", "Only those named may order.")


def roles_of(directory_version: int, agency: str, moment: datetime) -> frozenset[str]:
    """The town's directory, which never changes."""
    return frozenset({ROLES[agency]})


class _Key:
    def __init__(self, agency: str) -> None:
        self._key = SigningKey(hashlib.sha256(f"test only {agency}".encode()).digest())
        self.kid = make_kid(PROVINCE, agency, "head", "A" * 16)

    def sign(self, message: bytes) -> bytes:
        return bytes(self._key.sign(message).signature)


@dataclass
class Town:
    """Records by agency, and the chains between them. Time moves a second with every entry."""

    records: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    now: datetime = START
    _ids: int = 0
    _heads: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _receipted: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _keys: dict[str, _Key] = field(default_factory=dict)

    def tick(self, seconds: float = 1) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def new_id(self) -> str:
        self._ids += 1
        return str(uuid.UUID(bytes=hashlib.sha256(b"id %d" % self._ids).digest()[:16]))

    # --- what an agency does ---

    def send(self, sender: str, content: Content, *to: str, record: bool = True, **attributes: Any) -> SignedEvent:
        """Sign an event or protocol message; it stands in the sender's record."""
        protocol = content.PROTOCOL
        links = []
        for agency in sorted(to):
            count, digest = self._heads.get((sender, agency), (0, GENESIS))
            links.append(Recipient(agency) if protocol else Recipient(agency, count + 1, digest))
        salt = hashlib.sha256(b"salt %d" % self._ids).digest()
        content_bytes = content.to_bytes()
        if not protocol:
            self._numbers[sender] += 1
            attributes = {
                "clause": "LC-2.4a",
                "docnumber": f"{self._numbers[sender]:02d}",
                "docsymbol": "CV-X",
            } | attributes
        envelope = Envelope(
            event_type=type(content).__name__,
            version=content.VERSION,
            id=self.new_id(),
            time=self.tick(),
            province=PROVINCE,
            sender=sender,
            role=ROLES[sender],
            recipients=tuple(links),
            contentdigest=content_digest(salt, content_bytes),
            nonce=salt[:16],
            **attributes,
        )
        envelope_bytes = envelope.to_bytes()
        key = self._keys.setdefault(sender, _Key(sender))
        event = SignedEvent(envelope, envelope_bytes, salt, content_bytes, sign_envelope(envelope_bytes, key))
        for link in links:
            if link.count:
                self._heads[sender, link.agency] = (link.count, event.digest)
        if record:
            self.store_sent(event)
        return event

    def store_sent(self, event: SignedEvent) -> None:
        self._append(event.envelope.sender, EntryKind.SENT, event)

    def arrive(self, event: SignedEvent, *at: str, refusal: Refusal | None = None) -> None:
        """The event reaches recipients, which admit it, or refuse it."""
        for agency in at or event.envelope.agencies:
            protocol = event.envelope.is_protocol
            number = None
            if not protocol and refusal is None:
                self._numbers[agency + " in"] += 1
                number = self._numbers[agency + " in"]
            self._append(
                agency,
                EntryKind.REFUSED if refusal else EntryKind.ADMITTED,
                event,
                incoming_number=number,
                stream_sequence=None if protocol else len(self.records[agency]) + 100,
                stored_at=self.now,
                refusal=refusal,
            )

    def tell(self, sender: str, content: Content, *to: str, **attributes: Any) -> SignedEvent:
        """Send, and all recipients admit."""
        event = self.send(sender, content, *to, **attributes)
        self.arrive(event)
        return event

    def receipt(self, by: str, sender: str, *, entries: bool = True, record: bool = True) -> SignedEvent:
        """`by` receipts what it holds of `sender` and has not receipted; it is not delivered yet."""
        told, upto, digest = [], self._receipted[by, sender], b""
        for entry in self.records[by]:
            if not isinstance(entry, RecordEntry) or entry.event.envelope.sender != sender:
                continue
            link = entry.event.envelope.recipient(by)
            if link is None or link.count <= self._receipted[by, sender]:
                continue
            refused = entry.kind is EntryKind.REFUSED
            told.append(
                ReceiptEntry(
                    count=link.count,
                    event=entry.event.envelope.id,
                    digest=entry.event.digest_text,
                    outcome=ReceiptOutcome.REFUSED if refused else ReceiptOutcome.ADMITTED,
                    incoming_number=entry.incoming_number,
                    admitted_at=entry.recorded_at,
                    stream_sequence=entry.stream_sequence,
                    stored_at=entry.stored_at,
                    directory_version=entry.directory_version,
                    late=entry.late,
                )
            )
            upto, digest = link.count, entry.event.digest
        self._receipted[by, sender] = upto
        content = EventReceived(
            upto_count=upto,
            upto_digest=_text(digest or GENESIS),
            refused=tuple(e.count for e in told if e.outcome is ReceiptOutcome.REFUSED),
            entries=tuple(told) if entries else (),
        )
        return self.send(by, content, sender, record=record)

    def refusal_message(self, by: str, event: SignedEvent, *, counted: bool = True) -> SignedEvent:
        link = event.envelope.recipient(by)
        assert link is not None
        content = EventRefused(
            event=event.envelope.id,
            count=link.count if counted else None,
            digest=event.digest_text,
            check=REFUSAL.check,
            reason=REFUSAL.reason,
            clause=REFUSAL.clause,
            explanation=REFUSAL.explanation,
        )
        return self.send(by, content, event.envelope.sender)

    def local(self, agency: str, name: str, subject: str, **data: Any) -> None:
        record = self.records[agency]
        record.append(LocalEntry(len(record) + 1, self.tick(), name, subject, data))

    def _append(self, agency: str, kind: EntryKind, event: SignedEvent, **about: Any) -> None:
        record = self.records[agency]
        record.append(RecordEntry(len(record) + 1, kind, self.tick(), event, 1, **about))


def _text(digest: bytes) -> str:
    return base64url.encode(digest)


# --- contents of the case that the tests play ---


def suspicion() -> SuspicionReported:
    return SuspicionReported(
        subject="Nghi vấn trộm cắp cước",
        category=Category.CHARGE_THEFT,
        fields=(Field.TELECOM,),
        summary="Lưu lượng bất thường qua SIM box.",
        discovered_at=START,
        attestation=True,
    )


def referral(event: SignedEvent) -> SuspicionReferred:
    return SuspicionReferred(
        subject="Chuyển tin",
        category=Category.CHARGE_THEFT,
        fields=(Field.TELECOM,),
        summary="Như báo cáo kèm theo.",
        suspicion=event.envelope.id,
    )


def opening(*participants: str, suspicions: tuple[str, ...] = ()) -> CaseOpened:
    return CaseOpened(
        subject="Mở vụ việc",
        category=Category.CHARGE_THEFT,
        fields=(Field.TELECOM,),
        summary="Xác minh.",
        title="Vụ SIM box",
        participants=participants,
        suspicions=suspicions,
        discovered_by_sender=False,
    )


def question() -> InfoRequested:
    return InfoRequested(
        subject="Yêu cầu cung cấp",
        purpose="Xác minh",
        questions=(Question(id="q1", text="Chủ thuê bao?", kind=QuestionKind.SUBSCRIBER_IDENTITY),),
    )


def answer(request: SignedEvent) -> InfoProvided:
    return InfoProvided(subject="Trả lời", request=request.envelope.id, outcome=InfoOutcome.PROVIDED, text="Có.")


def shared(text: str = "Thủ đoạn mới.") -> InfoShared:
    return InfoShared(subject="Thông báo", kind=InfoKind.MODUS_OPERANDI, title="Thủ đoạn", text=text)


def coordination() -> CoordinationRequested:
    task = CoordinationTask(id="t1", kind=TaskKind.VERIFY, text="Xác minh địa chỉ.")
    return CoordinationRequested(subject="Đề nghị phối hợp", tasks=(task,), reason="Cần xác minh.")


def targets() -> tuple[ServiceTarget, ...]:
    return (ServiceTarget(service=Service(kind=ServiceKind.MOBILE, provider="vnpt")),)


def order(ends_at: datetime | None) -> SuspensionOrdered:
    ends = SuspensionEnd(at=ends_at, condition=None if ends_at else "Khi có kết luận.")
    return SuspensionOrdered(
        subject="Tạm ngừng",
        measure=Measure.PAUSE,
        targets=targets(),
        scope=SuspensionScope.ENTIRE,
        legal_basis="Điều 10.3",
        ends=ends,
        interim=True,
    )


def execution(of: SignedEvent | None, at: datetime) -> SuspensionExecuted:
    return SuspensionExecuted(
        subject="Đã tạm ngừng", order=of.envelope.id if of else None, executed_at=at, targets=targets()
    )


def lifting(of: SignedEvent, at: datetime) -> SuspensionLifted:
    return SuspensionLifted(subject="Chấm dứt", suspension=of.envelope.id, reason="Đã rõ.", effective_at=at)


def closing() -> CaseClosed:
    return CaseClosed(subject="Kết thúc", outcome=CaseOutcome.MEASURES_TAKEN, summary="Đã xử lý.")
