"""From the ledger to the signed log on disk, and what happens when it is broken off or tampered with."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from events.audit.entries import entries_of
from events.audit.log_keys import log_keys
from events.transparency.checkpoint import open_checkpoint
from events.transparency.compact_range import CompactRange
from events.transparency.entry_bundle import parse_bundle
from events.transparency.merkle import leaf_hash
from events.transparency.tile_path import Tile, bundles_of, tiles_of
from events.transparency.tiles import root_from_tiles
from services.auditor import log_folder
from services.auditor.ledger import Ledger
from services.auditor.log_check import LogContradicted
from services.auditor.log_folder import LogFolder
from services.auditor.log_writer import LogKeyUnusable, LogWriter
from services.identity.disk import sync_folder
from tests.unit.agency.houses import with_keys
from tests.unit.auditor.desk import PROVINCE, History, files_of

SIZES = (1, 7, 255, 256, 257, 300, 511, 512, 513, 900)


class Killed(BaseException):
    """Stands for the moment at which the process ends."""


def read_root(log: Path, size: int) -> bytes:
    def read_tile(level: int, index: int, width: int) -> bytes:
        return (log / Tile(level, index, width).path).read_bytes()

    return root_from_tiles(size, read_tile)


def paths_of(size: int) -> set[str]:
    return {tile.path for tile in tiles_of(size)} | {bundle.path for bundle in bundles_of(size)}


def grown(history: History, *sizes: int) -> LogWriter:
    writer: LogWriter | None = None
    for size in sizes:
        history.grow(size)
        if writer is None:
            writer = history.writer()
            writer.open()
        writer.advance(history.now)
    assert writer is not None
    return writer


def test_tiles_bundles_and_checkpoint_are_those_of_the_ledgers_entries(history: History) -> None:
    size = history.grow(SIZES[-1])
    writer = grown(history, size)
    with Ledger(history.whole, PROVINCE) as whole:
        entries = [entry for event in whole.read() for entry in entries_of(event)][:size]
    checkpoint = open_checkpoint((history.log / "checkpoint").read_bytes(), log_keys(history.directory)[0])
    assert (checkpoint.size, checkpoint.root) == (size, CompactRange().extend(map(leaf_hash, entries)).root)
    held = [entry for b in bundles_of(size) for entry in parse_bundle((history.log / b.path).read_bytes(), b.width)]
    assert held == entries
    assert read_root(history.log, size) == checkpoint.root
    assert set(files_of(history.log)) == paths_of(size) | {"checkpoint", f"checkpoints/{size}"}
    assert writer.advance(history.now) is None


def test_however_the_log_grows_it_is_the_same_tree(history: History, tmp_path: Path) -> None:
    sizes = sorted({history.grow(size) for size in SIZES} - {0})
    history.path.unlink()
    grown(history, *sizes)
    for size in sizes:
        checkpoint = open_checkpoint((history.log / f"checkpoints/{size}").read_bytes(), log_keys(history.directory)[0])
        at_once = History(history.network, history.whole, tmp_path / f"at-{size}")
        at_once.folder.mkdir()
        grown(at_once, size)
        assert (at_once.log / "checkpoint").read_bytes() == (history.log / f"checkpoints/{size}").read_bytes()
        assert checkpoint.size == size
    assert_partials_are_those_of(history, sizes[-1])


def test_partial_tiles_go_when_the_full_ones_are_there(history: History) -> None:
    """Also where the log grows over several tiles at once, of which only the first were partial before."""
    sizes = [history.grow(size) for size in (300, 900)]
    history.path.unlink()
    grown(history, *sizes)
    assert_partials_are_those_of(history, sizes[-1])


def assert_partials_are_those_of(history: History, size: int) -> None:
    # A partial tile is served as long as its full tile is not there.
    left = {path for path in files_of(history.log) if ".p/" in path}
    assert {path.partition(".p/")[0] for path in left} == {
        path.partition(".p/")[0] for path in paths_of(size) if ".p/" in path
    }


def test_broken_off_at_any_step_it_goes_on_with_the_same_bytes(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = history.grow(250), history.sizes[-1]
    whole = History(history.network, history.whole, tmp_path / "unbroken")
    whole.folder.mkdir()
    grown(whole, first, second)
    wanted = files_of(whole.log)

    def broken_at(step: int) -> bool:
        """Run on until the step comes, then die; false if the work was done before."""
        left = iter(range(step))

        def die_or(work: object) -> object:
            def stepping(*args: object, **kwargs: object) -> object:
                if next(left, None) is None:
                    raise Killed
                return work(*args, **kwargs)  # type: ignore[operator]

            return stepping

        with monkeypatch.context() as patch:
            for name in ("_put", "_make_folder", "remove_partials"):
                patch.setattr(LogFolder, name, die_or(getattr(LogFolder, name)))
            patch.setattr(log_folder, "sync_folder", die_or(sync_folder))
            patch.setattr(LogWriter, "_sign", die_or(LogWriter._sign))
            patch.setattr(LogWriter, "write_checkpoints", die_or(LogWriter.write_checkpoints))
            try:
                writer = history.writer()
                writer.open()
                writer.advance(history.now)
            except Killed:
                return True
        return False

    steps = 0
    for size in (first, second):
        history.grow(size)
        step = 0
        while broken_at(step):
            step += 1
        steps += step
    assert steps > 40
    # What is left of partial tiles after a death before their removal is served as before, and harmless.
    found = files_of(history.log)
    assert {path: data for path, data in found.items() if path in wanted} == wanted
    assert all(".p/" in path for path in set(found) - set(wanted))
    assert set(history.writer().checkpoints.sizes()) == {first, second}


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/1/000.p/2", "tile/0/002.p/*", "checkpoint"])
@pytest.mark.parametrize("harm", ["flip", "cut", "lose"])
def test_a_damaged_file_is_written_again_from_the_ledger(history: History, path: str, harm: str) -> None:
    grown(history, 700)
    wanted = files_of(history.log)
    file = next(iter(sorted(history.log.glob(path))))
    data = file.read_bytes()
    if harm == "lose":
        file.unlink()
    else:
        file.write_bytes(data[:-1] if harm == "cut" else data[:40] + bytes([data[40] ^ 1]) + data[41:])
    assert files_of(history.log) != wanted
    history.writer().open()
    assert files_of(history.log) == wanted


@pytest.fixture
def signed(history: History) -> History:
    grown(history, 300, 700)
    return history


def test_a_ledger_that_is_an_old_copy_signs_nothing(signed: History) -> None:
    with sqlite3.connect(signed.path) as connection:
        connection.execute("DELETE FROM logged WHERE first_index >= 300")
    with pytest.raises(LogContradicted, match="old copy"):
        signed.writer().open()


def test_an_old_ledger_beside_a_newer_log_signs_nothing(signed: History) -> None:
    with sqlite3.connect(signed.path) as connection:
        connection.execute("DELETE FROM logged WHERE first_index >= 300")
        connection.execute("DELETE FROM checkpoints WHERE size > 300")
    with pytest.raises(LogContradicted, match="does not know"):
        signed.writer().open()


def test_an_altered_ledger_does_not_replace_what_was_signed(signed: History) -> None:
    wanted = files_of(signed.log)
    with sqlite3.connect(signed.path) as connection:
        connection.execute("UPDATE logged SET stored_at = '2026-11-01T00:00:00.000Z' WHERE first_index = 0")
    shutil.rmtree(signed.log / "tile")
    with pytest.raises(LogContradicted, match="altered"):
        signed.writer().open()
    checkpoints = {path: data for path, data in files_of(signed.log).items() if "checkpoint" in path}
    assert checkpoints == {path: data for path, data in wanted.items() if "checkpoint" in path}


def test_a_ledger_with_a_hole_is_not_signed(history: History) -> None:
    grown(history, 300)
    history.grow(700)
    with sqlite3.connect(history.path) as connection:
        connection.execute("DELETE FROM logged WHERE first_index BETWEEN 400 AND 402")
    writer = history.writer()
    writer.open()
    with pytest.raises(LogContradicted, match="has no entry 40"):
        writer.advance(history.now)
    assert len(writer.checkpoints.sizes()) == 1


def test_nothing_smaller_and_nothing_twice_is_signed(history: History) -> None:
    """Two writers that were started side by side: the second finds that the first has signed."""
    history.grow(300)
    one, other = history.writer(), history.writer()
    one.open()
    other.open()
    one.advance(history.now)
    with pytest.raises(LogContradicted, match="signed already"):
        other.advance(history.now)
    assert len(one.checkpoints.sizes()) == 1


def test_a_key_that_the_directory_does_not_let_sign_signs_nothing(history: History) -> None:
    history.grow(300)
    revoked = with_keys(history.directory, "auditor", lambda key: replace(key, revoked_at=history.now))
    with Ledger(history.path, PROVINCE) as ledger:
        writer = LogWriter(ledger, history.log, lambda: revoked, history.signer)
        writer.open()
        with pytest.raises(LogKeyUnusable):
            writer.advance(history.now)
        assert writer.checkpoints.sizes() == []


def test_checkpoints_of_its_own_that_come_back_are_taken_over(signed: History, tmp_path: Path) -> None:
    """The ledger was lost and is filled again from the stream: it signs nothing that contradicts what was signed."""
    sizes = signed.writer().checkpoints.sizes()
    notes = {size: signed.writer().checkpoints.signed_note(size) for size in sizes}
    again = History(signed.network, signed.whole, tmp_path / "again")
    again.folder.mkdir()
    again.grow(100)
    writer = again.writer()
    with Ledger(again.path, PROVINCE) as ledger, ledger.commit():
        for size, note in notes.items():
            assert note is not None
            ledger.connection.execute("INSERT INTO unheld_checkpoints VALUES (?,?)", (note, size))
    writer.open()
    with pytest.raises(LogContradicted, match="nothing is signed until"):
        writer.advance(again.now)
    again.grow(700)
    writer.open()
    while writer.advance(again.now) is not None:
        pass
    assert writer.checkpoints.sizes() == sizes
    assert {size: writer.checkpoints.signed_note(size) for size in sizes} == notes
    assert (again.log / "checkpoint").read_bytes() == (signed.log / "checkpoint").read_bytes()
    assert writer.checkpoints.unheld() == []


def test_a_checkpoint_of_its_own_over_another_tree_stops_the_log(signed: History, tmp_path: Path) -> None:
    note = signed.writer().checkpoints.signed_note(signed.writer().checkpoints.sizes()[0])
    again = History(signed.network, signed.whole, tmp_path / "again")
    again.folder.mkdir()
    again.grow(700)
    with Ledger(again.path, PROVINCE) as ledger, ledger.commit():
        ledger.connection.execute("UPDATE logged SET stored_at = '2026-11-01T00:00:00.000Z' WHERE first_index = 0")
        ledger.connection.execute("INSERT INTO unheld_checkpoints VALUES (?,300)", (note,))
    writer = again.writer()
    writer.open()
    with pytest.raises(LogContradicted, match="another root"):
        writer.advance(again.now)
    assert writer.checkpoints.sizes() == []
