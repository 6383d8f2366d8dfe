"""The log's checkpoints against the tree made again from the events, and the witnesses' cosignatures under them.

1. the log's key, as the directory binds it, signed the checkpoint (`checkpoint-unsigned`)
2. its root is that of the tree of its size (`entry-mismatch`; of a checkpoint shown elsewhere, `log-forked`)
3. the log holds as much as was ever signed (`log-rolled-back`)
4. each cosignature is its witness's, by a key usable at the time it states (`cosignatures-missing`)
5. the policy's quorum has cosigned a checkpoint (`cosignatures-missing`)

That every checkpoint is of one tree shows that each grew out of the one before: no further proof is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from events.audit.finding import AuditCheck, Finding
from events.audit.log_keys import log_keys, service_keys, usable_in_second, witness_keys
from events.directory import Directory
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.note import parse_note
from events.transparency.checkpoint import Checkpoint, open_checkpoint
from events.transparency.cosignature import Cosignature, verified_cosignatures
from events.transparency.policy import Policy

Found = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it is kept: the size under which it stands, its note, and the lines of its witnesses."""

    size: int
    note: str
    cosignatures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint whose signature was verified, with the cosignatures that were."""

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def read_checkpoint(note_text: str, directory: Directory) -> Checkpoint:
    """Check 1: the checkpoint of a note that one of the log's keys signed; raises `Malformed` or `SignatureInvalid`."""
    note = parse_note(note_text)
    refused: Exception = SignatureInvalid("the directory lists no key of the log")
    for key in log_keys(directory):
        try:
            return open_checkpoint(note, key)
        except SignatureInvalid as error:
            refused = error
    raise refused


def _read_kept(each: SignedCheckpoint, directory: Directory) -> Checkpoint:
    checkpoint = read_checkpoint(each.note, directory)
    if checkpoint.size != each.size:
        raise Malformed("checkpoint", f"it is of {checkpoint.size} entries and stands under {each.size}")
    return checkpoint


def open_checkpoints(kept: Iterable[SignedCheckpoint], directory: Directory, found: Found) -> list[Opened]:
    """Checks 1 and 4 of checkpoints as they are kept; gives those that the log signed."""
    opened = []
    for each in kept:
        try:
            checkpoint = _read_kept(each, directory)
        except (Malformed, SignatureInvalid, InvalidValue) as error:
            found(
                Finding(
                    AuditCheck.CHECKPOINT_UNSIGNED, "", f"checkpoint {each.size}",
                    f"Điểm kiểm tra {each.size} không có chữ ký hợp lệ của sổ.",
                    f"The checkpoint of {each.size} entries is not one that the log signed: {error}",
                )
            )  # fmt: skip
            continue
        opened.append(Opened(checkpoint, _cosignatures(each, directory, found)))
    return opened


def _cosignatures(each: SignedCheckpoint, directory: Directory, found: Found) -> tuple[Cosignature, ...]:
    verified: list[Cosignature] = []
    for witness, line in each.cosignatures:
        try:
            verified += _read_cosignature(each.note, line, directory, witness)
        except (Malformed, SignatureInvalid, InvalidValue) as error:
            found(
                Finding(
                    AuditCheck.COSIGNATURES_MISSING, "", f"checkpoint {each.size}",
                    f"Chữ ký làm chứng của {witness} dưới điểm kiểm tra {each.size} không hợp lệ.",
                    f"The cosignature of {witness} under the checkpoint of {each.size} entries does not count: {error}",
                )
            )  # fmt: skip
    return tuple(verified)


def _read_cosignature(note_text: str, line: str, directory: Directory, witness: str) -> list[Cosignature]:
    note = parse_note(note_text.partition("\n\n")[0] + f"\n\n{line}\n")
    cosignatures = verified_cosignatures(note, witness_keys(directory, witness))
    usable = [one for one in cosignatures if _usable(directory, witness, one)]
    if not usable:
        raise SignatureInvalid("no key of the witness signed it at a time at which the key was usable")
    return usable


