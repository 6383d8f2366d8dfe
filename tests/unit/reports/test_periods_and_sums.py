"""Periods as typed and named, and the figures of several reports as one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import MAX_INTEGER
from events.types.case import CaseOutcome
from events.types.figures import (
    CaseCount,
    CaseStanding,
    ReportFigures,
    RequestFigures,
    SanctionFigures,
    SuspensionFigures,
    SuspicionCount,
    WithheldCount,
)
from events.types.information import WithholdingGround
from events.values.matter import Category
from events.values.money import MAX_DONG
from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter, two_years
from services.reports.periods import PeriodUnreadable, name_period, read_period, show_period
from services.reports.sums import CountedReport, summed

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, tzinfo=UTC)


def ad_hoc(first: date, days: int) -> ReportingPeriod:
    return ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=first, last_day=first + timedelta(days=days))


PERIODS = st.one_of(
    st.builds(quarter, st.integers(2008, 2098), st.integers(1, 4)),
    st.builds(half_year, st.integers(2008, 2098), st.integers(1, 2)),
    st.builds(two_years, st.integers(2008, 2098)),
    st.builds(ad_hoc, st.dates(date(2008, 1, 1), date(2098, 1, 1)), st.integers(0, 400)),
)


@given(PERIODS)
def test_a_period_is_read_back_as_it_was_shown(period: ReportingPeriod) -> None:
    assert read_period(show_period(period)) == period


@pytest.mark.parametrize(
    ("period", "shown", "named"),
    [
        (quarter(2026, 4), "2026-Q4", "quý IV năm 2026"),
        (half_year(2026, 1), "2026-H1", "6 tháng đầu năm 2026"),
        (half_year(2026, 2), "2026-H2", "6 tháng cuối năm 2026"),
        (two_years(2025), "2025-2026", "02 năm 2025 - 2026"),
        (ad_hoc(date(2026, 2, 1), 9), "2026-02-01..2026-02-10", "từ ngày 01/02/2026 đến ngày 10/02/2026"),
    ],
)
def test_periods_are_named_as_documents_name_them(period: ReportingPeriod, shown: str, named: str) -> None:
    assert (show_period(period), name_period(period)) == (shown, named)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-Q5", "none of the forms"), ("2026", "none of the forms"), ("2026-q4", "none of the forms"),
        ("0000-Q1", "none of the forms"), ("2100-Q1", "1900 to 2099"), ("1800-1801", "1900 to 2099"),
        ("2024-2026", "two years follow one another"),
        ("2026-02-30..2026-03-01", "day is out of range"), ("2026-03-02..2026-03-01", "last day is before its first"),
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_a_reason_and_the_forms(text: str, why: str) -> None:
    with pytest.raises(PeriodUnreadable) as refused:
        read_period(text)
    assert why in refused.value.why
    assert "2026-H2" in refused.value.next_step


# --- sums ---

NUMBERS = st.integers(0, 50)
CATEGORIES = st.sampled_from([Category.CHARGE_THEFT, Category.CONTRABAND_BY_POST, Category.OTHER])
CASES = st.lists(
    st.tuples(CATEGORIES, st.sampled_from([None, CaseOutcome.UNSOLVED, CaseOutcome.NO_VIOLATION]), NUMBERS).map(
        lambda made: CaseCount(
            category=made[0],
            standing=CaseStanding.CLOSED if made[1] else CaseStanding.OPEN,
            outcome=made[1],
            cases=made[2],
        )
    ),
    max_size=4,
    unique_by=lambda count: (count.category, count.outcome),
).map(tuple)
FIGURES = st.builds(
    ReportFigures,
    counted_from=st.just(BEGIN),
    counted_until=st.integers(1, 300).map(lambda days: BEGIN + timedelta(days=days)),
    cases=CASES,
    suspicions=st.lists(
        st.builds(SuspicionCount, category=CATEGORIES, received=NUMBERS, passed_on=NUMBERS, taken_up=NUMBERS),
        max_size=3, unique_by=lambda count: count.category,
    ).map(tuple),
    requests=st.builds(
        RequestFigures, received=NUMBERS, answered_in_time=NUMBERS, answered_late=NUMBERS, withheld=NUMBERS,
        overdue=NUMBERS, median_minutes_to_answer=st.one_of(st.none(), NUMBERS),
    ),
    suspensions=st.builds(
        SuspensionFigures, ordered=NUMBERS, executed=NUMBERS, impossible=NUMBERS, lifted=NUMBERS, in_force=NUMBERS
    ),
    withheld=NUMBERS.map(
        lambda n: (WithheldCount(ground=WithholdingGround.UNDER_INVESTIGATION_SECRET, requests=n),) if n else ()
    ),
    sanctions=st.builds(SanctionFigures, decisions=NUMBERS, fines_dong=NUMBERS, dossiers_transferred=NUMBERS),
)  # fmt: skip


def cases_of(figures: ReportFigures, standing: CaseStanding) -> int:
    return sum(count.cases for count in figures.cases if count.standing is standing)


@given(st.lists(FIGURES, max_size=5))
def test_reports_of_different_agencies_add_up_member_by_member(several: list[ReportFigures]) -> None:
    together = summed([CountedReport(f"agency-{n}", f) for n, f in enumerate(several)], BEGIN, END)
    assert (together.counted_from, together.counted_until) == (BEGIN, END)
    for standing in CaseStanding:
        assert cases_of(together, standing) == sum(cases_of(figures, standing) for figures in several)
    assert together.requests.median_minutes_to_answer is None
    for part in ("requests", "suspensions", "sanctions"):
        for name in type(getattr(together, part)).model_fields:
            if name != "median_minutes_to_answer":
                total = sum(getattr(getattr(figures, part), name) for figures in several)
                assert getattr(getattr(together, part), name) == total, f"{part}.{name}"
    for name in ("received", "passed_on", "taken_up"):
        total = sum(getattr(count, name) for figures in several for count in figures.suspicions)
        assert sum(getattr(count, name) for count in together.suspicions) == total
    assert sum(w.requests for w in together.withheld) == sum(w.requests for f in several for w in f.withheld)
    keys = [(count.category, count.standing, count.outcome) for count in together.cases]
    assert len(keys) == len(set(keys))


@given(FIGURES)
def test_a_report_of_absurd_numbers_keeps_no_other_from_being_added_up(honest: ReportFigures) -> None:
    most = MAX_INTEGER
    absurd = honest.model_copy(
        update={
            "cases": (CaseCount(category=Category.OTHER, standing=CaseStanding.OPEN, cases=most),),
            "suspicions": (SuspicionCount(category=Category.OTHER, received=most),),
            "requests": RequestFigures(received=most, answered_in_time=0, answered_late=0, withheld=0, overdue=0),
            "sanctions": SanctionFigures(decisions=most, fines_dong=MAX_DONG, dossiers_transferred=most),
        }
    )
    together = summed([CountedReport("a", absurd), CountedReport("b", absurd), CountedReport("c", honest)], BEGIN, END)
    assert together.sanctions.fines_dong == MAX_DONG
    assert together.requests.received == together.sanctions.decisions == most
    assert together.requests.overdue == honest.requests.overdue


@given(FIGURES, FIGURES)
def test_what_stood_with_a_predecessor_is_in_its_successors_later_report(
    first: ReportFigures, second: ReportFigures
) -> None:
    later = second.model_copy(update={"counted_until": first.counted_until + timedelta(days=1)})
    for left, own in ((first, later), (first, first), (later, first)):
        reports = [CountedReport("sa-pa", left), CountedReport("trade", own, frozenset({"sa-pa"}))]
        together = summed(reports, BEGIN, END)
        counted = [own] if own is later else [left, own]
        assert cases_of(together, CaseStanding.OPEN) == sum(cases_of(f, CaseStanding.OPEN) for f in counted)
        assert together.suspensions.in_force == sum(f.suspensions.in_force for f in counted)
        assert together.requests.overdue == sum(f.requests.overdue for f in counted)
        assert together.requests.received == left.requests.received + own.requests.received
        assert cases_of(together, CaseStanding.CLOSED) == sum(cases_of(f, CaseStanding.CLOSED) for f in (left, own))


@given(FIGURES, FIGURES, FIGURES)
def test_what_stood_with_a_predecessor_counts_until_its_successor_has_taken_it_over(
    first: ReportFigures, second: ReportFigures, third: ReportFigures
) -> None:
    later, latest = (
        figures.model_copy(update={"counted_until": first.counted_until + timedelta(days=days)})
        for days, figures in ((1, second), (2, third))
    )
    taken_over = frozenset({"sa-pa"})
    for inherited, counted in ((frozenset[str](), [first, later, latest]), (taken_over, [later, latest])):
        # In the place of the successor another one stands by now, who has not taken over anything yet.
        reports = [
            CountedReport("sa-pa", first), CountedReport("trade", later, inherited), CountedReport("police", latest),
        ]  # fmt: skip
        together = summed(reports, BEGIN, END)
        assert cases_of(together, CaseStanding.OPEN) == sum(cases_of(f, CaseStanding.OPEN) for f in counted)
        assert together.suspensions.in_force == sum(f.suspensions.in_force for f in counted)


@pytest.mark.clause("DL-12.2")
@given(FIGURES, FIGURES)
def test_what_stood_at_the_end_is_not_counted_twice_for_one_agency(first: ReportFigures, second: ReportFigures) -> None:
    later = second.model_copy(update={"counted_until": first.counted_until + timedelta(days=1)})
    for order in ([first, later], [later, first]):
        together = summed([CountedReport("vnpt", figures) for figures in order], BEGIN, END)
        assert cases_of(together, CaseStanding.OPEN) == cases_of(later, CaseStanding.OPEN)
        assert cases_of(together, CaseStanding.CLOSED) == sum(cases_of(f, CaseStanding.CLOSED) for f in order)
        assert together.suspensions.in_force == later.suspensions.in_force
        assert together.requests.overdue == later.requests.overdue
        assert together.suspensions.ordered == first.suspensions.ordered + later.suspensions.ordered
