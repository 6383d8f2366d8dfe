"""Lists that people leaf through: every row once, in order, whatever the page's size, by an index and no scan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from events.errors import InvalidValue
from projections.case_store import SQL as CASES
from projections.cases import CaseFilter
from projections.ledger import SQL as LEDGER
from projections.ledger import Outcome
from projections.obligations import SQL as OBLIGATIONS
from projections.obligations import ObligationFilter, ObligationKind, Standing
from projections.owing import COUNTED_UPTO, OwedPair, OwingFilter
from projections.search_form import search_form
from projections.sent import SentState
from projections.suspensions import SuspensionLine, SuspensionState
from projections.views import Views
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, START, Town

HOUR = timedelta(hours=1)
T = TypeVar("T")


def leaf(page: Callable[[Any], tuple[T, ...]], mark: Callable[[T], Any], size: int) -> list[T]:
    """Every row, a page of `size` after the other."""
    found: list[T] = []
    after = None
    while rows := page(after):
        assert len(rows) <= size
        found += rows
        after = mark(rows[-1])
    return found


# --- cases ---


def test_cases_are_leafed_through_and_what_comes_meanwhile_moves_nothing(town: Town, views_of: ViewsOf) -> None:
    ids = [town.new_id() for _ in range(5)]
    for case_id in ids:
        town.tell("police", of.opening("dic"), "dic", case=case_id)
    views = views_of("dic")
    first = views.cases(limit=2)
    town.tell("police", of.shared(), "dic", case=ids[4])
    views_of("dic")
    rest = leaf(lambda at: views.cases(before=at or first[-1].last_position, limit=2), lambda c: c.last_position, 2)
    assert [c.case_id for c in (*first, *rest)] == ids[::-1]


@pytest.mark.parametrize("text", ["sim box", "SIM", "vu  sim", "VỤ", "vụ sim box"])
def test_a_title_is_found_without_case_and_accents(town: Town, views_of: ViewsOf, text: str) -> None:
    case_id, other = town.new_id(), town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    town.tell("vnpt", of.suspicion(), "dic", case=other)
    views = views_of("dic")
    assert [c.case_id for c in views.cases(CaseFilter(text=text))] == [case_id]
    assert [c.case_id for c in views.cases(CaseFilter(text=other[:13]))] == [other], "or by its id's beginning"
    assert views.cases(CaseFilter(text="đường dây")) == ()


def test_the_search_form_of_vietnamese() -> None:
    assert search_form("  Đường dây   chuyển tiếng Ở phường Cốc Lếu ") == "duong day chuyen tieng o phuong coc leu"


def test_cases_of_a_category(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    (line,) = views_of("dic").cases()
    assert [c.case_id for c in views_of("dic").cases(CaseFilter(category=line.category))] == [case_id]
    assert views_of("dic").cases(CaseFilter(category="none of these")) == ()


# --- what is owed ---


def asked(town: Town) -> None:
    """Police ask VNPT: three with a time (two at the same), two without; the first is answered."""
    case_id = town.new_id()
    town.tell("police", of.opening("vnpt", "dic"), "vnpt", "dic", case=case_id)
    for hours in (3, 2, 2, None, None):
        due = START + hours * HOUR if hours else None
        request = town.tell("police", of.question(), "vnpt", case=case_id, due=due)
        if hours == 3:
            town.tell("vnpt", of.answer(request), "police", case=case_id)


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_what_is_owed_comes_soonest_first_then_what_has_no_time(town: Town, views_of: ViewsOf, size: int) -> None:
    asked(town)
    views = views_of("vnpt")
    wanted = OwingFilter(debtor="vnpt", kinds=frozenset({ObligationKind.ANSWER}))

    def page(after: str | None) -> tuple[OwedPair, ...]:
        return views.owing(wanted, now=START + 4 * HOUR, after=after, limit=size)

    found = leaf(page, lambda pair: pair.mark, size)
    assert [pair.owed.due for pair in found] == [START + 2 * HOUR, START + 2 * HOUR, None, None]
    assert len({pair.owed.event_id for pair in found}) == 4
    assert {pair.owed.standing for pair in found if pair.owed.due} == {Standing.OVERDUE}
    assert {pair.asked.event_type for pair in found if pair.asked} == {"InfoRequested"}
    assert [pair.answer for pair in found] == [None] * 4


@pytest.mark.parametrize("size", [1, 2, 10])
def test_what_is_settled_comes_last_first_with_its_answer(town: Town, views_of: ViewsOf, size: int) -> None:
    asked(town)
    for _ in range(3):
        request = town.tell("police", of.question(), "vnpt", due=START + HOUR)
        town.tell("vnpt", of.answer(request), "police")
    views = views_of("police")
    wanted = OwingFilter(creditor="police", kinds=frozenset({ObligationKind.ANSWER}), settled=True)
    found = leaf(lambda after: views.owing(wanted, now=town.now, after=after, limit=size), lambda p: p.mark, size)
    times = [pair.owed.settled_at for pair in found]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)  # type: ignore[type-var]
    assert [pair.answer.event_id if pair.answer else None for pair in found] == [p.owed.settled_by for p in found]
    assert {pair.answer.event_type for pair in found if pair.answer} == {"InfoProvided"}


def test_the_pages_hold_what_the_whole_holds(town: Town, views_of: ViewsOf) -> None:
    asked(town)
    now = START + 4 * HOUR
    for side in ("police", "vnpt", "dic"):
        views = views_of(side)
        whole = views.obligations(now=now, wanted=ObligationFilter(), receipts_limit=0)
        assert [pair.owed for pair in views.owing(OwingFilter(), now=now)] == list(whole)


def test_open_things_are_counted_by_side_and_time(town: Town, views_of: ViewsOf) -> None:
    asked(town)
    views = views_of("vnpt")
    kinds = frozenset({ObligationKind.ANSWER})
    now = START + 3 * HOUR
    assert views.count_owing(OwingFilter(debtor="vnpt", kinds=kinds)) == 4
    assert views.count_owing(OwingFilter(debtor="vnpt", kinds=kinds, due_before=now)) == 2
    assert views.count_owing(OwingFilter(debtor="vnpt", kinds=kinds, due_from=now)) == 2, (
        "what has no time comes later too"
    )
    assert views.count_owing(OwingFilter(creditor="vnpt", kinds=kinds)) == 0
    assert views_of("police").count_owing(OwingFilter(creditor="police", kinds=kinds)) == 4
    assert COUNTED_UPTO > 4


def test_a_mark_that_no_row_has_is_refused(views_of: ViewsOf) -> None:
    with pytest.raises(InvalidValue, match="no place in a list"):
        views_of("dic").owing(OwingFilter(), now=START, after="1~2")
    with pytest.raises(InvalidValue, match="no place in the list"):
        views_of("dic").suspensions(now=START, after="1~2")


def test_a_cases_receipts_are_found_however_many_others_are_missing(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    for _ in range(3):
        town.tell("police", of.shared(), "dic")
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    wanted = ObligationFilter(case_id=case_id, kind=ObligationKind.RECEIPT)
    (owed,) = views_of("police").obligations(now=town.now, wanted=wanted, receipts_limit=1)
    assert (owed.debtor, owed.case_id) == ("dic", case_id)


def test_receipts_awaited_are_counted_by_recipient(town: Town, views_of: ViewsOf) -> None:
    first = town.tell("police", of.shared(), "dic", "vnpt")
    second = town.tell("police", of.shared(), "dic")
    town.arrive(town.receipt("vnpt", "police"))
    found = views_of("police").awaited_receipts("police")
    assert [(w.recipient, w.documents, w.since) for w in found] == [("dic", 2, first.envelope.time)]
    assert second.envelope.time > first.envelope.time
    town.arrive(town.receipt("dic", "police"))
    assert views_of("police").awaited_receipts("police") == ()


# --- what was sent ---


@pytest.mark.parametrize("size", [1, 2, 10])
def test_what_was_sent_with_what_became_of_it(town: Town, views_of: ViewsOf, size: int) -> None:
    receipted = town.tell("police", of.shared(), "dic", "vnpt")
    town.arrive(town.receipt("dic", "police"))
    town.arrive(town.receipt("vnpt", "police"))
    refused = town.send("police", of.shared(), "dic")
    town.arrive(refused, refusal=REFUSAL)
    town.arrive(town.receipt("dic", "police"))
    waiting = town.tell("police", of.shared(), "dic", "vnpt")
    town.tell("dic", of.shared(), "police")
    views = views_of("police")

    def ids(state: SentState | None) -> list[str]:
        pages = leaf(lambda b: views.sent("police", state=state, before=b, limit=size), lambda d: d.position, size)
        return [document.event_id for document in pages]

    assert ids(None) == [waiting.envelope.id, refused.envelope.id, receipted.envelope.id]
    assert ids(SentState.AWAITING) == [waiting.envelope.id]
    assert ids(SentState.REFUSED) == [refused.envelope.id]
    newest = views.sent("police", limit=1)[0]
    assert [(d.recipient, d.outcome, d.receipted) for d in newest.deliveries] == [
        ("dic", Outcome.PENDING, False), ("vnpt", Outcome.PENDING, False),
    ]  # fmt: skip


# --- suspensions ---


@pytest.mark.clause("LC-2.6", "LC-10.3")
@pytest.mark.parametrize("size", [1, 10])
def test_suspensions_of_all_cases_by_their_end(town: Town, views_of: ViewsOf, size: int) -> None:
    ends = {"soon": START + 24 * HOUR, "later": START + 240 * HOUR, "past": START + HOUR, "open end": None}
    orders = {}
    for name, end in ends.items():
        case_id = town.new_id()
        town.tell("police", of.opening("vnpt"), "vnpt", case=case_id)
        orders[name] = town.tell("police", of.order(end), "vnpt", case=case_id)
        if name != "later":
            town.tell("vnpt", of.execution(orders[name], town.now), "police", case=case_id)
    case_id = town.new_id()
    town.tell("police", of.opening("vnpt"), "vnpt", case=case_id)
    lifted = town.tell("police", of.order(START + 9 * HOUR), "vnpt", case=case_id)
    town.tell("police", of.lifting(lifted, town.now), "vnpt", case=case_id)
    views = views_of("vnpt")
    names = {event.envelope.id: name for name, event in orders.items()}

    def board(state: SuspensionState | None) -> list[str]:
        def page(after: str | None) -> tuple[SuspensionLine, ...]:
            return views.suspensions(now=START + 2 * HOUR, state=state, after=after, limit=size)

        return [names[line.suspension.event_id] for line in leaf(page, lambda line: line.mark, size)]

    assert board(None) == ["past", "soon", "later", "open end"]
    assert board(SuspensionState.AWAITING) == ["later"]
    assert board(SuspensionState.IN_FORCE) == ["soon", "open end"]
    assert board(SuspensionState.EXPIRING) == ["soon"]
    assert board(SuspensionState.PAST_END) == ["past"]
    (line,) = views.suspensions(now=START, state=SuspensionState.AWAITING)
    assert (line.title, line.event_type, line.suspension.awaiting) == ("Vụ SIM box", "SuspensionOrdered", ("vnpt",))


# --- by an index ---

_MARK = {"mark_due": "", "mark_event": "", "mark_kind": "", "mark_debtor": "", "mark_creditor": ""}
_OWING = _MARK | {"debtor": "x", "creditor": None, "kinds": "[]", "due_from": "", "due_before": "9999", "limit": 1}


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (CASES["cases"], {"status": "open", "lead": "x", "category": "x", "text": "x", "before": 9, "limit": 1},
         "COVERING INDEX case_by_last"),
        (CASES["suspensions"], {"end": "", "case_id": "", "member": "", "ends_from": "", "ends_before": "9",
                                "awaiting": 0, "executed": 0, "limit": 1}, "INDEX case_part_suspension"),
        (OBLIGATIONS["open_page"], _OWING, "COVERING INDEX obligation_open (settled_at=? AND due>? AND due<?)"),
        (OBLIGATIONS["open_without_time_page"], _OWING, "COVERING INDEX obligation_open (settled_at=? AND due=? AND"),
        (OBLIGATIONS["settled_page"], _OWING, "COVERING INDEX obligation_settled"),
        (OBLIGATIONS["count_open"], {"debtor": "x", "creditor": None, "kinds": None, "due_from": "", "due_before": "9",
                                     "upto": 1}, "COVERING INDEX obligation_open"),
        (LEDGER["sent"], {"before": 9, "limit": 1}, "INDEX event_sent"),
        (LEDGER["sent_refused"], {"me": "x", "before": 9, "limit": 1}, "INDEX disclosure_refused"),
    ],
)  # fmt: skip
def test_a_pages_rows_are_chosen_by_an_index(
    views_of: ViewsOf, statement: str, values: dict[str, Any], index: str
) -> None:
    plan = _plan(views_of("dic"), statement, values)
    assert any(index in step for step in plan), plan
    tables = ("SCAN obligation", "SCAN event", "SCAN disclosure", "SCAN case_")
    assert not any(step.startswith(tables) and "INDEX" not in step for step in plan), plan


def _plan(views: Views, statement: str, values: dict[str, Any]) -> list[str]:
    with views._reading() as cursor:
        return [row["detail"] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
