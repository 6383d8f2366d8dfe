"""Questions over a history, held against a plain look through everything that was told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from projections.deliveries_knowledge import How, knowers, knowledge
from projections.deliveries_told import Outcome, Told, ToldFilter, count_told, told, words
from services.audit.questions.book import Book, open_book
from services.audit.questions.coverage import Coverage, Covered
from services.audit.questions.words import (
    NotKnownToAuditor,
    UnclearToAuditor,
    find_agency,
    find_case,
    find_clause,
    find_event,
    find_event_type,
)
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file

DAY = datetime(2026, 11, 20, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def book(made: Path) -> Iterator[Book]:
    with open_book(made) as opened:
        yield opened


@pytest.fixture(scope="module")
def everything(book: Book) -> list[Told]:
    return list(told(book.cursor, ToldFilter(), limit=-1))


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (ToldFilter(sender="police"), lambda one: one.sender == "police"),
        (ToldFilter(recipient="customs"), lambda one: one.recipient == "customs"),
        (
            ToldFilter(sender="police", recipient="dic", event_type="CaseOpened"),
            lambda one: (one.sender, one.recipient, one.event_type) == ("police", "dic", "CaseOpened"),
        ),
        (ToldFilter(clause="LC-10.1"), lambda one: one.clause == "LC-10.1"),
        (ToldFilter(since=DAY), lambda one: one.signed_at >= DAY),
        (
            ToldFilter(since=DAY, until=DAY + timedelta(hours=2)),
            lambda one: DAY <= one.signed_at < DAY + timedelta(hours=2),
        ),
        (
            ToldFilter(recipient="customs", since=DAY, by_admission=True),
            lambda one: (
                one.recipient == "customs" and one.outcome is Outcome.ADMITTED and (one.admitted_at or DAY) >= DAY
            ),
        ),
        (ToldFilter(sender="nobody"), lambda _: False),
    ],
)
def test_filters(book: Book, everything: list[Told], wanted: ToldFilter, fits: Callable[[Told], bool]) -> None:
    expected = [one for one in everything if fits(one)]
    assert list(told(book.cursor, wanted, limit=-1)) == expected
    assert count_told(book.cursor, wanted) == len(expected)
    assert len(everything) > len(expected)


def test_filters_within_a_case(book: Book, everything: list[Told]) -> None:
    case = next(one.case_id for one in everything[len(everything) // 2 :] if one.case_id)
    of_case = [one for one in everything if one.case_id == case]
    assert list(told(book.cursor, ToldFilter(case_id=case), limit=-1)) == of_case
    by_police = ToldFilter(case_id=case, sender="police", event_type="InfoRequested")
    expected = [one for one in of_case if (one.sender, one.event_type) == ("police", "InfoRequested")]
    assert list(told(book.cursor, by_police, limit=-1)) == expected
    assert count_told(book.cursor, by_police) == len(expected) > 0


def test_pages_make_up_the_whole(book: Book, everything: list[Told]) -> None:
    pages: list[Told] = []
    while page := list(told(book.cursor, ToldFilter(), after=pages[-1].log_index if pages else -1, limit=177)):
        pages += page
    assert pages == everything


@pytest.mark.parametrize("agency", ["police", "dic", "viettel", "customs"])
def test_what_an_agency_knew_at_every_moment_that_matters(book: Book, everything: list[Told], agency: str) -> None:
    case = next(one.case_id for one in everything[len(everything) // 2 :] if one.case_id)
    of_case = [one for one in everything if one.case_id == case]
    happened = {at for one in of_case for at in (one.signed_at, one.admitted_at) if at is not None}
    for moment in sorted(happened | {at - timedelta(milliseconds=1) for at in happened}):
        found = knowledge(book.cursor, agency, case or "", moment)
        known = {(one.how, one.delivery.event_id) for one in found if one.how.knows}
        assert known == {
            (How.SENT, one.event_id) for one in of_case if one.sender == agency and one.signed_at <= moment
        } | {(How.ADMITTED, one.event_id) for one in of_case if one.recipient == agency and one.admitted_by(moment)}
        since = [one.since for one in found if one.since is not None]
        assert since == sorted(since)
        assert all(one.how is How.LATER for one in found if not one.how.knows)


def test_who_knew_a_document(book: Book, everything: list[Told]) -> None:
    opened = next(one for one in everything if one.event_type == "CaseOpened" and one.recipient == "dic")
    late = opened.signed_at + timedelta(days=1)
    found = knowers(book.cursor, opened.event_id, late)
    assert (found[0].agency, found[0].how) == ("police", How.SENT)
    assert {one.how for one in found[1:]} == {How.ADMITTED}
    assert found[0].told == tuple(sorted(one.agency for one in found[1:]))
    at_once = knowers(book.cursor, opened.event_id, opened.signed_at)
    assert [one.how.knows for one in at_once] == [True, False, False]
    assert knowers(book.cursor, opened.event_id, opened.signed_at - timedelta(milliseconds=1)) == ()


def test_a_refused_document_is_told_apart_from_what_was_known(book: Book, everything: list[Told]) -> None:
    refused = next(one for one in everything if one.outcome is Outcome.REFUSED)
    (sender, recipient) = knowers(book.cursor, refused.event_id, refused.signed_at + timedelta(days=1))
    assert (sender.how, recipient.how, recipient.since) == (How.SENT, How.REFUSED, None)
    assert not recipient.how.knows


# --- words ---


def test_words_are_found_as_people_type_them(book: Book) -> None:
    assert find_agency(book, "POLICE") == "police"
    assert find_agency(book, "auditor") == "auditor", "of the directory alone"
    assert find_event_type(book, "inforequested") == "InfoRequested"
    assert find_event_type(book, "SeizureReported") == "SeizureReported", "of the catalogue alone"
    assert find_clause(book, "10.1") == find_clause(book, "lc-10.1") == "LC-10.1"


@pytest.mark.parametrize(
    ("find", "typed", "near"),
    [
        (find_agency, "polce", "police"),
        (find_event_type, "InfoRequest", "InfoRequested"),
        (find_clause, "LC-10.11", "LC-10.1"),
    ],
)
def test_what_is_unknown_comes_with_what_is_near(
    book: Book, find: Callable[[Book, str], str], typed: str, near: str
) -> None:
    with pytest.raises(NotKnownToAuditor) as unknown:
        find(book, typed)
    assert near in unknown.value.near.split(", ")


def test_ids_by_their_beginning(book: Book, everything: list[Told]) -> None:
    one = next(one for one in everything if one.case_id)
    assert find_event(book, one.event_id) == one.event_id
    assert find_event(book, one.event_id[:-4].upper()) == one.event_id
    assert find_case(book, one.case_id or "") == one.case_id
    with pytest.raises(UnclearToAuditor) as unclear:
        find_event(book, one.event_id[:6])
    assert len(unclear.value.found.split(", ")) == 5
    for unknown in ("ffff", one.event_id[:-1] + "~", ""):
        with pytest.raises((NotKnownToAuditor, UnclearToAuditor)):
            find_event(book, unknown)
    with pytest.raises(NotKnownToAuditor) as near:
        find_case(book, (one.case_id or "")[:-2] + "~~")
    assert (one.case_id or "") in near.value.near


def test_the_words_of_the_log(book: Book, everything: list[Told]) -> None:
    assert set(words(book.cursor, "event_type")) == {one.event_type for one in everything}


# --- checkpoints ---


def test_the_first_witnessed_checkpoint_over_an_entry(made: Path) -> None:
    with Ledger(ledger_file(made), "lao-cai", read_only=True) as ledger:
        sizes = ledger.connection.execute("SELECT size, witnessed_at FROM witnessed ORDER BY size").fetchall()
        coverage = Coverage(ledger.connection)
        for index in (0, sizes[0][0] - 1, sizes[-1][0] - 1):
            assert coverage.of(index) == Covered(*next(row for row in sizes if row[0] > index))
        assert coverage.of(sizes[-1][0]) == Covered()


def test_coverage_does_not_depend_on_the_order_of_asking() -> None:
    with sqlite3.connect(":memory:") as raw:
        raw.executescript(
            "CREATE TABLE witnessed (size, witnessed_at); INSERT INTO witnessed VALUES (10, 'a'), (20, 'b');"
            "CREATE TABLE timestamps (size, authority, token, stamped_at);"
            "INSERT INTO timestamps VALUES (15, 'x', '', 's');"
        )
        coverage = Coverage(raw)
        once = {index: Coverage(raw).of(index) for index in range(22)}
        assert once[9] == Covered(10, "a", "s")
        assert once[14] == Covered(20, "b", "s")
        assert once[15] == Covered(20, "b", None)
        assert once[20] == Covered()
        for index in (*range(22), *reversed(range(22)), 3, 17, 9, 21, 0):
            assert coverage.of(index) == once[index]
