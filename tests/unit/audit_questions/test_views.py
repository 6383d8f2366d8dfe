"""The auditor's views as a fold: over a history with real keys, cut anyhow, deleted, killed, of another ledger."""

from __future__ import annotations

import random
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from events.audit.data_member import parse_data_member
from events.audit.logged_event import LoggedEvent
from events.envelope import Envelope, parse_envelope
from events.types.protocol import EventReceived, ReceiptEntry
from projections import deliveries_writer
from projections.deliveries import KEYS, DeliveryViews
from projections.deliveries_fold import fold_logged
from projections.deliveries_store import (
    SCHEMA_VERSION,
    DeliveriesOfNewerVersion,
    DeliveriesUnusable,
    DeliveryStore,
)
from projections.deliveries_told import Outcome, ToldFilter, told
from projections.errors import RecordGap
from services.audit.questions.book import catch_up, open_book, views_file
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file
from tests.unit.audit_questions.chronicle import Chronicle

PROVINCE = "lao-cai"


@pytest.fixture(scope="session")
def log(made: Path) -> list[LoggedEvent]:
    with Ledger(ledger_file(made), PROVINCE, read_only=True) as ledger:
        return ledger.read(limit=100_000)


def folded(path: Path, log: list[LoggedEvent], *cuts: int) -> bytes:
    with DeliveryViews(path) as views:
        for begin, end in zip((0, *cuts), (*cuts, len(log)), strict=True):
            views.apply(log[begin:end])
        return views.canonical_dump()


