"""Writing a package from the auditor's ledger and log. Memory does not grow with what is exported, but for the pages.

The same ledger, log, directory, policy and wishes give the same bytes, whenever and wherever it is done. Before a
package is given out it is examined as any verifier would; what was found then stands in its pages.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from events import base64url
from events.audit.logged_event import LoggedEvent
from events.envelope import parse_envelope
from events.note import Note, format_note
from events.transparency.checkpoint import Checkpoint, parse_checkpoint
from events.transparency.merkle import ReadNode, consistency_proof, inclusion_proof
from events.transparency.tile_path import Bundle, Tile, bundles_of, tiles_of
from events.transparency.tiles import node_reader
from services.auditor.checkpoints import Checkpoints
from services.errors import CannotRun, UsageFault
from services.evidence.archive import LAST_MEMBER, ArchiveWriter
from services.evidence.examination import examine
from services.evidence.layout import (
    CONSISTENCY,
    FULL_EVENTS_BYTES,
    LOG_FOLDER,
    MAX_CHECKPOINTS,
    POLICY,
    REPORT_ENGLISH,
    REPORT_HTML,
    REPORT_PDF,
    checkpoint_member,
    directory_member,
    events_member,
    timestamp_member,
)
from services.evidence.line import PackagedEvent, format_line
from services.evidence.manifest import LogTree, Manifest, Selection
from services.evidence.pages import html_by, pdf_by, render_html, render_pdf
from services.evidence.selecting import SQL, Indexes, choose
from services.evidence.source import Source
from services.evidence.trees import format_consistency
from services.evidence.verdict import Examination
from services.evidence.withholding import Withheld

Progress = Callable[[str, int, int], None]
"""(stage, how far, of how much)."""


class NoCheckpoint(CannotRun):
    """The log has no checkpoint that could be proven into."""


class NothingChosen(UsageFault):
    """Nothing in the ledger belongs to what was asked for."""


class PackageExists(UsageFault):
    """There is a file of this name already."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the file, its size and SHA-256, what examining it gave, events not yet under a checkpoint."""

    path: Path
    size_bytes: int
    sha256: bytes
    examination: Examination
    waiting: int


def export_package(
    target: Path, source: Source, selection: Selection, withheld: Withheld, progress: Progress
) -> Exported:
    """Write a package to a file that must not be there; it appears whole or not at all.

    Raises `PackageExists`, `NoCheckpoint`, `NothingChosen`, `LogFilesMissing`.
    """
    if target.exists():
        raise PackageExists(what="nothing was exported", why=f"{target} exists", next_step="name another file with -o")
    with _beside(target) as file:
        exporter = _Exporter(file, source, selection, withheld, progress)
        examination, waiting = exporter.run()
        file.flush()
        size = file.seek(0, os.SEEK_END)
        digest = _digest_of(file)
    return Exported(target, size, digest, examination, waiting)


