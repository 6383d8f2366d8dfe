"""From the ledger to the signed log on disk. The ledger is the truth; every file follows from it.

1. what the ledger holds behind the last checkpoint becomes entries; full tiles and bundles are written
2. the partial tiles and bundles of the new size are written
3. the checkpoint is signed and kept in the ledger: from here on it counts as given
4. `checkpoints/<size>`, then `checkpoint` are written
5. partial tiles whose full tile is there now are removed

Killed between any two steps, the writer goes on with the same bytes: what was not signed is derived again, what was
signed is written out. Before it signs it makes sure that it has signed no other tree of this size, and no larger one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import structlog

from events.audit.log_keys import AUDITOR, log_name, usable_at
from events.directory import Directory
from events.errors import PhoihopError
from events.note import VerifierKey, format_note
from events.signature import Signer
from events.transparency.checkpoint import Checkpoint, sign_checkpoint
from events.transparency.compact_range import CompactRange
from events.transparency.merkle import HASH_BYTES, leaf_hash
from events.transparency.policy import Policy
from events.transparency.tile_path import Bundle, Tile
from events.transparency.tiles import root_from_tiles
from services.auditor.checkpoints import Checkpoints
from services.auditor.ledger import Ledger
from services.auditor.log_check import LogBehind, LogContradicted, entries_from, open_tree
from services.auditor.log_folder import CHECKPOINT, WITNESSED, LogFolder
from services.auditor.log_tree import LogTree
from services.errors import CannotRun

_log = structlog.get_logger(__name__)


class LogKeyUnusable(CannotRun):
    """The auditor's service key is not one that the directory lets the log sign with now."""

    def __init__(self, kid: str, version: int) -> None:
        super().__init__(
            what="the log is not signed now",
            why=f"directory version {version} does not let {kid} sign at this time",
            next_step="have the province issue a directory with the auditor's current service key",
        )
        self.kid, self.version = kid, version


class WriterStopped(PhoihopError):
    """The log's writer was told to stop; what it had not signed is written again after the next start."""