TALLIED = """
SELECT sender, recipient, event_type, COALESCE(clause, -1), log_index / 4096, COUNT(*) FROM delivery
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
STRETCHES = """
SELECT log_index / 4096, MIN(signed), MAX(signed), MIN(admitted), MAX(admitted), MAX(receipted) FROM delivery
GROUP BY 1 ORDER BY 1
"""
COUNTED = """
SELECT sender, recipient, COUNT(*), MAX(pair_count), MAX(pair_count), COUNT(*) - COUNT(DISTINCT pair_count)
FROM delivery GROUP BY 1, 2 ORDER BY 1, 2
"""
"""Of a log without holes."""


@pytest.mark.parametrize(("table", "by_hand"), [("tally", TALLIED), ("stretch", STRETCHES), ("counted", COUNTED)])
def test_what_the_fold_tallies_is_what_the_deliveries_add_up_to(
    log: list[LoggedEvent], tmp_path: Path, table: str, by_hand: str
) -> None:
    with DeliveryViews(tmp_path / "v.sqlite") as views:
        for begin in range(0, len(log), 97):
            views.apply(log[begin : begin + 97])
        with views.reading() as cursor:
            tallied = [tuple(row) for row in cursor.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4")]  # noqa: S608
            assert sorted(tallied) == [tuple(row) for row in cursor.execute(by_hand)]
            assert tallied


def test_each_delivery_is_there_with_what_its_receipt_says(log: list[LoggedEvent], tmp_path: Path) -> None:
    """Held against a plain walk through the ledger."""
    said: dict[tuple[str, str], ReceiptEntry] = {}
    expected: dict[int, tuple[Envelope, str]] = {}
    for event in log:
        envelope = parse_envelope(event.envelope)
        if not envelope.is_protocol:
            for place, recipient in enumerate(envelope.agencies):
                expected[event.first_index + place] = (envelope, recipient)
        elif envelope.event_type == "EventReceived":
            assert event.data is not None
            for entry in EventReceived.from_bytes(parse_data_member(event.data)[1]).entries:
                said[entry.event, envelope.sender] = entry
    with DeliveryViews(tmp_path / "v.sqlite") as views:
        views.apply(log)
        with views.reading() as cursor:
            found = list(told(cursor, ToldFilter(), limit=-1))
    assert [one.log_index for one in found] == sorted(expected)
    for one in found:
        envelope, recipient = expected[one.log_index]
        entry = said[envelope.id, recipient]
        assert (one.event_id, one.sender, one.recipient, one.signed_at) == (
            envelope.id, envelope.sender, recipient, envelope.time,
        )  # fmt: skip
        assert (one.case_id, one.clause, one.cause, one.basis, one.due) == (
            envelope.case, envelope.clause, envelope.cause, envelope.basis, envelope.due,
        )  # fmt: skip
        assert (one.outcome.value, one.admitted_at, one.incoming_number) == (
            entry.outcome.value, entry.admitted_at, entry.incoming_number,
        )  # fmt: skip
    assert {one.outcome for one in found} == {Outcome.ADMITTED, Outcome.REFUSED}


def test_any_cut_and_a_fold_anew_give_the_same_views(log: list[LoggedEvent], tmp_path: Path) -> None:
    whole = folded(tmp_path / "whole.sqlite", log)
    for seed in range(4):
        cuts = sorted(random.Random(seed).sample(range(1, len(log)), 6))  # noqa: S311 - any cut will do
        assert folded(tmp_path / f"{seed}.sqlite", log, *cuts) == whole, f"cut at {cuts}"
    (tmp_path / "whole.sqlite").unlink()
    assert folded(tmp_path / "whole.sqlite", log) == whole


def test_the_dump_has_every_table(tmp_path: Path) -> None:
    DeliveryStore(tmp_path / "v.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "v.sqlite")) as raw:
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - {"tracking"} == set(KEYS)
    assert stat.S_IMODE((tmp_path / "v.sqlite").stat().st_mode) == 0o600


def test_repeats_are_passed_over_and_gaps_refused(log: list[LoggedEvent], views: DeliveryViews) -> None:
    position = views.apply(log[:50])
    before = views.canonical_dump()
    assert views.apply(log[:50]) == position
    with pytest.raises(RecordGap) as gap:
        views.apply(log[51:60])
    assert gap.value.position == position
    assert views.canonical_dump() == before
    assert views.apply(log[40:60]) == log[60].first_index


def test_a_batch_that_breaks_off_leaves_nothing(
    log: list[LoggedEvent], views: DeliveryViews, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    position = views.apply(log[:50])
    before = views.canonical_dump()
    calls = iter(range(20))

    def breaks_off(*arguments: object) -> object:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return fold_logged(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(deliveries_writer, "fold_logged", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        views.apply(log[50:])
    assert (views.position(), views.canonical_dump()) == (position, before)
    monkeypatch.setattr(deliveries_writer, "fold_logged", fold_logged)
    views.apply(log[50:])
    assert views.canonical_dump() == folded(tmp_path / "other.sqlite", log)


def test_two_that_fold_at_once_fold_each_event_once(log: list[LoggedEvent], views: DeliveryViews) -> None:
    """The service and a command: what one has folded the other passes over, and codes of words are the same."""
    with DeliveryViews(views.path) as other:
        views.apply(log[:100])
        other.apply(log[:200])
        views.apply(log[50:300])
        other.apply(log[:])
    assert views.canonical_dump() == folded(views.path.with_name("alone.sqlite"), log)


def test_damaged_newer_and_older_files(tmp_path: Path, chronicle: Chronicle) -> None:
    path = tmp_path / "v.sqlite"
    chronicle.say("police", "InfoShared", "dic")
    whole = folded(path, chronicle.log)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(DeliveriesOfNewerVersion, match="the next question folds it again"):
        DeliveryViews(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
    assert folded(path, chronicle.log) == whole, "an older one is emptied and folded again"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(DeliveriesUnusable, match="the ledger is not touched"):
        DeliveryViews(path)


# --- beside the ledger ---


def test_a_question_brings_the_views_up_to_the_ledger(state: Path, log: list[LoggedEvent]) -> None:
    told_of: list[tuple[int, int]] = []
    with open_book(state, lambda done, of: told_of.append((done, of))) as book:
        assert book.standing.log_size == log[-1].first_index + len(parse_envelope(log[-1].envelope).agencies)
        assert book.standing.events == len(log)
        assert book.standing.documents == sum(not parse_envelope(event.envelope).is_protocol for event in log)
        assert book.standing.times_proven
        assert told_of[-1][0] == told_of[-1][1] == book.standing.log_size
    with DeliveryViews(views_file(state)) as views:
        assert views.canonical_dump() == folded(state / "other.sqlite", log)


def test_views_of_another_ledger_are_folded_anew(state: Path, log: list[LoggedEvent], chronicle: Chronicle) -> None:
    foreign = Chronicle()
    for _ in range(len(log) * 3):
        foreign.say("police", "InfoShared", "dic")
    folded(views_file(state), foreign.log)
    with open_book(state) as book:
        assert book.standing.events == len(log)
    with DeliveryViews(views_file(state)) as views:
        assert views.canonical_dump() == folded(state / "other.sqlite", log)


def test_whoever_has_the_views_open_goes_on_with_those_that_were_put_in_their_place(
    state: Path, log: list[LoggedEvent]
) -> None:
    with (
        DeliveryViews(views_file(state)) as views,
        Ledger(ledger_file(state), PROVINCE, read_only=True) as ledger,
    ):
        catch_up(views, ledger)
        shutil.copy(views_file(state), state / "kept.sqlite")
        with closing(sqlite3.connect(ledger_file(state))) as raw:  # an old copy of the ledger was put back
            raw.execute("DELETE FROM logged WHERE first_index > ?", (log[300].first_index,))
            raw.commit()
        with DeliveryViews(views_file(state)) as others:
            catch_up(others, ledger)
        assert views.position() == log[301].first_index
        assert views.canonical_dump() == folded(state / "other.sqlite", log[:301])


def test_contents_that_were_opened_later_move_nothing(state: Path) -> None:
    """Even of a receipt that came without its content: the views must not depend on when they were folded."""
    with closing(sqlite3.connect(ledger_file(state))) as raw:
        raw.execute("CREATE TEMP TABLE whole AS SELECT digest, data FROM logged WHERE data IS NOT NULL LIMIT 5")
        raw.execute("UPDATE logged SET data = NULL WHERE digest IN (SELECT digest FROM whole)")
        raw.commit()
        with open_book(state) as book:
            assert book.standing.unread == 5
        with DeliveryViews(views_file(state)) as views:
            before = views.canonical_dump()
        raw.execute("INSERT INTO opened SELECT digest, data, 'police', digest FROM whole")
        raw.commit()
    views_file(state).unlink()
    with open_book(state):
        pass
    with DeliveryViews(views_file(state)) as views:
        assert views.canonical_dump() == before