@contextmanager
def _beside(target: Path) -> Iterator[BinaryIO]:
    """A file under another name, which takes the target's when all of it is written and synced."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    path = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        os.link(path, target)  # unlike a rename, it fails if somebody else was first
    finally:
        path.unlink(missing_ok=True)


def _digest_of(file: BinaryIO) -> bytes:
    file.seek(0)
    digest = sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.digest()


class _Exporter:
    def __init__(
        self, file: BinaryIO, source: Source, selection: Selection, withheld: Withheld, progress: Progress
    ) -> None:
        self._writer = ArchiveWriter(file)
        self._source = source
        self._selection = selection
        self._progress = progress
        self._checkpoints = Checkpoints(source.ledger)
        self._digests: dict[str, tuple[int, str]] = {}
        self._outgoing = withheld.applied(source.ledger)

    def run(self) -> tuple[Examination, int]:
        newest = self._newest()
        checkpoint = parse_checkpoint(newest.text)
        simulated = self._source.newest.simulated
        chosen = choose(
            self._source.ledger, self._selection, checkpoint.size, simulated=simulated,
            looked_at=lambda index: self._progress("select", index, checkpoint.size),
        )  # fmt: skip
        if not chosen:
            raise NothingChosen(
                what="nothing was exported",
                why="the ledger holds no event of what was asked for that is under a cosigned checkpoint",
                next_step="look at the case's id or the period; what has just been sent is covered in a minute",
            )
        read_node = node_reader(checkpoint.size, self._source.log.read_tile)
        sizes = self._sizes(chosen, checkpoint.size)
        self._add_checkpoints(sizes)
        for version, note in enumerate(self._source.directories, 1):
            self._add(directory_member(version), note.encode("utf-8"))
        self._add_events(chosen, checkpoint, read_node)
        if self._selection.kind == "all":
            self._add_log(checkpoint.size)
        if self._source.policy is not None:
            self._add(POLICY, self._source.policy)
        self._add_consistency(sizes, read_node)
        examination = self._examine(checkpoint)
        return examination, self._source.ledger.size - checkpoint.size

    # --- what it is proven into ---

    def _newest(self) -> Note:
        newest = self._checkpoints.newest_witnessed()
        note = None if newest is None else self._checkpoints.note(newest)
        if note is None:
            raise NoCheckpoint(
                what="nothing can be exported",
                why="the log has no checkpoint that the witnesses have cosigned as the policy asks",
                next_step="run `phoihop auditor run` and the agencies' services, and see `phoihop auditor status`",
            )
        return note

    def _sizes(self, chosen: Indexes, newest: int) -> list[int]:
        """The newest checkpoint, and for each event the earliest cosigned one over it, and the earliest stamped."""
        found = {newest}
        ask = self._source.ledger.connection.execute
        for name in ("witnessed_from", "stamped_from"):
            reached = 0
            for index in chosen:
                # A checkpoint that covers this event's first entry may be found again for its last; that is no harm.
                if index < reached:
                    continue
                size = ask(SQL[name], {"end": index + 1, "size": newest}).fetchone()[0]
                if size is None:
                    break
                found.add(size)
                reached = size
        sizes = sorted(found)
        if len(sizes) > MAX_CHECKPOINTS:
            step = -(-len(sizes) // MAX_CHECKPOINTS)
            sizes = sizes[(len(sizes) - 1) % step :: step]
        return sizes

    def _add_checkpoints(self, sizes: list[int]) -> None:
        members: dict[str, bytes] = {}
        for size in sizes:
            note = self._checkpoints.note(size)
            if note is None:
                raise NoCheckpoint(
                    what="nothing can be exported", why=f"the ledger lacks its checkpoint over {size} entries",
                    next_step="restore the auditor's ledger from its newest backup",
                )  # fmt: skip
            members[checkpoint_member(size)] = format_note(note).encode("utf-8")
            stamps = self._source.ledger.connection.execute(SQL["stamps"], {"size": size})
            members |= {timestamp_member(size, number): row[0] for number, row in enumerate(stamps, 1)}
        for name in sorted(members):
            self._add(name, members[name])

    def _add_consistency(self, sizes: list[int], read_node: ReadNode) -> None:
        if len(sizes) > 1:
            lines = [
                format_consistency(old, new, consistency_proof(old, new, read_node)) for old, new in pairwise(sizes)
            ]
            self._add(CONSISTENCY, b"".join(lines))

    def _add_log(self, size: int) -> None:
        log = self._source.log
        parts: list[Tile | Bundle] = sorted((*tiles_of(size), *bundles_of(size)), key=lambda part: part.path)
        for done, part in enumerate(parts):
            if isinstance(part, Tile):
                data = log.read_tile(part.level, part.index, part.width)
            else:
                data = log.read_bundle(part.index, part.width)
            self._add(f"{LOG_FOLDER}{part.path}", data)
            if done % 100 == 0:
                self._progress("log", done, len(parts))

    # --- events ---

    def _add_events(self, chosen: Indexes, checkpoint: Checkpoint, read_node: ReadNode) -> None:
        lines: list[bytes] = []
        size = number = 0
        for done, logged in enumerate(self._logged(chosen), 1):
            line = format_line(self._packaged(logged, checkpoint, read_node))
            if lines and size + len(line) > FULL_EVENTS_BYTES:
                number += 1
                self._add(events_member(number), b"".join(lines))
                lines, size = [], 0
            lines.append(line)
            size += len(line)
            if done % 1_000 == 0:
                self._progress("events", done, len(chosen))
        self._add(events_member(number + 1), b"".join(lines))

    def _logged(self, chosen: Indexes) -> Iterator[LoggedEvent]:
        """The chosen events, read in stretches where they lie together."""
        at = 0
        while at < len(chosen):
            batch = self._source.ledger.read(chosen[at], 500)
            wanted = set(chosen[at : at + 500])
            found = [logged for logged in batch if logged.first_index in wanted]
            yield from found
            at += len(found)

    def _packaged(self, logged: LoggedEvent, checkpoint: Checkpoint, read_node: ReadNode) -> PackagedEvent:
        logged = self._outgoing(logged)
        if self._selection.kind == "all":
            return PackagedEvent(logged)
        entries = len(parse_envelope(logged.envelope).agencies)
        indexes = range(logged.first_index, logged.first_index + entries)
        return PackagedEvent(logged, tuple(inclusion_proof(index, checkpoint.size, read_node) for index in indexes))

    # --- the end ---

    def _examine(self, checkpoint: Checkpoint) -> Examination:
        archive = self._writer.archive
        examination = examine(
            archive,
            self._source.root,
            self._selection,
            progress=lambda done: self._progress("verify", done, archive.size),
        )
        self._add(REPORT_ENGLISH, render_html(examination, "en"))
        self._add(REPORT_HTML, render_html(examination))
        self._add(REPORT_PDF, render_pdf(examination))
        manifest = Manifest(
            province=examination.province,
            selection=self._selection,
            tree=LogTree(checkpoint.origin, checkpoint.size, checkpoint.root),
            inventory=examination.inventory.to_json(),
            html_by=html_by(),
            pdf_by=pdf_by(),
            members=self._digests,
        )
        self._writer.add(LAST_MEMBER, manifest.to_bytes())
        self._writer.finish()
        self._progress("verify", archive.size, archive.size)
        return examination

    def _add(self, name: str, data: bytes) -> None:
        self._writer.add(name, data)
        self._digests[name] = (len(data), base64url.encode(sha256(data).digest()))
