"""Examining the events of a stretch of the log by themselves, and what joins them to their neighbours.

Of each event, in this order:

1. form: the envelope is exactly what the wire format writes, and the ledger's columns say the same
2. key: the directory binds the key that signed to the sender; the province is the directory's
3. signature: over these very bytes
4. period: the key was valid at the event's time, and not revoked before the event was first seen
5. entries: the hashes that the log must hold for it
6. chain: how its counts go on from the event before
7. and, where everything is asked for, what it says (`events.audit.said`)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from events import base64url
from events.audit.finding import AuditCheck
from events.audit.lean_envelope import LeanEnvelope, is_instant, read_envelope
from events.audit.leaves import UNREADABLE, entry_of, entry_parts, gather, leaf_of
from events.audit.protocol_facts import SUSPECT
from events.audit.runs import Runs
from events.audit.said import Cited, Said, add_fact, content_of
from events.audit.signed_by import SigningKey, SigningKeys, in_period, revoked_by, signed
from events.audit.stretch import Row, Stretch, at
from events.directory import Directory
from events.errors import Malformed
from events.regulation.table import RuleTable

BLOCK_EVENTS = 256
"""So many events are read, then verified, then looked at further."""


class _Read(NamedTuple):
    """An event that was read, on its way to being verified: the 64 bytes of its signature are `raw`."""

    row: tuple[Any, ...]
    data: bytes
    envelope: LeanEnvelope
    key: SigningKey
    raw: bytes
    digest: bytes


class Examiner:
    """Examines stretches by one directory. Without `rules` step 7 is left out."""

    def __init__(self, directory: Directory, rules: RuleTable | None, cited: Cited) -> None:
        self._province = directory.province
        self._simulated = directory.simulated
        self._keys = SigningKeys(directory)
        self._said = Said(directory, rules, cited) if rules is not None else None

    def examine(self, rows: Iterable[tuple[Any, ...]], begin: int, sizes: Sequence[int] = ()) -> Stretch:
        """Examine the events of a stretch whose first entry should stand at `begin`.

        `rows` have the members of `Row`; `sizes` are those of checkpoints that end inside the stretch.
        """
        stretch = Stretch(begin)
        runs = Runs()
        waiting = iter(rows)
        while block := list(islice(waiting, BLOCK_EVENTS)):
            # One thing after the other for a block: what verifying needs stays in the processor's cache meanwhile.
            read = [one for row in block if (one := self._read(row, stretch)) is not None]
            right = [signed(one.key, one.raw, one.data) for one in read]
            for one, is_right in zip(read, right, strict=True):
                if is_right:
                    self._authentic(stretch, one, runs)
                else:
                    _find_forged(stretch, one.row[0], one.envelope, one.key)
        stretch.runs = runs.all
        end = begin + len(stretch.hashes)
        stretch.leaves = gather(begin, stretch.hashes, [size for size in sizes if begin < size <= end])
        return stretch

    # --- one event ---

    def _read(self, row: tuple[Any, ...], stretch: Stretch) -> _Read | None:
        # A million times: the members by name, a `Row` only where something is to be said of them.
        index, entries, known_digest, event_id, sequence, stored_at, data, signature, _ = row
        stretch.events += 1
        if index != stretch.begin + len(stretch.hashes):
            _align(stretch, Row._make(row))
        try:
            digest = sha256(data).digest()
            envelope = read_envelope(data)
            key, raw = self._keys.of(signature)
        except (Malformed, TypeError, AttributeError, ValueError) as error:
            # A store that was written into may give values of any type.
            _find_malformed(stretch, Row._make(row), error)
            return None
        if not ((stored_at is None or is_instant(stored_at)) and _is_sequence(sequence)):
            row = _unplaced(stretch, Row._make(row), envelope)
            sequence = stored_at = None
        stretch.places.append((index, event_id))
        parts = entry_parts(digest, signature, sequence, stored_at)
        for agency, _, _ in envelope.links:
            entry = entry_of(parts, agency.encode("ascii"))
            stretch.entries.append(entry)
            stretch.hashes.append(leaf_of(entry))
        if digest != known_digest or envelope.id != event_id or len(envelope.links) != entries:
            _find_misfiled(stretch, index, envelope)
        if key is None or key.agency != envelope.sender or envelope.province != self._province:
            _find_forged(stretch, index, envelope, None)
            return None
        stretch.signatures += 1
        return _Read(row, data, envelope, key, raw, digest)

    def _authentic(self, stretch: Stretch, one: _Read, runs: Runs) -> None:
        row, _, envelope, key, _, digest = one
        if key.revoked_at or not key.not_before <= envelope.time < key.not_after:
            self._check_period(stretch, Row._make(row), envelope, key, digest)
        text = base64url.encode(digest)
        if envelope.docnumber:
            runs.add(envelope.sender, envelope.links, text, envelope.time, row[0], envelope.id)
        if self._said is not None:
            self._said.check(stretch, Row._make(row), envelope, text, key)
        elif envelope.event_type == "GapDeclared":
            # What fills a hole in a chain is asked for even where nothing else is read.
            gap = Row._make(row)
            if (content := content_of(stretch, gap, envelope)) is not None:
                add_fact(stretch, gap, envelope, content)

    def _check_period(self, stretch: Stretch, row: Row, envelope: LeanEnvelope, key: SigningKey, digest: bytes) -> None:
        where = at(row.first_index)
        if not in_period(key, envelope.time):
            stretch.find(
                AuditCheck.KEY_PERIOD, envelope.id, where,
                f"Ghi thời điểm {envelope.time}, ngoài thời hạn của khóa {key.kid}.",
                f"Dated {envelope.time}, outside the period of key {key.kid} "
                f"({key.not_before} to {key.revoked_at or key.not_after}).",
            )  # fmt: skip
        elif not self._simulated and revoked_by(key, row.stored_at):
            stretch.facts.append(
                (
                    SUSPECT, base64url.encode(digest), AuditCheck.KEY_PERIOD.value, envelope.id, where,
                    f"Khóa {key.kid} đã bị thu hồi trước khi văn bản xuất hiện.",
                    f"Key {key.kid} was revoked before anything shows that this event existed.", key.revoked_at,
                )
            )  # fmt: skip


# --- what is wrong with an event, or with how the ledger keeps it ---


def _find_forged(stretch: Stretch, index: int, envelope: LeanEnvelope, key: SigningKey | None) -> None:
    """The signature is not its sender's: no key (None), or another over these bytes."""
    where = at(index)
    if key is None:
        stretch.find(
            AuditCheck.KEY_UNKNOWN, envelope.id, where,
            f"Danh bạ không gắn khóa ký với {envelope.sender} của {envelope.province}.",
            f"The directory binds the signing key to no {envelope.sender} of {envelope.province}.",
        )  # fmt: skip
    else:
        stretch.find(
            AuditCheck.SIGNATURE, envelope.id, where,
            f"Chữ ký không phải của khóa {key.kid} trên phong bì này.",
            f"The signature is not key {key.kid}'s over this envelope: one of them was altered.",
        )  # fmt: skip
    if envelope.event_type in {"EventReceived", "EventRefused"}:
        stretch.find(
            AuditCheck.RECEIPT_FORGED, envelope.id, where,
            f"Xác nhận mang tên {envelope.sender} nhưng không do {envelope.sender} ký.",
            f"A receipt or refusal in the name of {envelope.sender} that {envelope.sender} did not sign.",
        )  # fmt: skip


