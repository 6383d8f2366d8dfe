"""What a list says is what its pages hold: counts, totals and marks, after any sequence of acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.obligations import Obligation, ObligationFilter, ObligationKind
from projections.owing import OwedPair, OwingFilter
from projections.sent import SentState
from projections.suspensions import SuspensionLine, SuspensionState
from projections.views import Views
from tests.properties.any_acts import AGENCIES, STEPS, Step, play
from tests.unit.projections.town import Town, roles_of

SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
T = TypeVar("T")
_MANY = 100_000


def _leaf(page: Callable[[Any], tuple[T, ...]], mark: Callable[[T], Any]) -> list[T]:
    found: list[T] = []
    after = None
    while rows := page(after):
        found += rows
        after = mark(rows[-1])
    return found


@SLOW
@given(STEPS, st.sampled_from(AGENCIES), st.integers(1, 3))
def test_every_count_is_that_of_the_rows_and_every_page_goes_on_where_the_last_ended(
    steps: list[Step], me: str, size: int
) -> None:
    town = play(steps)
    with TemporaryDirectory() as folder, Views(Path(folder) / "views.sqlite", roles_of=roles_of) as views:
        views.apply(town.records[me], me)
        _owing_is_counted(views, town, size)
        _receipts_are_counted(views, town, me, size)
        _cases_are_counted(views, town, size)
        _the_ledger_is_counted(views)


def _owing_is_counted(views: Views, town: Town, size: int) -> None:
    now = town.now + timedelta(hours=1)
    for wanted in (
        OwingFilter(), *(OwingFilter(debtor=one) for one in AGENCIES), *(OwingFilter(creditor=one) for one in AGENCIES),
        OwingFilter(due_before=now), OwingFilter(due_from=now), OwingFilter(kinds=frozenset({ObligationKind.CORRECT})),
    ):  # fmt: skip
        whole = views.owing(wanted, now=now, limit=_MANY)

        def page(after: str | None, wanted: OwingFilter = wanted) -> tuple[OwedPair, ...]:
            return views.owing(wanted, now=now, after=after, limit=size)

        assert _leaf(page, lambda pair: pair.mark) == list(whole)
        assert views.count_owing(wanted) == len(whole)
    everything = views.obligations(now=now, wanted=ObligationFilter(settled=True), receipts_limit=0)
    settled = views.owing(OwingFilter(settled=True), now=now, limit=_MANY)
    key = Counter((one.kind, one.event_id, one.debtor, one.creditor) for one in everything)
    listed = [pair.owed for pair in (*views.owing(OwingFilter(), now=now, limit=_MANY), *settled)]
    assert Counter((one.kind, one.event_id, one.debtor, one.creditor) for one in listed) == key
    assert not [one for one in everything if one.debtor == one.creditor]


def _receipts_are_counted(views: Views, town: Town, me: str, size: int) -> None:
    now = town.now
    owed = views.obligations(now=now, wanted=ObligationFilter(kind=ObligationKind.RECEIPT), receipts_limit=_MANY)

    def page(after: str | None) -> tuple[Obligation, ...]:
        return views.receipts_owed(OwingFilter(), now=now, after=after, limit=size)

    assert _leaf(page, lambda one: OwedPair(one, None, None).mark) == list(owed)
    mine = Counter(one.debtor for one in owed if one.creditor == me)
    assert {one.recipient: one.documents for one in views.awaited_receipts(me)} == mine
    waiting = _leaf(
        lambda before: views.sent(me, state=SentState.AWAITING, before=before, limit=size), lambda one: one.position
    )
    assert {one.event_id for one in waiting} == {one.event_id for one in owed if one.creditor == me}


def _cases_are_counted(views: Views, town: Town, size: int) -> None:
    lines = _leaf(lambda before: views.cases(before=before, limit=size), lambda line: line.last_position)
    suspensions = views.suspensions(now=town.now, limit=_MANY)
    assert sum(line.suspensions for line in lines) == len(suspensions)
    for state in SuspensionState:

        def page(after: str | None, state: SuspensionState = state) -> tuple[SuspensionLine, ...]:
            return views.suspensions(now=town.now, state=state, after=after, limit=size)

        assert set(_leaf(page, lambda line: line.mark)) <= set(suspensions)
    for line in lines:
        case = views.case(line.case_id, now=town.now, limit=_MANY)
        assert case is not None
        assert (line.open_requests, line.suspensions) == (len(case.requests), len(case.suspensions))
        assert (line.status, line.lead, case.events) == (case.status, case.lead, len(case.timeline))


def _the_ledger_is_counted(views: Views) -> None:
    rows = views.ledger(limit=_MANY)
    counted = {one.outcome: (one.deliveries, one.receipted) for one in views.outcome_counts()}
    told = [row for row in rows if row.outcome != "elsewhere"]
    assert counted == {
        outcome: (number, sum(row.receipted for row in told if row.outcome == outcome))
        for outcome, number in Counter(row.outcome for row in told).items()
    }
