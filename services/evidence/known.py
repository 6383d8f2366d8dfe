"""Checkpoints that the verifier knows from elsewhere, such as one that an agency was shown, against a package's log.

A log that showed one history to them and another to this package's maker is found out by this, whoever cosigned it.
"""

from __future__ import annotations

from collections.abc import Sequence

from events.audit.finding import AuditCheck
from events.audit.log_keys import log_keys, log_name
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.note import Note, verify_note
from events.transparency.checkpoint import Checkpoint, parse_checkpoint
from events.transparency.merkle import subtree_root
from events.transparency.tiles import node_reader
from services.evidence.archive import Archive
from services.evidence.faults import Faults
from services.evidence.inclusion import tile_reader
from services.evidence.verdict import Examination, Remark


def compare_known(
    notes: Sequence[tuple[str, Note]], archive: Archive, seen: Examination, faults: Faults
) -> list[Remark]:
    """Hold known checkpoints, each with its name, against the package; what cannot be compared is remarked."""
    remarks = []
    for name, note in notes:
        checkpoint = _open(name, note, seen, faults)
        if checkpoint is None:
            continue
        root = _root_at(checkpoint.size, archive, seen)
        if root is None:
            remarks.append(
                Remark(
                    "checkpoint-not-compared",
                    f"điểm kiểm tra {name} ({checkpoint.size} mục) không so được với gói này",
                    f"the checkpoint {name} ({checkpoint.size} entries) cannot be compared with this package",
                )
            )
        elif root != checkpoint.root:
            faults.add(
                AuditCheck.LOG_FORKED, name,
                f"sổ đã cho thấy một cây khác gồm {checkpoint.size} mục: sổ bị rẽ nhánh",
                f"the log has shown another tree of {checkpoint.size} entries elsewhere: it is forked",
            )  # fmt: skip
    return remarks


def _open(name: str, note: Note, seen: Examination, faults: Faults) -> Checkpoint | None:
    if seen.directory is None:
        return None
    try:
        verify_note(note, log_keys(seen.directory))
        checkpoint = parse_checkpoint(note.text)
        if checkpoint.origin == log_name(seen.province):
            return checkpoint
        why = f"it is of {checkpoint.origin}"
    except (Malformed, SignatureInvalid, InvalidValue) as error:
        why = str(error)
    faults.add(
        AuditCheck.CHECKPOINT_UNSIGNED, name,
        "điểm kiểm tra đưa vào để so không do sổ này ký", f"the checkpoint to compare with is not this log's: {why}",
    )  # fmt: skip
    return None


def _root_at(size: int, archive: Archive, seen: Examination) -> bytes | None:
    """The root of the log's tree of a size as the package shows it; None if it does not."""
    for tree in seen.trees.trees:
        if tree.checkpoint.size == size:
            return tree.checkpoint.root
    newest = seen.trees.newest
    if newest is None or seen.selection.kind != "all" or size > newest.checkpoint.size:
        return None
    try:
        return subtree_root(0, size, node_reader(newest.checkpoint.size, tile_reader(archive, newest.checkpoint.size)))
    except Malformed:
        return None  # found already, when the log was checked