class LogWriter:
    """The writer of one log. It has its own connection to the ledger; its methods are called one at a time.

    `directory` gives the newest directory; `signer` is the auditor's service key.
    """

    def __init__(self, ledger: Ledger, folder: Path, directory: Callable[[], Directory], signer: Signer) -> None:
        self._ledger = ledger
        self._folder = LogFolder(folder)
        self._directory = directory
        self._signer = signer
        self.checkpoints = Checkpoints(ledger)
        self._tree: LogTree | None = None
        self._frontier = CompactRange()
        self._stopping = False

    def stop(self) -> None:
        """Have the call that runs end before its next portion; may be called from another thread."""
        self._stopping = True

    @property
    def held(self) -> int:
        """How many entries the ledger holds, signed or not."""
        return self._ledger.size

    # --- start ---

    def open(self) -> Checkpoint | None:
        """Verify what lies on disk against ledger and newest checkpoint, and finish what was begun.

        Gives the newest checkpoint. Raises `LogContradicted`, `DiskRefused`.
        """
        self._tree = None
        self._folder.remove_unfinished()
        newest = self.checkpoints.newest()
        signed = set(self.checkpoints.sizes())
        if foreign := [size for size in self._folder.checkpoint_sizes() if size not in signed]:
            raise LogContradicted(
                f"the log's folder holds a checkpoint of {foreign[-1]} entries that the ledger does not know: the "
                "ledger is an old copy"
            )
        tree = open_tree(self._ledger, self._folder, newest)
        ends = {size for size in (newest.size if newest else None, self.checkpoints.newest_witnessed()) if size}
        self.write_checkpoints(signed - set(self._folder.checkpoint_sizes()) | ends)
        self._frontier = tree.frontier()
        self._tree = tree
        return newest

    # --- growing ---

    def advance(self, now: datetime) -> Checkpoint | None:
        """Bring the log up to what the ledger holds; the checkpoint of it, None if nothing has come since the last.

        Where checkpoints of its own have come back that the ledger did not hold, it goes up to the next of them only,
        and takes that over. Raises `LogContradicted`, `LogKeyUnusable`, `DiskRefused`; then `open` comes before the
        next call.
        """
        tree, self._tree = self._tree, None
        if tree is None:
            raise RuntimeError("the log is not open")
        held = self._ledger.size
        ahead = self._settle_passed(tree, now)
        if ahead and ahead[-1].size > held:
            raise LogBehind(ahead[-1].size, held)
        checkpoint = None
        if held > tree.size:
            key = self._log_key(now)
            full = self._write_tiles(tree, ahead[0].size if ahead else held)
            checkpoint = Checkpoint(key.name, tree.size, tree.root)
            if ahead:
                self._take_over(ahead[0], tree.root, now)
            else:
                self._sign(checkpoint, key, now)
            self.write_checkpoints({checkpoint.size})
            self._folder.remove_partials(full)
            _log.info("checkpoint", size=checkpoint.size, found_again=bool(ahead))
        self._tree = tree
        return checkpoint

    def _write_tiles(self, tree: LogTree, upto: int) -> list[Tile | Bundle]:
        full: list[Tile | Bundle] = []
        for entries in entries_from(self._ledger, tree.size, upto):
            if self._stopping:
                raise WriterStopped
            files = tree.append(entries)
            self._folder.write((tile.path, data) for tile, data in files)
            full += [tile for tile, _ in files]
            self._frontier = self._frontier.extend(map(leaf_hash, entries))
        if tree.size != upto or self._frontier.root != tree.root:
            raise LogContradicted(f"the tree of {tree.size} entries, made in two ways, has two roots")
        self._folder.write((tile.path, data) for tile, data in tree.partials())
        return full

    def _sign(self, checkpoint: Checkpoint, key: VerifierKey, now: datetime) -> None:
        note = format_note(sign_checkpoint(checkpoint, key, self._signer.sign))
        with self._ledger.commit():
            newest = self.checkpoints.newest()
            if newest is not None and newest.size >= checkpoint.size:
                raise LogContradicted(
                    f"a checkpoint of {newest.size} entries was signed already, this one would be of {checkpoint.size}"
                )
            self.checkpoints.add(checkpoint.size, note, now)

    def _log_key(self, now: datetime) -> VerifierKey:
        directory = self._directory()
        key = directory.key(self._signer.kid)
        if key is None or key.agency != AUDITOR or not usable_at(key, now):
            raise LogKeyUnusable(self._signer.kid, directory.version)
        return VerifierKey(log_name(directory.province), key.public_key)

    # --- checkpoints of its own that have come back ---

    def _settle_passed(self, tree: LogTree, now: datetime) -> list[Checkpoint]:
        """Take over those that the tree has grown past; gives those that are still ahead of it, the next first."""
        ahead = []
        for checkpoint in self.checkpoints.unheld():
            if checkpoint.size > tree.size:
                ahead.append(checkpoint)
            else:
                self._take_over(checkpoint, root_from_tiles(checkpoint.size, self._read_tile), now)
                self.write_checkpoints({checkpoint.size})
        return ahead

    def _take_over(self, checkpoint: Checkpoint, root: bytes, now: datetime) -> None:
        if checkpoint.root != root:
            raise LogContradicted(
                f"a checkpoint of {checkpoint.size} entries with the log's own signature has another root than this "
                "ledger gives: the ledger was put together again in another order, or the log's key was used elsewhere"
            )
        with self._ledger.commit():
            self.checkpoints.settle_unheld(checkpoint.size, root, now)

    def _read_tile(self, level: int, index: int, width: int) -> bytes:
        for path in (Tile(level, index, width).path, Tile(level, index).path):
            if (data := self._folder.read(path)) is not None:
                return data[: width * HASH_BYTES]
        raise LogContradicted(f"the tile {Tile(level, index, width).path} is missing")

    # --- checkpoints on disk ---

    def witness(self, sizes: Collection[int], policy: Policy) -> None:
        """New cosignatures have come for these checkpoints: judge them, and write them out with what they have."""
        with self._ledger.commit():
            self.checkpoints.judge(sizes, policy, self._directory())
        self.write_checkpoints(sizes)

    def keep_timestamp(self, size: int, authority: str, response: bytes, at: datetime) -> None:
        """Keep an authority's verified time-stamp on a checkpoint."""
        with self._ledger.commit():
            self.checkpoints.add_timestamp(size, authority, response, at)

    def write_checkpoints(self, sizes: Collection[int]) -> None:
        """Write checkpoints of the ledger to their files, with the cosignatures that they have."""
        newest, witnessed = self.checkpoints.newest(), self.checkpoints.newest_witnessed()
        files = []
        for size in sorted(sizes):
            if (note := self.checkpoints.note(size)) is None:
                continue
            data = format_note(note).encode("utf-8")
            files.append((f"checkpoints/{size}", data))
            if newest is not None and size == newest.size:
                files.append((CHECKPOINT, data))
            if size == witnessed:
                files.append((WITNESSED, data))
        self._folder.write(files)