def _usable(directory: Directory, witness: str, cosignature: Cosignature) -> bool:
    return any(
        key.public_key == cosignature.cosigner.public_key and usable_in_second(key, cosignature.time)
        for key in service_keys(directory, witness)
    )


def check_roots(opened: Iterable[Opened], roots: Mapping[int, bytes], size: int, found: Found) -> bool:
    """Checks 2 and 3 against the tree of `size` leaves, whose roots at the checkpoints' sizes are given.

    Gives whether all of them fit; only the first that does not is told, since then none behind it can.
    """
    fits = True
    for each in sorted(opened, key=lambda one: one.checkpoint.size):
        checkpoint = each.checkpoint
        if checkpoint.size > size:
            found(
                Finding(
                    AuditCheck.LOG_ROLLED_BACK, "", f"checkpoint {checkpoint.size}",
                    f"Sổ chỉ còn {size} mục, trong khi đã ký điểm kiểm tra {checkpoint.size} mục.",
                    f"The log has {size} entries and has signed a checkpoint of {checkpoint.size}: its end was cut "
                    "off, or it was put back.",
                )
            )  # fmt: skip
            return False
        if fits and checkpoint.size and roots.get(checkpoint.size) != checkpoint.root:
            fits = False
            found(
                Finding(
                    AuditCheck.ENTRY_MISMATCH, "", f"checkpoint {checkpoint.size}",
                    f"Các mục đang giữ không cho ra gốc đã ký ở điểm kiểm tra {checkpoint.size}.",
                    f"The events held do not give the root that was signed for {checkpoint.size} entries: one of them "
                    "was altered, dropped, added or moved.",
                )
            )  # fmt: skip
    return fits


def check_shown(
    notes: Iterable[tuple[str, str]], directory: Directory, roots: Mapping[int, bytes], size: int, found: Found
) -> None:
    """Checkpoints that the log has shown to others, with where they were found: they must be of the same tree.

    What the log's key did not sign proves nothing and is passed over; a size whose root is not given, too.
    """
    for where, note_text in notes:
        try:
            checkpoint = read_checkpoint(note_text, directory)
        except (Malformed, SignatureInvalid, InvalidValue):
            continue
        if checkpoint.size > size:
            found(
                Finding(
                    AuditCheck.LOG_ROLLED_BACK, "", where,
                    f"Sổ đã cho thấy {checkpoint.size} mục, nay chỉ còn {size}.",
                    f"The log has shown {checkpoint.size} entries to somebody, and has {size}: it was put back.",
                )
            )  # fmt: skip
        elif checkpoint.size in roots and roots[checkpoint.size] != checkpoint.root:
            found(
                Finding(
                    AuditCheck.LOG_FORKED, "", where,
                    f"Sổ đã ký hai gốc khác nhau cho {checkpoint.size} mục.",
                    f"The log has signed another root for {checkpoint.size} entries than this history gives: it showed "
                    "two histories.",
                )
            )  # fmt: skip


def witnessed_size(opened: Iterable[Opened], policy: Policy, found: Found) -> int:
    """Check 5: the largest size that the policy's quorum has cosigned; 0 if there is none."""
    newest, explanation = 0, ""
    for each in sorted(opened, key=lambda one: one.checkpoint.size, reverse=True):
        cosigners = {one.cosigner for one in each.cosignatures}
        if policy.is_met_by(cosigners):
            return each.checkpoint.size
        newest, explanation = max(newest, each.checkpoint.size), explanation or policy.explain_unmet(cosigners)
    if newest:
        found(
            Finding(
                AuditCheck.COSIGNATURES_MISSING, "", f"checkpoint {newest}",
                "Không điểm kiểm tra nào có đủ chữ ký làm chứng theo chính sách.",
                f"No checkpoint is cosigned as the policy asks. The newest: {explanation}",
            )
        )  # fmt: skip
    return 0
