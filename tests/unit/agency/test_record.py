"""The record's file: whose it is, whether it is the one that was made, and its backup."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from services.agency import record as module
from services.agency.issuing import SigningHeld
from services.agency.record import Record
from services.agency.recorder import RecordUnavailable
from tests.unit.agency.houses import Houses, copy_record, shared


def test_a_record_that_is_missing_is_not_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    with pytest.raises(RecordUnavailable, match="is missing") as caught:
        Record(path, "police", "lao-cai")
    assert "recover" in caught.value.next_step
    assert not path.exists()
    path.touch()
    with pytest.raises(RecordUnavailable, match="is missing"):
        Record(path, "police", "lao-cai")


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    Record(tmp_path / "record.sqlite", "police", "lao-cai", create=True).close()
    assert stat.S_IMODE((tmp_path / "record.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("agency", "province", "why"),
    [("dic", "lao-cai", "belongs to police, not dic"), ("police", "dak-lak", "belongs to lao-cai, not dak-lak")],
)
def test_another_agencys_record_is_not_opened(tmp_path: Path, agency: str, province: str, why: str) -> None:
    path = tmp_path / "record.sqlite"
    Record(path, "police", "lao-cai", create=True).close()
    for create in (False, True):
        with pytest.raises(RecordUnavailable, match=why):
            Record(path, agency, province, create=create)


def test_a_record_of_a_newer_version_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "record.sqlite"
    with monkeypatch.context() as newer:
        newer.setattr(module, "FORMAT_VERSION", 2)
        Record(path, "police", "lao-cai", create=True).close()
    with pytest.raises(RecordUnavailable, match="newer version") as caught:
        Record(path, "police", "lao-cai")
    assert "update phoihop" in caught.value.next_step


def test_what_is_no_record_at_all_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(RecordUnavailable, match="cannot be used"):
        Record(path, "police", "lao-cai")


def by_backup(record: Record, target: Path) -> None:
    record.backup(target)


def by_copying(record: Record, target: Path) -> None:
    with sqlite3.connect(record.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    target.write_bytes(record.path.read_bytes())


@pytest.mark.parametrize("way", [by_backup, by_copying])
def test_an_earlier_state_put_back_is_noticed_and_signs_nothing(
    houses: Houses, tmp_path: Path, way: Callable[[Record, Path], None]
) -> None:
    police = houses["police"]
    police.issue(shared())
    saved = tmp_path / "saved.sqlite"
    way(police.record, saved)
    police.issue(shared())
    assert not police.record.restored
    police.record.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{police.record.path}{suffix}").unlink(missing_ok=True)
    saved.rename(police.record.path)
    police.record = Record(police.record.path, "police", "lao-cai")
    assert police.record.restored
    assert police.record.signing_held
    with pytest.raises(SigningHeld):
        police.issue(shared())
    assert len(police.documents()) == 1
    police.record.accept_as_own()
    assert police.issue(shared())
    police.record.close()
    police.record = Record(police.record.path, "police", "lao-cai")
    assert not police.record.restored


def test_a_record_that_only_moved_within_its_disk_is_still_the_one(houses: Houses, tmp_path: Path) -> None:
    police = houses["police"]
    police.issue(shared())
    police.record.close()
    moved = police.record.path.rename(tmp_path / "moved.sqlite")
    police.record = Record(moved, "police", "lao-cai")
    assert not police.record.restored


def test_a_backup_holds_everything_and_overwrites_nothing(houses: Houses, tmp_path: Path) -> None:
    police, target = houses["police"], tmp_path / "backup.sqlite"
    police.issue(shared(), shared())
    police.record.backup(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copy = Record(target, "police", "lao-cai")
    assert list(copy.all_entries()) == list(police.record.all_entries())
    copy.close()
    before = target.read_bytes()
    with pytest.raises(RecordUnavailable, match="exists"):
        police.record.backup(target)
    assert target.read_bytes() == before


def test_a_backup_that_cannot_be_written_leaves_nothing(houses: Houses, tmp_path: Path) -> None:
    with pytest.raises(RecordUnavailable, match="not written"):
        houses["police"].record.backup(tmp_path / "nowhere" / "backup.sqlite")


def test_entries_are_read_in_pages_in_order(houses: Houses) -> None:
    police = houses["police"]
    for size in (1, 600, 3):
        police.issue(*(shared() for _ in range(size)))
    record = police.record
    assert [e.position for e in record.all_entries()] == list(range(1, 605))
    assert [e.position for e in record.entries(after=7, limit=3)] == [8, 9, 10]
    assert [e.position for e in record.entries(after=7, limit=3, upto=9)] == [8, 9]
    assert record.last_position == 604
    assert record.entry_at(5).position == 5
    with pytest.raises(LookupError, match="605"):
        record.entry_at(605)


def test_a_process_that_was_killed_before_the_commit_has_written_nothing(houses: Houses, tmp_path: Path) -> None:
    police = houses["police"]
    police.issue(shared())
    with contextlib.suppress(KeyboardInterrupt), police.record.writing() as transaction:
        transaction.append_local("Note", "n", {}, police.now)
        transaction.flush()
        # The file as it is on the disk in the middle of the transaction: what a power cut would leave.
        copied = copy_record(police, tmp_path / "cut" / "record.sqlite")
        raise KeyboardInterrupt
    after = Record(copied, "police", "lao-cai")
    assert after.last_position == 1
    after.close()
    assert police.record.last_position == 1
    assert police.issue(shared())[0].position == 2
