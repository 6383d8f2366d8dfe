"""The checkpoints of a package: trees that the log signed, each grown out of the one before, and cosigned."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from events.audit.finding import AuditCheck
from events.audit.log_keys import AUDITOR, log_keys, log_name, service_keys, usable_in_second, witness_keys
from events.canonical import canonical_json, parse_canonical
from events.directory import Directory, KeyRecord
from events.errors import InvalidValue, Malformed, ProofInvalid, SignatureInvalid
from events.note import Note, VerifierKey, parse_note, verify_note
from events.transparency.checkpoint import Checkpoint, parse_checkpoint, verify_growth
from events.transparency.cosignature import Cosignature, CosignerKey, verified_cosignatures
from events.transparency.policy import Policy
from services.evidence.archive import Archive
from services.evidence.faults import Faults
from services.evidence.layout import (
    CONSISTENCY,
    MAX_CONSISTENCY_BYTES,
    MAX_NOTE_BYTES,
    checkpoint_member,
    checkpoint_size,
)
from services.evidence.line import Proof, format_hashes, parse_hashes


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkpoint that the log signed, and the witnesses' cosignatures that count.

    `witnessed_at` is the earliest time by which the quorum of the policy had cosigned; None if it has not.
    """

    checkpoint: Checkpoint
    note: Note
    log_key: VerifierKey
    cosignatures: tuple[Cosignature, ...]
    witnessed_at: datetime | None = None


class Trees:
    """The trees of a package, the smallest first; `newest` is the one into which everything is proven."""

    def __init__(self, trees: tuple[Tree, ...]) -> None:
        self.trees = trees
        self._sizes = [tree.checkpoint.size for tree in trees]
        # A later tree may have been cosigned earlier, and covers what the smaller one covers.
        earliest: datetime | None = None
        self._earliest: list[datetime | None] = []
        for tree in reversed(trees):
            if tree.witnessed_at is not None and (earliest is None or tree.witnessed_at < earliest):
                earliest = tree.witnessed_at
            self._earliest.append(earliest)
        self._earliest.reverse()

    @property
    def newest(self) -> Tree | None:
        """The largest tree."""
        return self.trees[-1] if self.trees else None

    def witnessed_at(self, index: int) -> datetime | None:
        """When the quorum had cosigned a tree that holds entry `index`: the entry is not younger."""
        at = bisect_left(self._sizes, index + 1)
        return self._earliest[at] if at < len(self._earliest) else None


def read_trees(archive: Archive, directory: Directory, policy: Policy, faults: Faults) -> Trees:
    """The checkpoints that are signed and consistent, with the time at which the policy was met."""
    sizes = sorted(size for name in archive.members if (size := checkpoint_size(name)) is not None)
    trees = []
    for size in sizes:
        tree = _read_tree(archive, size, directory, policy, faults)
        if tree is not None:
            trees.append(tree)
    _check_consistency(archive, trees, faults)
    return Trees(tuple(trees))


def _read_tree(archive: Archive, size: int, directory: Directory, policy: Policy, faults: Faults) -> Tree | None:
    name = checkpoint_member(size)
    try:
        note, key, checkpoint = _signed(archive.read(name, MAX_NOTE_BYTES), size, directory)
    except (Malformed, SignatureInvalid, InvalidValue) as error:
        faults.add(
            AuditCheck.CHECKPOINT_UNSIGNED, name,
            f"điểm kiểm tra {size} không có chữ ký hợp lệ của sổ minh bạch",
            f"the checkpoint over {size} entries does not bear the log's signature: {error}",
        )  # fmt: skip
        return None
    cosignatures = _cosignatures(note, directory, name, faults)
    tree = Tree(checkpoint, note, key, cosignatures)
    seconds = policy.met_at_seconds(cosignatures)
    tree = replace(tree, witnessed_at=None if seconds is None else datetime.fromtimestamp(seconds, UTC))
    if not _log_key_counts(tree, directory):
        faults.add(
            AuditCheck.CHECKPOINT_UNSIGNED,
            name,
            f"khóa ký điểm kiểm tra {size} đã bị thu hồi hoặc ngoài thời hạn khi được đồng ký",
            f"the key that signed the checkpoint over {size} entries was revoked, or out of its period, when witnesses "
            "cosigned it",
        )
        return None
    return tree


