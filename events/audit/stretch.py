"""A stretch of the log, examined by itself: what every event shows without its neighbours, and what joins it to them.

A history is cut into stretches that any number of processes examine side by side; `events.audit.history` then joins
what they bring, in order. So everything that is brought is small and plain, and travels as one block of bytes.

Of each event, in this order:

1. form: the envelope is exactly what the wire format writes, and the ledger's index of it says the same
2. key: the directory binds the key that signed to the sender; the province is the directory's
3. signature: over these very bytes
4. period: the key was valid at the event's time, and not revoked before the event was first seen
5. entries: the hashes that the log must hold for it
6. chain: how its counts and its document number go on from the event before
7. time: not before what the same sender had signed and the broker had stored earlier

and, where everything is asked for:

8. content: where it is open, it is the one whose digest was signed; receipts and the like have their form
9. time: not ahead of the broker's clock, and not before what it cites, which the log must have
10. rule: `events.audit.rule_check`
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from events import base64url
from events.audit.data_member import parse_data_member
from events.audit.finding import AuditCheck
from events.audit.lean_envelope import LeanEnvelope, read_envelope
from events.audit.leaves import Leaves, entry_of, entry_parts, gather, leaf_of
from events.audit.protocol_facts import DOCUMENT, SUSPECT, Fact, protocol_fact
from events.audit.rule_check import Breach, RuleChecks
from events.audit.runs import Run, Runs
from events.audit.signed_by import SigningKey, SigningKeys, in_period, revoked_by, signed
from events.directory import Directory
from events.errors import Malformed, UnknownEventType
from events.instants import parse_instant
from events.regulation.table import RuleTable

AHEAD = timedelta(minutes=5)
"""As `events.admission.CLOCK_TOLERANCE`: how far an event's time may lie ahead of the broker's."""

MAX_FINDINGS = 1_000
"""So many are told of one stretch; beyond that they are counted."""

UNREADABLE = b"\x00" * 32
"""Stands for the entry of an event whose form is wrong: nothing hashes to it."""

Cited = Callable[[str], LeanEnvelope | None]
"""Finds an event of the log by its id."""


class Row(NamedTuple):
    """An event as the ledger has it, with what the ledger's own columns say of it."""

    first_index: int
    entries: int
    digest: bytes
    event_id: str
    stream_sequence: int | None
    stored_at: str | None
    envelope: bytes
    signature: str
    data: bytes | None


@dataclass(slots=True)
class Stretch:
    """What a stretch brings.

    `begin` is the index of its first entry. `findings` are (check, event, where, Vietnamese, English), of which
    `finding_count` there are. `places` are (first index, event id) of its events, for who finds an entry that is
    another than the log's; `entries` the log's entries themselves. Neither of the two travels.
    """

    begin: int
    events: int = 0
    signatures: int = 0
    leaves: Leaves = field(default_factory=lambda: Leaves(0, 0, b"", b"", b"", ()))
    runs: list[Run] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    findings: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    finding_count: int = 0
    differences: list[tuple[int, str, bytes, bytes]] = field(default_factory=list)
    wrong_files: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    def find(self, check: AuditCheck, event: str, where: str, vi: str, en: str) -> None:
        """Note a finding, or count it where there are too many."""
        self.finding_count += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append((check.value, event, where, vi, en))

    def to_bytes(self) -> bytes:
        """The block that travels."""
        return marshal.dumps(
            (
                self.begin, self.events, self.signatures, tuple(self.leaves), self.runs, self.facts, self.findings,
                self.finding_count, self.differences, self.wrong_files,
            )
        )  # fmt: skip

    @classmethod
    def from_bytes(cls, block: bytes) -> Stretch:
        """The inverse, for a block of the same program."""
        begin, events, signatures, leaves, *others = marshal.loads(block)  # noqa: S302 - own process's bytes
        return cls(begin, events, signatures, Leaves(*leaves), *others)