def _find_malformed(stretch: Stretch, row: Row, error: Exception) -> None:
    stretch.find(
        AuditCheck.FORM, str(row.event_id), at(row.first_index),
        "Phong bì hoặc chữ ký không đúng khuôn dạng.", f"Envelope or signature is malformed: {error}",
    )  # fmt: skip
    stretch.places.append((row.first_index, str(row.event_id)))
    entries: object = row.entries
    _add_unreadable(stretch, entries if isinstance(entries, int) and entries > 0 else 1)


def _unplaced(stretch: Stretch, row: Row, envelope: LeanEnvelope) -> Row:
    """The row without what the broker said of it: whatever the log holds for it, it is not this."""
    stretch.find(
        AuditCheck.FORM, envelope.id, at(row.first_index), "Thời điểm hoặc số thứ tự lưu không đúng khuôn dạng.",
        "When and where the broker stored it is no instant, or no sequence.",
    )  # fmt: skip
    return row._replace(stored_at=None, stream_sequence=None)


def _find_misfiled(stretch: Stretch, index: int, envelope: LeanEnvelope) -> None:
    stretch.find(
        AuditCheck.FORM, envelope.id, at(index), "Các cột của sổ kiểm chứng không khớp phong bì.",
        "The ledger's own columns (digest, id, number of entries) are not those of the envelope.",
    )  # fmt: skip


def _align(stretch: Stretch, row: Row) -> None:
    """The event stands elsewhere than what comes before it says: go on from where it stands."""
    expected = stretch.begin + len(stretch.hashes)
    stretch.find(
        AuditCheck.ENTRY_MISMATCH, str(row.event_id), at(row.first_index),
        f"Sổ kiểm chứng thiếu mục hoặc đặt sai chỗ: văn bản phải ở vị trí {expected}.",
        f"The ledger lacks entries or has some too many: by what stands before it, this event belongs at {expected}.",
    )  # fmt: skip
    if row.first_index > expected:
        _add_unreadable(stretch, row.first_index - expected)


def _add_unreadable(stretch: Stretch, entries: int) -> None:
    count = min(entries, _MAX_UNREADABLE)
    stretch.entries += [UNREADABLE] * count
    stretch.hashes += [leaf_of(UNREADABLE)] * count


def _is_sequence(sequence: object) -> bool:
    return sequence is None or (isinstance(sequence, int) and 0 < sequence < 2**63)


_MAX_UNREADABLE = 1_000_000
