"""What an event says, beyond that it is authentic: its content, its time, what it cites, and the rule.

8. content: where it is open, it is the one whose digest was signed; receipts and the like have their form
9. time: not ahead of the broker's clock, and not before what it cites, which the log must have
10. rule: `events.audit.rule_check`
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from events import base64url
from events.audit.data_member import parse_data_member
from events.audit.finding import AuditCheck
from events.audit.lean_envelope import LeanEnvelope
from events.audit.logged_event import STATED_WHOLE
from events.audit.protocol_facts import DOCUMENT, SUSPECT, Fact, protocol_fact
from events.audit.rule_check import Breach, RuleChecks
from events.audit.signed_by import SigningKey
from events.audit.stretch import Row, Stretch, at
from events.directory import Directory
from events.errors import Malformed, UnknownEventType
from events.instants import parse_instant
from events.regulation.table import RuleTable

AHEAD = timedelta(minutes=5)
"""As `events.admission.CLOCK_TOLERANCE`: how far an event's time may lie ahead of the broker's."""

Cited = Callable[[str], LeanEnvelope | None]
"""Finds an event of the log by its id."""

_RECENT = 5_000


class Said:
    """Checks 8 to 10, by one directory and its regulation's rules."""

    def __init__(self, directory: Directory, rules: RuleTable, cited: Cited) -> None:
        self._simulated = directory.simulated
        self._rules = RuleChecks(rules, directory)
        self._cited = cited
        self._recent: dict[str, LeanEnvelope] = {}

    def check(self, stretch: Stretch, row: Row, envelope: LeanEnvelope, digest: str, key: SigningKey) -> None:
        """Check an authentic event, and note what it states. `digest` is the envelope's."""
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[envelope.id] = envelope
        content = content_of(stretch, row, envelope)
        self._check_time(stretch, row, envelope, digest)
        self._check_rule(stretch, row, envelope, digest, key, content)
        if envelope.docnumber:
            stretch.facts.append(document_fact(row, envelope, digest))
        elif content is not None:
            add_fact(stretch, row, envelope, content)
        elif row.data is None and envelope.event_type in STATED_WHOLE:
            stretch.find(
                AuditCheck.TRIMMED, envelope.id, at(row.first_index),
                "Thông điệp này không kèm nội dung: không biết bên ký đã xác nhận, từ chối hay báo động điều gì.",
                f"This {envelope.event_type} is without its content: what its signer receipted, refused or warned of "
                "does not show.",
            )  # fmt: skip

    def _check_time(self, stretch: Stretch, row: Row, envelope: LeanEnvelope, digest: str) -> None:
        time, stored_at, where = envelope.time, row.stored_at, at(row.first_index)
        if stored_at is not None and time > stored_at and not self._simulated and _ahead(time, stored_at):
            _suspect(
                stretch, digest, envelope, where, AuditCheck.TIME,
                f"Ghi thời điểm {time}, sau khi đã được lưu lúc {stored_at}.",
                f"Dated {time}, more than {AHEAD.seconds // 60} minutes after the broker stored it at {stored_at}.",
            )  # fmt: skip
        for name in (envelope.cause, envelope.basis):
            if name is None:
                continue
            cited = self._find(name)
            if cited is None:
                if envelope.docnumber:
                    stretch.find(
                        AuditCheck.NOT_IN_LOG, name, where,
                        f"Văn bản {envelope.id} dẫn văn bản này, nhưng sổ không có.",
                        f"Event {envelope.id} names this one as its cause or basis, and the log does not have it.",
                    )  # fmt: skip
            elif time < cited.time:
                stretch.find(
                    AuditCheck.BACK_DATED, envelope.id, where,
                    f"Ghi thời điểm {time}, trước văn bản được dẫn ({cited.time}).",
                    f"Dated {time}, before the event that it cites, {cited.id} of {cited.time}: it cannot have been "
                    "signed then.",
                )  # fmt: skip

    def _check_rule(
        self, stretch: Stretch, row: Row, envelope: LeanEnvelope, digest: str, key: SigningKey, content: bytes | None
    ) -> None:
        cause = self._find(envelope.cause) if envelope.cause is not None and envelope.docnumber else None
        breach: Breach | None = self._rules.breach(envelope, key.capacity, cause)
        if breach is None and content is not None and envelope.docnumber:
            breach = self._rules.content_breach(row.envelope, envelope, key.capacity, content)
        if breach is not None:
            where = at(row.first_index)
            if envelope.docnumber:
                _suspect(stretch, digest, envelope, where, breach.check, breach.vi, breach.en)
            else:
                stretch.find(breach.check, envelope.id, where, breach.vi, breach.en)

    def _find(self, event_id: str) -> LeanEnvelope | None:
        found = self._recent.get(event_id)
        if found is None and (found := self._cited(event_id)) is not None:
            self._recent[event_id] = found
        return found


def document_fact(row: Row, envelope: LeanEnvelope, digest: str) -> Fact:
    """What a document states of itself, as `events.audit.protocol_facts` describes it."""
    return (
        DOCUMENT, row.first_index, envelope.sender, envelope.id, digest,
        tuple([(agency, count) for agency, count, _ in envelope.links]), envelope.case, envelope.cause, envelope.due,
        envelope.time, row.stored_at, row.stream_sequence, envelope.docnumber,
    )  # fmt: skip


def content_of(stretch: Stretch, row: Row, envelope: LeanEnvelope) -> bytes | None:
    """The content's bytes where they are open and the ones that were signed."""
    if row.data is None:
        return None
    try:
        salt, content = parse_data_member(row.data)
    except Malformed:
        salt = content = b""
    if base64url.encode(sha256(salt + content).digest()) == envelope.contentdigest:
        return content
    stretch.find(
        AuditCheck.CONTENT_SWAPPED, envelope.id, at(row.first_index),
        "Nội dung đã mở không phải nội dung mà bên gửi đã ký.",
        "The content that was given is not the one whose digest the sender signed.",
    )  # fmt: skip
    return None


def add_fact(stretch: Stretch, row: Row, envelope: LeanEnvelope, content: bytes) -> None:
    """Note what a protocol message states."""
    try:
        fact = protocol_fact(row.first_index, envelope, content, row.stream_sequence)
    except (Malformed, UnknownEventType) as error:
        stretch.find(
            AuditCheck.FORM, envelope.id, at(row.first_index),
            "Nội dung không đúng khuôn dạng của loại thông điệp.", f"The content is not one of its type: {error}",
        )  # fmt: skip
    else:
        if fact is not None:
            stretch.facts.append(fact)


def _suspect(
    stretch: Stretch, digest: str, envelope: LeanEnvelope, where: str, check: AuditCheck, vi: str, en: str
) -> None:
    """A fault of a document counts only if a recipient admitted it; nobody takes in or refuses a protocol message."""
    if envelope.docnumber:
        stretch.facts.append((SUSPECT, digest, check.value, envelope.id, where, vi, en, ""))
    else:
        stretch.find(check, envelope.id, where, vi, en)


def _ahead(time: str, stored_at: str) -> bool:
    return parse_instant(time) > parse_instant(stored_at) + AHEAD
