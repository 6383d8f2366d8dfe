"""Whether each event stands in the log where the package says: by a proof for each entry, or by the whole log itself.

A package of the whole log is the log: its tiles and entry bundles, and an event for every entry. Nothing can then be
missing. In any other package each entry has its inclusion proof (RFC 9162 section 2.1.3), and a period's entries follow
one another without a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from events.audit.entries import entries_of
from events.audit.finding import AuditCheck
from events.errors import InvalidValue, Malformed, PhoihopError, ProofInvalid
from events.transparency.checkpoint import Checkpoint
from events.transparency.entry_bundle import parse_bundle
from events.transparency.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from events.transparency.tile_path import FULL_WIDTH, Bundle, Tile, bundles_of, tile_at, tiles_of
from events.transparency.tiles import ReadTile, root_from_tiles, tile_root
from services.evidence.archive import Archive
from services.evidence.authenticity import Held
from services.evidence.faults import Faults
from services.evidence.layout import LOG_FOLDER
from services.evidence.line import PackagedEvent

_MAX_TILE_BYTES = FULL_WIDTH * 34


class Inclusion(Protocol):
    """How a package shows that its events are in the log."""

    def take(self, event: PackagedEvent, held: Held, where: str) -> None:
        """Check one event's entries; events come in the log's order."""

    def finish(self) -> None:
        """Check what can be said only at the end."""


def _entries(held: Held, where: str, faults: Faults) -> tuple[bytes, ...]:
    try:
        return entries_of(held.logged)
    except PhoihopError as error:
        faults.add(
            AuditCheck.FORM, where, "không tính được mục trong sổ minh bạch",
            f"the event's entries cannot be computed: {error}", held.envelope.id,
        )  # fmt: skip
        return ()


class ByProofs:
    """Each entry has its own proof. With `contiguous`, no entry between the first and the last may be missing."""

    def __init__(self, checkpoint: Checkpoint, faults: Faults, *, contiguous: bool) -> None:
        self._checkpoint = checkpoint
        self._faults = faults
        self._contiguous = contiguous
        self._next: int | None = None

    def take(self, event: PackagedEvent, held: Held, where: str) -> None:
        """Check the proofs of one event."""
        first = event.logged.first_index
        entries = _entries(held, where, self._faults)
        if self._next is not None and (first < self._next or (self._contiguous and first > self._next)):
            self._faults.add(
                AuditCheck.TRIMMED if first > self._next else AuditCheck.ORDER,
                where,
                f"giữa mục {self._next} và mục {first} của sổ thiếu văn bản hoặc bị đảo thứ tự",
                f"entry {first} stands where entry {self._next} of the log is wanted",
                held.envelope.id,
            )
        self._next = first + len(held.envelope.agencies)
        proofs = event.proofs or ()
        if len(proofs) != len(entries):
            self._not_in_log(held, where, f"there are {len(proofs)} proofs for {len(entries)} entries")
            return
        for index, (entry, proof) in enumerate(zip(entries, proofs, strict=True), first):
            if index >= self._checkpoint.size:
                self._faults.add(
                    AuditCheck.LOG_ROLLED_BACK, where,
                    f"văn bản ở mục {index}, nhưng điểm kiểm tra chỉ có {self._checkpoint.size} mục",
                    f"the event stands at entry {index}, the checkpoint covers {self._checkpoint.size} entries alone",
                    held.envelope.id,
                )  # fmt: skip
                return
            try:
                verify_inclusion(leaf_hash(entry), index, self._checkpoint.size, proof, self._checkpoint.root)
            except ProofInvalid as error:
                self._not_in_log(held, where, str(error))
                return

    def finish(self) -> None:
        """Nothing is left to check."""

    def _not_in_log(self, held: Held, where: str, why: str) -> None:
        self._faults.add(
            AuditCheck.NOT_IN_LOG, where,
            f"không chứng minh được văn bản nằm ở mục {held.logged.first_index} của sổ minh bạch",
            f"the event is not shown to stand at entry {held.logged.first_index} of the log: {why}", held.envelope.id,
        )  # fmt: skip


class ByWholeLog:
    """The package holds the log itself: tiles, entry bundles, and an event for every entry."""

    def __init__(self, archive: Archive, checkpoint: Checkpoint, faults: Faults) -> None:
        self._archive = archive
        self._size = checkpoint.size
        self._faults = faults
        self._next = 0
        self._bundle: tuple[int, tuple[bytes, ...]] = (-1, ())
        _Tiles(archive, checkpoint).check(faults)

    def take(self, event: PackagedEvent, held: Held, where: str) -> None:
        """Check one event's entries against the bundles."""
        first = event.logged.first_index
        if event.proofs is not None:
            self._faults.add(
                AuditCheck.FORM, where,
                "gói gồm toàn bộ sổ thì văn bản không kèm bằng chứng riêng",
                "an event of a package of everything has no proofs of its own", held.envelope.id,
            )  # fmt: skip
        if first != self._next:
            self._faults.add(
                AuditCheck.TRIMMED if first > self._next else AuditCheck.ORDER, where,
                f"cần mục {self._next} của sổ nhưng gói có mục {first}",
                f"entry {self._next} of the log is wanted here, and the package has entry {first}", held.envelope.id,
            )  # fmt: skip
        entries = _entries(held, where, self._faults)
        self._next = first + len(held.envelope.agencies)
        for index, entry in enumerate(entries, first):
            if self._entry(index) != entry:
                self._faults.add(
                    AuditCheck.ENTRY_MISMATCH, where,
                    f"mục {index} của sổ minh bạch không phải của văn bản này",
                    f"entry {index} of the log does not commit to this event, recipient, sequence and stored time",
                    held.envelope.id,
                )  # fmt: skip
                return

    def finish(self) -> None:
        """Every entry has had its event."""
        if self._next != self._size:
            self._faults.add(
                AuditCheck.TRIMMED, "events/",
                f"gói dừng ở mục {self._next}, sổ có {self._size} mục",
                f"the package's events end before entry {self._next}, the log has {self._size} entries",
            )  # fmt: skip

    def _entry(self, index: int) -> bytes | None:
        number, at = divmod(index, FULL_WIDTH)
        if self._bundle[0] != number:
            self._bundle = (number, self._read_bundle(number))
        entries = self._bundle[1]
        return entries[at] if at < len(entries) else None

    def _read_bundle(self, number: int) -> tuple[bytes, ...]:
        width = min(FULL_WIDTH, self._size - number * FULL_WIDTH)
        if number < 0 or width < 1:
            return ()
        try:
            return parse_bundle(self._archive.read(LOG_FOLDER + Bundle(number, width).path, _MAX_TILE_BYTES), width)
        except (Malformed, InvalidValue):
            return ()  # said already, when the tree was checked


