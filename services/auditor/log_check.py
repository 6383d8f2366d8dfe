"""Is what lies on disk the log that was signed? Asked when the auditor's service starts.

1. The bundles' entries make up, up to the newest checkpoint's size, exactly the tiles that lie there and its root: then
   nothing was lost or altered since it was signed.
2. If not, the ledger is the truth: the tree is made from it again. Its root must be the one that was signed; then what
   differs is written once more, and reported. If it is not, nothing more is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import structlog

from events.audit.entries import entries_of
from events.errors import Malformed
from events.transparency.checkpoint import Checkpoint
from events.transparency.entry_bundle import parse_bundle
from events.transparency.tile_path import bundles_of
from services.auditor.ledger import Ledger
from services.auditor.log_folder import LogFolder
from services.auditor.log_tree import LogTree
from services.errors import CannotRun

_log = structlog.get_logger(__name__)

EVENTS_AT_ONCE = 5_000
_BUNDLES_AT_ONCE = 64


class LogContradicted(CannotRun):
    """Ledger, tiles and checkpoints do not belong together: signing on could sign a second history."""

    def __init__(self, why: str) -> None:
        super().__init__(
            what="the log cannot go on",
            why=why,
            next_step="put the newest copies of ledger.sqlite and log/ back in their place; docs/auditor.md says what "
            "to do where there are none",
        )
        self.contradiction = why


class LogBehind(LogContradicted):
    """The log has signed more than the ledger holds: the rest must come back first."""

    def __init__(self, signed: int, held: int) -> None:
        super().__init__(
            f"a checkpoint of {signed} entries with the log's own signature has come back, and the ledger has {held}: "
            "it is an old copy, and nothing is signed until the broker has given the rest again"
        )


def entries_from(ledger: Ledger, size: int, upto: int | None = None) -> Iterator[list[bytes]]:
    """The ledger's entries from index `size` on (up to, not including, `upto`), in portions.

    Raises `LogContradicted` if the ledger lacks an entry between two others.
    """
    while upto is None or size < upto:
        events = ledger.read(size, EVENTS_AT_ONCE)
        portion: list[bytes] = []
        for event in events:
            if event.first_index != size + len(portion):
                raise LogContradicted(f"the ledger has no entry {size + len(portion)}, though it has later ones")
            portion += entries_of(event)
        if not portion:
            return
        if upto is not None:
            portion = portion[: upto - size]
        yield portion
        size += len(portion)


def open_tree(ledger: Ledger, folder: LogFolder, newest: Checkpoint | None) -> LogTree:
    """The tree as it was signed last, its files verified; what is damaged is written again.

    Raises `LogContradicted`.
    """
    size = 0 if newest is None else newest.size
    if ledger.size < size:
        raise LogContradicted(
            f"the log was signed with {size} entries and the ledger has {ledger.size}: it is an old copy, or was cut"
        )
    tree, damaged = _from(_entries_on_disk(folder, size), folder)
    if newest is None or (tree.size == size and tree.root == newest.root and not damaged):
        return tree
    tree, damaged = _from(entries_from(ledger, 0, size), folder, repair=True)
    if tree.size != size or tree.root != newest.root:
        raise LogContradicted(
            f"the ledger's first {size} entries do not give the root that was signed for them: the ledger was altered"
        )
    _log.error("files of the log were missing or altered, written again from the ledger", files=damaged[:20])
    return tree


def _from(portions: Iterable[Sequence[bytes]], folder: LogFolder, *, repair: bool = False) -> tuple[LogTree, list[str]]:
    """The tree of entries, and which of its files are not there as they should be; `repair` writes those."""
    tree = LogTree()
    damaged: list[str] = []

    def compare(files: Iterable[tuple[str, bytes]]) -> None:
        wrong = [(path, data) for path, data in files if folder.read(path) != data]
        damaged.extend(path for path, _ in wrong)
        if repair:
            folder.write(wrong)

    for portion in portions:
        compare((tile.path, data) for tile, data in tree.append(portion))
    compare((tile.path, data) for tile, data in tree.partials())
    return tree, damaged


def _entries_on_disk(folder: LogFolder, size: int) -> Iterator[list[bytes]]:
    """The entries in the bundles of a tree of `size` leaves, as far as they can be read."""
    portion: list[bytes] = []
    for bundle in bundles_of(size):
        entries: tuple[bytes, ...] = ()
        with suppress(Malformed):
            entries = parse_bundle(folder.read(bundle.path) or b"", bundle.width)
        portion += entries
        if not entries or bundle.index % _BUNDLES_AT_ONCE == 0:
            yield portion
            portion = []
        if not entries:
            return
    yield portion
