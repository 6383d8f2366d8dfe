"""The history of an evidence package: one of everything, unpacked so that it is replayed as the auditor's ledger is.

    unpacked = unpack(package, root, place)
    verdict = replay(unpacked.source, root).with_findings(unpacked.findings)

Nothing of the package is believed: its events, directories, checkpoints, cosignatures and the log's files go into a
ledger and a folder of their own, where the replay checks them as it would the auditor's. What only a package has is
checked here:

1. it is a file of a package's form, and of everything: a case or a period is no history from the first event
2. its members are those that its manifest lists, and its newest checkpoint is the manifest's
3. its lines are events under that checkpoint, and no event and no place in the log stands twice

A package has no messages that are no entries of the log, so checkpoints shown in those are not compared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from events.audit.finding import AuditCheck, Finding
from events.audit.lean_envelope import read_envelope
from events.audit.log_keys import log_name, witness_name
from events.envelope import envelope_digest
from events.errors import InvalidValue, Malformed
from events.note import Note, VerifierKey, format_note, parse_note
from events.transparency.checkpoint import parse_checkpoint
from events.transparency.policy import Policy
from services.audit.replay import Source
from services.auditor.ledger import Ledger
from services.errors import UsageFault
from services.evidence.archive import Archive, open_archive
from services.evidence.directories import read_directories
from services.evidence.event_lines import event_lines
from services.evidence.faults import Faults
from services.evidence.inclusion import log_members
from services.evidence.layout import (
    LOG_FOLDER,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    MAX_NOTE_BYTES,
    checkpoint_member,
    checkpoint_size,
    directory_member,
    directory_version,
)
from services.evidence.manifest import Manifest, parse_manifest
from services.evidence.policies import apply_policy
from services.evidence.verification import check_members

_MAX_FILE_BYTES = 16_384
"""Of a tile or an entry bundle."""

MAX_SIZE = 2**53 - 1
"""Entries of a log, as of any number here."""

_PUT = "INSERT OR IGNORE INTO logged VALUES (?,?,?,?,?,?,?,?,?,?)"


class PackageUnreadable(UsageFault):
    """The file is not of a package's form."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            what="this file cannot be replayed",
            why=f"it is not of a package's form: {reason}",
            next_step="name an evidence package that `phoihop audit export --all` has made",
        )


class PackagePartial(UsageFault):
    """The package does not hold the whole history."""

    def __init__(self) -> None:
        super().__init__(
            what="this package cannot be replayed",
            why="it holds a part of the history alone, and a replay begins with the first event",
            next_step="verify it with `phoihop audit verify`, or have one of everything exported (`--all`)",
        )


@dataclass(frozen=True)
class Unpacked:
    """What is replayed, and what was found of the package itself."""

    source: Source
    findings: tuple[Finding, ...]


def unpack(
    package: Path, root: VerifierKey, place: Path, *, policy: Policy | None = None, checkpoints: tuple[str, ...] = ()
) -> Unpacked:
    """Unpack a package of everything into the empty folder `place`.

    `policy` is the verifier's own; without it the package's, as `audit verify` would choose it. `checkpoints` are notes
    that the verifier got elsewhere. Raises `PackageUnreadable` or `PackagePartial`.
    """
    faults = Faults()
    with package.open("rb") as file:
        archive, manifest = _open(file)
        check_members(archive, manifest, faults)
        _check_newest(archive, manifest, faults)
        ledger, log = place / "ledger.sqlite", place / "log"
        with Ledger(ledger, manifest.province, create=True) as target, target.commit():
            _put_directories(archive, target)
            _put_checkpoints(archive, manifest.province, target, faults)
            _put_events(archive, target, manifest.tree.size, faults)
        _write_log(archive, manifest.tree.size, log)
        chain = read_directories(archive, root, Faults())  # the replay says what is wrong with them
        applied = apply_policy(archive, chain[-1], policy, faults).policy if chain else None
    return Unpacked(Source(ledger, log, applied, checkpoints), tuple(faults.found))


def _open(file: BinaryIO) -> tuple[Archive, Manifest]:
    try:
        archive = open_archive(file)
        manifest = parse_manifest(archive.read(MANIFEST, MAX_MANIFEST_BYTES))
    except Malformed as error:
        raise PackageUnreadable(str(error)) from error
    if manifest.selection.kind != "all":
        raise PackagePartial
    return archive, manifest