class Examiner:
    """Examines stretches by one directory. `rules` None leaves out what is asked for only in full (8 to 10)."""

    def __init__(self, directory: Directory, rules: RuleTable | None, cited: Cited) -> None:
        self._province = directory.province
        self._simulated = directory.simulated
        self._keys = SigningKeys(directory)
        self._rules = RuleChecks(rules, directory) if rules is not None else None
        self._cited = cited
        self._recent: dict[str, LeanEnvelope] = {}

    def examine(self, rows: Iterable[Row], begin: int, sizes: Sequence[int] = ()) -> Stretch:
        """Examine the events of a stretch whose first entry should stand at `begin`.

        `sizes` are those of checkpoints that end inside it.
        """
        stretch = Stretch(begin)
        runs = Runs()
        leaves: list[bytes] = []
        for row in rows:
            self._examine(Row._make(row), stretch, runs, leaves)
        stretch.runs = runs.all
        end = begin + len(leaves)
        stretch.leaves = gather(begin, leaves, [size for size in sizes if begin < size <= end])
        return stretch

    # --- one event ---

    def _examine(self, row: Row, stretch: Stretch, runs: Runs, leaves: list[bytes]) -> None:
        stretch.events += 1
        index = row.first_index
        if index != stretch.begin + len(leaves):
            _find_displaced(stretch, row, stretch.begin + len(leaves))
        stretch.places.append((stretch.begin + len(leaves), row.event_id))
        digest = sha256(row.envelope).digest()
        try:
            envelope = read_envelope(row.envelope)
            key, raw = self._keys.of(row.signature)
        except Malformed as error:
            stretch.find(
                AuditCheck.FORM, row.event_id, _at(index),
                "Phong bì hoặc chữ ký không đúng khuôn dạng.", f"Envelope or signature is malformed: {error}",
            )  # fmt: skip
            self._add_unreadable(stretch, row.entries, leaves)
            return
        self._add_entries(stretch, row, envelope, digest, leaves)
        if digest != row.digest or envelope.id != row.event_id or len(envelope.links) != row.entries:
            stretch.find(
                AuditCheck.FORM, envelope.id, _at(index),
                "Mục lục của sổ kiểm tra không khớp phong bì.",
                "The ledger's own columns (digest, id, number of entries) are not those of the envelope.",
            )  # fmt: skip
        if self._authentic(stretch, row, envelope, key, raw):
            text = base64url.encode(digest)
            if envelope.docnumber:
                runs.add(envelope.sender, envelope.links, text, envelope.time, index, envelope.id)
            if self._rules is not None and key is not None:
                self._state(stretch, row, envelope, text, key)

    def _authentic(
        self, stretch: Stretch, row: Row, envelope: LeanEnvelope, key: SigningKey | None, raw: bytes
    ) -> bool:
        where = _at(row.first_index)
        if key is None or key.agency != envelope.sender or envelope.province != self._province:
            stretch.find(
                AuditCheck.KEY_UNKNOWN, envelope.id, where,
                f"Danh bạ không gắn khóa ký với {envelope.sender} của {envelope.province}.",
                f"The directory binds the signing key to no {envelope.sender} of {envelope.province}.",
            )  # fmt: skip
            return False
        stretch.signatures += 1
        if not signed(key, raw, row.envelope):
            stretch.find(
                AuditCheck.SIGNATURE, envelope.id, where,
                f"Chữ ký không phải của khóa {key.kid} trên phong bì này.",
                f"The signature is not key {key.kid}'s over this envelope: one of them was altered.",
            )  # fmt: skip
            return False
        if not in_period(key, envelope.time):
            stretch.find(
                AuditCheck.KEY_PERIOD, envelope.id, where,
                f"Ghi thời điểm {envelope.time}, ngoài thời hạn của khóa {key.kid}.",
                f"Dated {envelope.time}, outside the period of key {key.kid} "
                f"({key.not_before} to {key.revoked_at or key.not_after}).",
            )  # fmt: skip
        elif revoked_by(key, None if self._simulated else row.stored_at):
            stretch.facts.append(
                (
                    SUSPECT, base64url.encode(sha256(row.envelope).digest()), AuditCheck.KEY_PERIOD.value, envelope.id,
                    where, f"Khóa {key.kid} đã bị thu hồi trước khi văn bản xuất hiện.",
                    f"Key {key.kid} was revoked before anything shows that this event existed.", key.revoked_at,
                )
            )  # fmt: skip
        return True

    # --- its entries ---

    @staticmethod
    def _add_entries(stretch: Stretch, row: Row, envelope: LeanEnvelope, digest: bytes, leaves: list[bytes]) -> None:
        stored_at = row.stored_at
        if stored_at is not None and not (len(stored_at) == 24 and stored_at.isascii()):
            stored_at = None
        parts = entry_parts(digest, row.signature, row.stream_sequence, stored_at)
        for agency, _, _ in envelope.links:
            entry = entry_of(parts, agency.encode("ascii"))
            stretch.entries.append(entry)
            leaves.append(leaf_of(entry))

    @staticmethod
    def _add_unreadable(stretch: Stretch, entries: int, leaves: list[bytes]) -> None:
        for _ in range(max(1, min(entries, 1_000))):
            stretch.entries.append(UNREADABLE)
            leaves.append(leaf_of(UNREADABLE))

    # --- in full ---

    def _state(self, stretch: Stretch, row: Row, envelope: LeanEnvelope, digest: str, key: SigningKey) -> None:
        index, where = row.first_index, _at(row.first_index)
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[envelope.id] = envelope
        content = None if row.data is None else self._content(stretch, row, envelope)
        if envelope.docnumber:
            stretch.facts.append(
                (
                    DOCUMENT, index, envelope.sender, envelope.id, digest,
                    tuple([(agency, count) for agency, count, _ in envelope.links]), envelope.case, envelope.cause,
                    envelope.due, envelope.time, row.stored_at, row.stream_sequence, envelope.docnumber,
                )
            )  # fmt: skip
        elif content is not None:
            try:
                fact = protocol_fact(index, envelope, content)
            except (Malformed, UnknownEventType) as error:
                stretch.find(
                    AuditCheck.FORM, envelope.id, where, "Nội dung không đúng khuôn dạng của loại thông điệp.",
                    f"The content is not one of its type: {error}",
                )  # fmt: skip
            else:
                if fact is not None:
                    stretch.facts.append(fact)
        self._check_time(stretch, row, envelope, digest)
        self._check_rule(stretch, row, envelope, digest, key, content)

    def _content(self, stretch: Stretch, row: Row, envelope: LeanEnvelope) -> bytes | None:
        try:
            salt, content = parse_data_member(row.data or b"")
        except Malformed:
            salt = content = b""
        if base64url.encode(sha256(salt + content).digest()) == envelope.contentdigest:
            return content
        stretch.find(
            AuditCheck.CONTENT_SWAPPED, envelope.id, _at(row.first_index),
            "Nội dung đã mở không phải nội dung mà bên gửi đã ký.",
            "The content that was given is not the one whose digest the sender signed.",
        )  # fmt: skip
        return None

    def _check_time(self, stretch: Stretch, row: Row, envelope: LeanEnvelope, digest: str) -> None:
        time, stored_at, where = envelope.time, row.stored_at, _at(row.first_index)
        if stored_at is not None and time > stored_at and not self._simulated and _ahead(time, stored_at):
            self._suspect(
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
        rules = self._rules
        if rules is None:
            return
        cause = self._find(envelope.cause) if envelope.cause is not None and envelope.docnumber else None
        breach: Breach | None = rules.breach(envelope, key.capacity, cause)
        if breach is None and content is not None and envelope.docnumber:
            breach = rules.content_breach(row.envelope, envelope, key.capacity, content)
        if breach is not None:
            where = _at(row.first_index)
            if envelope.docnumber:
                self._suspect(stretch, digest, envelope, where, breach.check, breach.vi, breach.en)
            else:
                stretch.find(breach.check, envelope.id, where, breach.vi, breach.en)

    @staticmethod
    def _suspect(
        stretch: Stretch, digest: str, envelope: LeanEnvelope, where: str, check: AuditCheck, vi: str, en: str
    ) -> None:
        if envelope.docnumber:
            stretch.facts.append((SUSPECT, digest, check.value, envelope.id, where, vi, en, ""))
        else:
            stretch.find(check, envelope.id, where, vi, en)

    def _find(self, event_id: str) -> LeanEnvelope | None:
        found = self._recent.get(event_id)
        if found is None and (found := self._cited(event_id)) is not None:
            self._recent[event_id] = found
        return found


_RECENT = 20_000


def _at(index: int) -> str:
    return f"entry {index}"


def _ahead(time: str, stored_at: str) -> bool:
    return parse_instant(time) > parse_instant(stored_at) + AHEAD


def _find_displaced(stretch: Stretch, row: Row, expected: int) -> None:
    stretch.find(
        AuditCheck.ENTRY_MISMATCH, row.event_id, _at(row.first_index),
        f"Sổ kiểm tra thiếu mục hoặc đặt sai chỗ: văn bản phải ở vị trí {expected}.",
        f"The ledger lacks an entry or has one too many: by what stands before it this event belongs at {expected}.",
    )  # fmt: skip