def log_members(size: int) -> set[str]:
    """The members that hold the log of a size: tiles and entry bundles."""
    tiles = (tile.path for tile in tiles_of(size))
    bundles = (bundle.path for bundle in bundles_of(size))
    return {LOG_FOLDER + path for path in (*tiles, *bundles)}


def tile_reader(archive: Archive, size: int) -> ReadTile:
    """Reads the tiles of a log of `size` entries from its package."""

    def read(level: int, index: int, width: int) -> bytes:
        path = tile_at(size, level, index).path
        return archive.read(LOG_FOLDER + path, _MAX_TILE_BYTES)[: width * HASH_BYTES]

    return read


class _Tiles:
    """The log's tiles and bundles in a package, and whether they make up one tree."""

    def __init__(self, archive: Archive, checkpoint: Checkpoint) -> None:
        self._archive = archive
        self._checkpoint = checkpoint
        self._read = tile_reader(archive, checkpoint.size)

    def check(self, faults: Faults) -> None:
        """Bundles give the tiles of level 0, full tiles those above, and the right edge gives the checkpoint's root."""
        size = self._checkpoint.size
        for name in sorted(log_members(size) - self._archive.members.keys()):
            faults.add(
                AuditCheck.TRIMMED, name, "thiếu một phần dữ liệu của sổ minh bạch", "a part of the log is missing",
            )  # fmt: skip
        for bundle in bundles_of(size):
            _try(bundle.path, partial(self._check_bundle, bundle), faults)
        for tile in tiles_of(size):
            if tile.level:
                _try(tile.path, partial(self._check_tile, tile), faults)
        _try("tile", self._check_root, faults)

    def _check_bundle(self, bundle: Bundle) -> None:
        data = self._archive.read(LOG_FOLDER + bundle.path, _MAX_TILE_BYTES)
        hashes = b"".join(leaf_hash(entry) for entry in parse_bundle(data, bundle.width))
        if hashes != self._read(0, bundle.index, bundle.width):
            raise Malformed("tile", "its entries do not hash to the tile above them")

    def _check_tile(self, tile: Tile) -> None:
        first = tile.index * FULL_WIDTH
        below = (self._read(tile.level - 1, first + at, FULL_WIDTH) for at in range(tile.width))
        if self._read(tile.level, tile.index, tile.width) != b"".join(map(tile_root, below)):
            raise Malformed("tile", "it does not hold the hashes of the tiles below it")

    def _check_root(self) -> None:
        if root_from_tiles(self._checkpoint.size, self._read) != self._checkpoint.root:
            raise Malformed("tile", "the tiles do not give the root that the checkpoint states")


def _try(path: str, check: Callable[[], None], faults: Faults) -> None:
    try:
        check()
    except Malformed as error:
        faults.add(
            AuditCheck.LOG_TAMPERED, LOG_FOLDER + path,
            "dữ liệu sổ minh bạch không khớp với phần còn lại của sổ",
            f"this part of the log does not fit the rest of it: {error}",
        )  # fmt: skip
