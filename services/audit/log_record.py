"""What is kept of the log beside its events: checkpoints, cosignatures, the files on disk, what was shown to others."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from events.audit.checkpoints import (
    Found,
    SignedCheckpoint,
    check_roots,
    check_shown,
    open_checkpoints,
    read_checkpoint,
    witnessed_size,
)
from events.audit.data_member import parse_data_member
from events.audit.finding import AuditCheck, Finding
from events.audit.stretch import Stretch
from events.audit.tree import Tree
from events.directory import Directory
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.note import Note, parse_note
from events.transparency.checkpoint import Checkpoint
from events.transparency.merkle import HASH_BYTES
from events.transparency.policy import Policy
from events.transparency.tile_path import Tile
from services.audit.log_comparison import partial_widths
from services.audit.replay_worker import SQL

_MAX_TOLD = 20
"""So many altered files and entries are told one by one."""


class LogRecord:
    """The checkpoints of a ledger and the files of its log. `roots` are those of the tree made again, by size."""

    def __init__(self, connection: sqlite3.Connection, log: Path | None, directory: Directory, found: Found) -> None:
        self.found = found
        self.roots: dict[int, bytes] = {}
        self.witnessed_size = 0
        self._log = log
        self._directory = directory
        # Before the ledger: a service that runs meanwhile writes its files after it.
        served = list(self._read_files())
        lines: dict[int, list[tuple[str, str]]] = {}
        for size, witness, line in connection.execute(SQL["cosignatures"]):
            lines.setdefault(size, []).append((witness, line))
        kept = [
            SignedCheckpoint(size, note, tuple(lines.get(size, ())))
            for size, note in connection.execute(SQL["checkpoints"])
        ]
        self.opened = open_checkpoints(kept, directory, found)
        self.signed_size = max((each.checkpoint.size for each in self.opened), default=0)
        self._lines = {
            each.size: {str(line) for line in note.signatures} | {line for _, line in each.cosignatures}
            for each in kept
            if (note := _note(each.note)) is not None
        }
        self._shown: dict[str, str] = {}
        self._sizes: set[int] = {each.checkpoint.size for each in self.opened}
        self._differences: list[tuple[int, str, bytes, bytes]] = []
        self._wrong_files: dict[str, None] = {}
        self._add_messages(connection)
        self._add_files(served)
        self._sorted = sorted(self._sizes)

    # --- before the replay: whose roots are wanted ---

    def sizes_within(self, begin: int, end: int) -> tuple[int, ...]:
        """The sizes whose roots are wanted that lie behind `begin` and up to `end`, and a little beyond."""
        # An event that begins inside a stretch may end behind it.
        upto = bisect_right(self._sorted, end + _LONGEST)
        return tuple(self._sorted[bisect_left(self._sorted, begin + 1) : upto])

    def add_shown(self, notes: Iterable[str], where: str = "a checkpoint from elsewhere") -> None:
        """Notes that the log has shown to somebody."""
        for note in notes:
            try:
                size = read_checkpoint(note, self._directory).size
            except (Malformed, SignatureInvalid, InvalidValue):
                continue
            self._shown.setdefault(note, where)
            self._sizes.add(size)
        self._sorted = sorted(self._sizes)

    def add_alarms(self, alarms: Iterable[tuple[int, str, tuple[str, ...]]]) -> None:
        """Notes that witnesses have shown in alarms. Those of sizes that nobody asked for before are passed over."""
        for index, _, notes in alarms:
            self.add_shown(notes, f"entry {index}")

    def _add_messages(self, connection: sqlite3.Connection) -> None:
        notes: dict[str, None] = {}
        for statement in ("shown_in_messages", "shown_in_alarms"):
            for (data,) in connection.execute(SQL[statement]):
                try:
                    content = orjson.loads(parse_data_member(data)[1])
                except (Malformed, ValueError):
                    continue
                shown = [content.get("checkpoint"), *content.get("checkpoints", ())]
                notes |= dict.fromkeys(note for note in shown if isinstance(note, str))
        self.add_shown((note for (note,) in connection.execute(SQL["unheld"])), "a checkpoint that came back")
        self.add_shown(notes, "a checkpoint shown to an agency")

    def _read_files(self) -> Iterator[tuple[str, bytes]]:
        if self._log is None:
            return
        for file in (self._log / "checkpoint", self._log / "witnessed", *sorted((self._log / "checkpoints").glob("*"))):
            try:
                yield str(file.relative_to(self._log)), file.read_bytes()
            except FileNotFoundError:
                continue

    def _add_files(self, served: Iterable[tuple[str, bytes]]) -> None:
        """The checkpoints that the log serves: each of them one that the ledger has, with lines that it has."""
        for name, data in served:
            try:
                note = data.decode("utf-8")
                checkpoint = read_checkpoint(note, self._directory)
            except (ValueError, Malformed, SignatureInvalid) as error:
                self._unsigned(name, str(error))
                continue
            self.add_shown([note], f"the log's file `{name}`")
            known = self._lines.get(checkpoint.size)
            if known is not None and not {str(line) for line in parse_note(note).signatures} <= known:
                self._wrong_files[name] = None
            if name == "checkpoint":
                self._check_served(checkpoint)

    def _check_served(self, newest: Checkpoint) -> None:
        sizes = sorted(self._sizes)
        # The file is written after the ledger: stopped in between, it is the one before.
        if len(sizes) > 1 and newest.size < sizes[-2]:
            self.found(
                Finding(
                    AuditCheck.LOG_ROLLED_BACK, "", "the log's file `checkpoint`",
                    f"Sổ công bố điểm kiểm tra {newest.size}, cũ hơn điểm đã ký {sizes[-1]}.",
                    f"The log serves its checkpoint of {newest.size} entries and has signed one of {sizes[-1]}: it "
                    "shows an older state.",
                )
            )  # fmt: skip

    def _unsigned(self, file: str, why: str) -> None:
        self.found(
            Finding(
                AuditCheck.CHECKPOINT_UNSIGNED, "", f"the log's file `{file}`",
                "Điểm kiểm tra đang công bố không có chữ ký hợp lệ.",
                f"The checkpoint that the log serves is not one that it signed: {why}",
            )
        )  # fmt: skip

    # --- during the replay ---

    def differ(self, stretch: Stretch) -> None:
        """What a stretch's comparison with the files has shown."""
        self._differences += stretch.differences[: max(0, 1_000 - len(self._differences))]
        self._wrong_files |= dict.fromkeys(stretch.wrong_files)

    # --- after it ---

    def finish(self, tree: Tree, policy: Policy) -> None:
        """Nothing more comes: every checkpoint, file and shown note is held against the tree."""
        self.roots[0] = Tree().root
        fits = check_roots(self.opened, self.roots, tree.size, self.found)
        notes = [(where, note) for note, where in self._shown.items()]
        check_shown(notes, self._directory, self.roots if fits else self._signed_roots(), tree.size, self.found)
        if self._log is not None:
            self._check_upper_tiles(tree)
            self._tell_differences(fits)
        self.witnessed_size = witnessed_size(self.opened, policy, self.found)

    def _signed_roots(self) -> dict[int, bytes]:
        """Where the events do not give the signed roots, what was shown is held against what was signed."""
        return {each.checkpoint.size: each.checkpoint.root for each in self.opened}

    def _check_upper_tiles(self, tree: Tree) -> None:
        if self._log is None or not self.signed_size or tree.size < self.signed_size:
            return
        for tile, data in tree.upper_tiles(self.signed_size):
            full = Tile(tile.level, tile.index).path
            widths = {f"{full}.p/{width}": width for width in partial_widths(self._log, full)}
            # A narrower one is not there any more where a service has filled the tile meanwhile.
            wanted = full if tile.path not in widths and (self._log / full).exists() else tile.path
            for path, width in (widths | {wanted: tile.width}).items():
                try:
                    held = (self._log / path).read_bytes()
                except (FileNotFoundError, NotADirectoryError):
                    held = b""
                if held[: tile.width * HASH_BYTES] != data[: width * HASH_BYTES]:
                    self._wrong_files[path] = None

    def _tell_differences(self, fits: bool) -> None:
        if fits:
            # The events are those that were signed: what differs was altered on disk.
            for path in list(self._wrong_files)[:_MAX_TOLD]:
                self.found(
                    Finding(
                        AuditCheck.LOG_TAMPERED, "", path,
                        f"Tệp {path} của sổ minh bạch bị sửa hoặc thiếu.",
                        f"The log's file {path} is missing, or not what was signed: it was altered.",
                    )
                )  # fmt: skip
            return
        logged = {theirs: index for index, _, _, theirs in self._differences}
        for index, event, own, _ in self._differences[:_MAX_TOLD]:
            elsewhere = logged.get(own)
            if elsewhere is not None:
                self.found(
                    Finding(
                        AuditCheck.ORDER, event, f"entry {index}",
                        f"Văn bản đứng ở vị trí {index}, trong sổ minh bạch là vị trí {elsewhere}.",
                        f"It stands at {index}, and the log has its entry at {elsewhere}: the order was changed.",
                    )
                )  # fmt: skip
            else:
                self.found(
                    Finding(
                        AuditCheck.ENTRY_MISMATCH, event, f"entry {index}",
                        f"Mục {index} của sổ minh bạch không phải của văn bản này.",
                        f"The log's entry {index} does not commit to this event: envelope, signature, recipient, "
                        "stream sequence or stored time is another.",
                    )
                )  # fmt: skip


def _note(text: str) -> Note | None:
    try:
        return parse_note(text)
    except Malformed:
        return None


_LONGEST = 1_024
"""An event has fewer recipients than this: an envelope has no room for more."""