def _signed(data: bytes, size: int, directory: Directory) -> tuple[Note, VerifierKey, Checkpoint]:
    note = parse_note(data)
    key = verify_note(note, log_keys(directory))[0]
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log_name(directory.province) or checkpoint.size != size:
        raise Malformed("checkpoint", f"it is of {checkpoint.origin!r}, over {checkpoint.size} entries")
    return note, key, checkpoint


def _cosignatures(note: Note, directory: Directory, name: str, faults: Faults) -> tuple[Cosignature, ...]:
    holders: dict[CosignerKey, KeyRecord] = {}
    for agency in directory.agencies:
        if agency != AUDITOR:
            holders |= dict(zip(witness_keys(directory, agency), service_keys(directory, agency), strict=True))
    try:
        found = verified_cosignatures(note, holders)
        counting = tuple(each for each in found if usable_in_second(holders[each.cosigner], each.time))
    except (SignatureInvalid, Malformed, InvalidValue) as error:
        faults.add(
            AuditCheck.COSIGNATURES_MISSING,
            name,
            "một chữ ký làm chứng không phải của cơ quan được ghi tên",
            f"a cosignature is not that of the witness it names: {error}",
        )
        return ()
    for each in found:
        if each not in counting:
            faults.add(
                AuditCheck.COSIGNATURES_MISSING,
                name,
                f"chữ ký làm chứng của {each.cosigner.name} nằm ngoài thời hạn của khóa",
                f"the cosignature of {each.cosigner.name} was made outside its key's period",
            )
    return counting


def _log_key_counts(tree: Tree, directory: Directory) -> bool:
    """A checkpoint bears no time of its own: a key that is revoked signed it before, if the quorum cosigned before."""
    record = next(key for key in service_keys(directory, AUDITOR) if key.public_key == tree.log_key.public_key)
    if tree.witnessed_at is None:
        return record.revoked_at is None
    return usable_in_second(record, tree.witnessed_at)


# --- growth ---


def format_consistency(old_size: int, size: int, proof: Proof) -> bytes:
    """A line of the consistency proofs."""
    return canonical_json({"from": old_size, "to": size, "hashes": format_hashes(proof)}) + b"\n"


def _check_consistency(archive: Archive, trees: list[Tree], faults: Faults) -> None:
    proofs: dict[tuple[int, int], Proof] = {}
    if CONSISTENCY in archive:
        try:
            proofs = _parse_consistency(archive.read(CONSISTENCY, MAX_CONSISTENCY_BYTES))
        except Malformed as error:
            faults.add(
                AuditCheck.FORM, CONSISTENCY,
                "bằng chứng nhất quán không đúng khuôn dạng", f"the consistency proofs are not of the form: {error}",
            )  # fmt: skip
    for old, new in pairwise(trees):
        sizes = (old.checkpoint.size, new.checkpoint.size)
        proof = proofs.pop(sizes, None)
        try:
            if proof is not None:
                verify_growth(old.checkpoint, new.checkpoint, proof)
                continue
            why = "the package holds no proof of it"
        except ProofInvalid as error:
            why = str(error)
        faults.add(
            AuditCheck.LOG_FORKED, checkpoint_member(sizes[1]),
            f"điểm kiểm tra {sizes[1]} không phải là phần nối tiếp của điểm kiểm tra {sizes[0]}",
            f"the tree of {sizes[1]} entries is not shown to have grown out of the one of {sizes[0]}: {why}",
        )  # fmt: skip
    if proofs:
        faults.add(
            AuditCheck.TRIMMED, CONSISTENCY,
            "có bằng chứng nhất quán cho điểm kiểm tra không có trong gói",
            "there are consistency proofs for checkpoints that are not in the package",
        )  # fmt: skip


def _parse_consistency(data: bytes) -> dict[tuple[int, int], Proof]:
    found: dict[tuple[int, int], Proof] = {}
    last = 0
    if not data.endswith(b"\n"):
        raise Malformed("package", "the last line does not end in a newline")
    for line in data[:-1].split(b"\n"):
        value = parse_canonical(line)
        if not isinstance(value, dict) or value.keys() != {"from", "to", "hashes"}:
            raise Malformed("package", "a line has other members than from, to and hashes")
        old, new = value["from"], value["to"]
        if type(old) is not int or type(new) is not int or not last <= old < new:
            raise Malformed("package", "the lines do not ascend")
        found[old, new] = parse_hashes(value["hashes"])
        last = new
    return found