def _check_newest(archive: Archive, manifest: Manifest, faults: Faults) -> None:
    """Its newest checkpoint is the manifest's: else checkpoints were taken out, with the events behind them perhaps."""
    sizes = [size for name in archive.members if (size := checkpoint_size(name)) is not None]
    tree = manifest.tree
    try:
        newest = parse_checkpoint(parse_note(archive.read(checkpoint_member(max(sizes)), MAX_NOTE_BYTES)).text)
    except (ValueError, Malformed, InvalidValue):
        return  # without a checkpoint, or with one that is none, the replay has something to say
    if (newest.origin, newest.size, newest.root) != (tree.origin, tree.size, tree.root):
        faults.add(
            AuditCheck.LOG_ROLLED_BACK if newest.size < tree.size else AuditCheck.TRIMMED, MANIFEST,
            f"bản kê nói sổ có {tree.size} mục, điểm kiểm tra mới nhất của gói có {newest.size}",
            f"the manifest speaks of a tree of {tree.size} entries, the package's newest checkpoint is of "
            f"{newest.size}",
        )  # fmt: skip


def _put_directories(archive: Archive, target: Ledger) -> None:
    for name in archive.members:
        if (version := directory_version(name)) is not None:
            target.keep_directory(version, _text(archive, directory_member(version)))


def _put_checkpoints(archive: Archive, province: str, target: Ledger, faults: Faults) -> None:
    """Each note without its witnesses' lines, and these beside it, as the auditor keeps them."""
    log, prefix = log_name(province), witness_name(province, "")
    for name in archive.members:
        if (size := checkpoint_size(name)) is None:
            continue
        if size > MAX_SIZE:
            faults.add(
                AuditCheck.CHECKPOINT_UNSIGNED, name,
                "không có sổ nào lớn như thế", "no log has so many entries",
            )  # fmt: skip
            continue
        text, cosigned = _text(archive, name), []
        try:
            note = parse_note(text)
        except Malformed:
            pass  # it is kept as it is, and found by the replay
        else:
            cosigned = [line for line in note.signatures if line.name.startswith(prefix) and line.name != log]
            text = format_note(Note(note.text, tuple(line for line in note.signatures if line not in cosigned)))
        target.connection.execute("INSERT INTO checkpoints VALUES (?,?,'')", (size, text))
        rows = [(size, line.name.removeprefix(prefix), str(line)) for line in cosigned]
        target.connection.executemany("INSERT OR IGNORE INTO cosignatures VALUES (?,?,?,'')", rows)


def _put_events(archive: Archive, target: Ledger, size: int, faults: Faults) -> None:
    for where, event in event_lines(archive, faults):
        logged = event.logged
        try:
            envelope = read_envelope(logged.envelope)
            event_id, entries = envelope.id, len(envelope.agencies)
        except Malformed:
            event_id, entries = "", 1  # the replay finds it where it stands
        if logged.first_index + entries > size:
            faults.add(
                AuditCheck.LOG_ROLLED_BACK, where,
                f"văn bản ở mục {logged.first_index}, nhưng điểm kiểm tra mới nhất chỉ có {size} mục",
                f"the event stands at entry {logged.first_index}, the newest checkpoint covers {size} entries alone",
                event_id,
            )  # fmt: skip
        row = (
            logged.first_index, entries, envelope_digest(logged.envelope), event_id, logged.stream_sequence,
            logged.stored_at, "", logged.envelope, logged.signature, logged.data,
        )  # fmt: skip
        if not target.connection.execute(_PUT, row).rowcount:
            faults.add(
                AuditCheck.ORDER, where,
                "văn bản này, hoặc vị trí của nó trong sổ, có hai lần trong gói",
                "this event, or its place in the log, stands twice in the package", event_id,
            )  # fmt: skip


def _write_log(archive: Archive, size: int, folder: Path) -> None:
    """The log's files; those that are missing or too large are found by the replay."""
    folder.mkdir()
    for name in sorted(log_members(size) & archive.members.keys()):
        if archive.members[name].size <= _MAX_FILE_BYTES:
            path = folder / name.removeprefix(LOG_FOLDER)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name, _MAX_FILE_BYTES))


def _text(archive: Archive, name: str) -> str:
    """A note's text; what is no text is none, and no note either."""
    try:
        return archive.read(name, MAX_NOTE_BYTES).decode("utf-8")
    except (Malformed, UnicodeDecodeError):
        return ""
