from __future__ import annotations

import fcntl
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from events.record_entry import Entry
from projections.dump import KEYS
from projections.errors import RebuildRunning, RecordGap, ViewsOfNewerVersion, ViewsUnusable
from projections.named_sql import named_sql
from projections.rebuild import rebuild, until
from projections.store import SCHEMA_VERSION
from projections.swap import rebuild_path, rebuilding
from projections.views import Views
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import Town, opening, roles_of, shared

EVENTS = 20


@pytest.fixture
def record(town: Town) -> list[Entry]:
    case_id = town.new_id()
    town.tell("police", opening("dic"), "dic", case=case_id)
    for _ in range(EVENTS - 1):
        town.tell("police", shared(), "dic", case=case_id)
    return town.records["dic"]


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with Views(tmp_path / "views.sqlite", roles_of=roles_of) as opened:
        yield opened


def test_the_file_is_private_and_in_wal_mode(views: Views) -> None:
    assert stat.S_IMODE(views.path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(views.path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_repeats_are_passed_over_by_position(views: Views, record: list[Entry]) -> None:
    assert views.apply(record[:5], "dic") == 5
    before = views.canonical_dump()
    assert views.apply(record[:5], "dic") == 0
    assert views.canonical_dump() == before
    assert views.apply(record[2:8], "dic") == 3
    assert views.position == 8


@pytest.mark.parametrize("batch", [slice(1, 3), slice(4, 6)])
def test_a_gap_is_refused_and_nothing_is_written(views: Views, record: list[Entry], batch: slice) -> None:
    with pytest.raises(RecordGap, match="hand over the entries from 1 on") as refused:
        views.apply(record[batch], "dic")
    assert (refused.value.position, refused.value.got) == (0, batch.start + 1)
    with pytest.raises(RecordGap):
        views.apply([record[0], record[2]], "dic")
    assert (views.position, views.cases()) == (0, ())


def test_position_and_rows_move_together_or_not_at_all(
    views: Views, record: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    views.apply(record[:3], "dic")
    before = views.canonical_dump()

    def fail(*_: object) -> None:
        raise RuntimeError("killed before the commit")

    with monkeypatch.context() as patch:
        patch.setattr("projections.store.ViewStore.move_to", fail)
        with pytest.raises(RuntimeError, match="killed"):
            views.apply(record[3:], "dic")
    assert views.canonical_dump() == before
    assert views.apply(record[3:], "dic") == EVENTS - 3


def test_a_file_of_a_newer_version_is_refused_with_advice(views: Views) -> None:
    views.close()
    with closing(sqlite3.connect(views.path)) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(ViewsOfNewerVersion, match="phoihop rebuild") as refused:
        Views(views.path, roles_of=roles_of)
    assert (refused.value.found, refused.value.known) == (SCHEMA_VERSION + 1, SCHEMA_VERSION)


def test_a_file_of_an_older_version_is_emptied_and_folded_again(views: Views, record: list[Entry]) -> None:
    views.apply(record, "dic")
    before = views.canonical_dump()
    views.close()
    with closing(sqlite3.connect(views.path)) as raw:
        raw.execute("DROP TABLE disclosure")
        raw.execute("CREATE TABLE figure_of_an_old_time (x)")
        raw.execute("PRAGMA user_version = 0")
    with Views(views.path, roles_of=roles_of) as again:
        assert again.position == 0
        again.apply(record, "dic")
        assert again.canonical_dump() == before


def test_a_damaged_file_is_named_and_a_rebuild_replaces_it(tmp_path: Path, record: list[Entry]) -> None:
    path = tmp_path / "views.sqlite"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(ViewsUnusable, match=r"views\.sqlite cannot be used: .*not a database.*phoihop rebuild"):
        Views(path, roles_of=roles_of)
    rebuild(record, path, me="dic", roles_of=roles_of)
    with Views(path, roles_of=roles_of) as views:
        assert views.position == EVENTS


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ViewsUnusable, match="No such file"):
        Views(tmp_path / "gone" / "views.sqlite", roles_of=roles_of)


def test_a_rebuild_gives_the_same_view_and_tells_its_progress(views: Views, record: list[Entry]) -> None:
    for entry in record:
        views.apply([entry], "dic")
    before = views.canonical_dump()
    told: list[int] = []
    assert rebuild(iter(record), views.path, told.append, me="dic", roles_of=roles_of) == EVENTS
    assert told == [EVENTS]
    assert views.canonical_dump() == before
    assert not rebuild_path(views.path).exists()


def test_who_has_the_views_open_goes_on_with_the_rebuilt_ones(views: Views, record: list[Entry]) -> None:
    views.apply(record, "dic")
    rebuild(record[:12], views.path, me="dic", roles_of=roles_of)
    with pytest.raises(RecordGap) as refused:  # a follower then reads again from the position
        views.apply(record[EVENTS:], "dic") or views.apply(record[15:], "dic")
    assert refused.value.position == 12
    views.apply(record[12:], "dic")
    assert views.position == EVENTS
    with Views(views.path, roles_of=roles_of) as other:
        assert other.canonical_dump() == views.canonical_dump()
    with closing(sqlite3.connect(views.path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_interrupted_rebuild_leaves_the_old_view_and_no_remains(views: Views, record: list[Entry]) -> None:
    views.apply(record, "dic")
    before = views.canonical_dump()

    def interrupted() -> Iterator[Entry]:
        yield from record[:10]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(interrupted(), views.path, me="dic", roles_of=roles_of)
    assert views.canonical_dump() == before
    assert [p for p in views.path.parent.iterdir() if "rebuild" in p.name and not p.name.endswith(".lock")] == []


def test_a_second_rebuild_at_the_same_time_is_refused(views: Views, record: list[Entry]) -> None:
    with rebuilding(views.path), pytest.raises(RebuildRunning, match="another rebuild"):
        rebuild(record, views.path, me="dic", roles_of=roles_of)
    rebuild(record, views.path, me="dic", roles_of=roles_of)


def test_many_threads_ask_and_rebuild_while_one_moves_the_views(views: Views, record: list[Entry]) -> None:
    def move() -> None:
        for entry in record:
            try:
                views.apply([entry], "dic")
            except RecordGap as gap:  # swapped in between
                views.apply(record[gap.position : entry.position], "dic")

    def ask(_: int) -> None:
        seen = views.ledger()
        # Position and rows are of one commit, whatever happens meanwhile.
        assert [row.position for row in seen] == list(range(1, len(seen) + 1))

    with ThreadPoolExecutor(6) as pool:
        moving = pool.submit(move)
        asked = [pool.submit(ask, n) for n in range(60)]
        rebuilt = pool.submit(rebuild, record[:7], views.path, me="dic", roles_of=roles_of)
        for question in asked:
            question.result()
        rebuilt.result()
        moving.result()
    views.apply(record[views.position :], "dic")
    assert len(views.ledger()) == EVENTS


def test_as_of_a_moment_is_the_record_up_to_it(
    views_of: ViewsOf, town: Town, record: list[Entry], tmp_path: Path
) -> None:
    moment = record[6].recorded_at
    path = tmp_path / "as-of.sqlite"
    assert rebuild(until(record, moment), path, me="dic", roles_of=roles_of) == 7
    with Views(path, roles_of=roles_of) as past:
        assert len(past.ledger()) == 7


def test_every_table_is_in_the_dump_by_its_primary_key(views: Views) -> None:
    with closing(sqlite3.connect(views.path)) as raw:
        names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'tracking'").fetchall()
        found = {}
        for (name,) in names:
            columns = [row for row in raw.execute(f"PRAGMA table_info({name})") if row[5]]
            found[name] = ", ".join(row[1] for row in sorted(columns, key=lambda row: row[5]))
    assert found == dict(KEYS)
    assert list(KEYS) == sorted(KEYS)


def test_every_named_statement_is_valid_sql(views: Views) -> None:
    with closing(sqlite3.connect(views.path)) as raw:
        for file in ("ledger", "cases", "obligations", "inbox", "drafts", "focal_points", "succession"):
            for name, statement in named_sql(f"{file}.sql").items():
                try:
                    raw.execute("EXPLAIN " + statement, {} if ":" in statement else ())
                except sqlite3.ProgrammingError:
                    continue  # only its values are missing: it was compiled
                except sqlite3.Error as error:
                    pytest.fail(f"{file}.sql: {name}: {error}")


def test_what_a_killed_rebuild_left_is_cleared_away(views: Views, record: list[Entry]) -> None:
    left = rebuild_path(views.path)
    left.write_bytes(b"half a file")
    left.with_name(left.name + "-wal").write_bytes(b"half a log")
    rebuild(record, views.path, me="dic", roles_of=roles_of)
    assert views.position == EVENTS
    assert not left.with_name(left.name + "-wal").exists()


def test_views_deleted_under_an_open_process_start_again_from_nothing(views: Views, record: list[Entry]) -> None:
    views.apply(record, "dic")
    before = views.canonical_dump()
    views.path.unlink()
    assert views.position == 0
    views.apply(record, "dic")
    assert views.canonical_dump() == before


def test_two_writers_on_one_file_keep_one_truth(views: Views, record: list[Entry]) -> None:
    with Views(views.path, roles_of=roles_of) as other, ThreadPoolExecutor(2) as pool:
        moved = [
            pool.submit(writer.apply, record[:end], "dic") for end in range(1, EVENTS + 1) for writer in (views, other)
        ]
        assert sum(future.result() for future in moved) == EVENTS
        assert other.canonical_dump() == views.canonical_dump()


def test_the_file_cannot_be_exchanged_within_a_transaction(views: Views) -> None:
    def exchange_now() -> None:
        with views.path.with_name(views.path.name + ".lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    with views._reading(), pytest.raises(BlockingIOError):
        exchange_now()
    exchange_now()
