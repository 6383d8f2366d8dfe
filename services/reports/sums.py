"""The figures of several reports as one: what adds up is added, what stood at the end is each last report's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from events.canonical import MAX_INTEGER
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
from events.values.money import MAX_DONG

_Item = TypeVar("_Item")
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class CountedReport:
    """The figures of one report, whose it is, and the agencies whose standing work it counts as well: `inherited`."""

    agency: str
    figures: ReportFigures
    inherited: frozenset[str] = frozenset()


def summed(reports: Sequence[CountedReport], counted_from: datetime, counted_until: datetime) -> ReportFigures:
    """The figures of all reports together; the median is left out, since medians do not add up.

    Of an agency with several reports (a review of two years), what stood when a counting ended - open cases,
    suspensions in force, overdue requests - is taken from its last one alone, and from none where a successor's later
    report has it.
    """
    everything = [report.figures for report in reports]
    last = _last_of_each(reports)
    closed = [c for f in everything for c in f.cases if c.standing is CaseStanding.CLOSED]
    cases = closed + [c for f in last for c in f.cases if c.standing is CaseStanding.OPEN]
    return ReportFigures(
        counted_from=counted_from,
        counted_until=counted_until,
        cases=tuple(
            CaseCount(category=category, standing=standing, outcome=outcome, cases=number)
            for (category, standing, outcome), number in _totals(
                cases, lambda c: (c.category, c.standing, c.outcome), lambda c: c.cases
            )
        ),
        suspicions=_suspicions(everything),
        requests=RequestFigures(
            received=_added(f.requests.received for f in everything),
            answered_in_time=_added(f.requests.answered_in_time for f in everything),
            answered_late=_added(f.requests.answered_late for f in everything),
            withheld=_added(f.requests.withheld for f in everything),
            overdue=_added(f.requests.overdue for f in last),
        ),
        suspensions=SuspensionFigures(
            ordered=_added(f.suspensions.ordered for f in everything),
            executed=_added(f.suspensions.executed for f in everything),
            impossible=_added(f.suspensions.impossible for f in everything),
            lifted=_added(f.suspensions.lifted for f in everything),
            in_force=_added(f.suspensions.in_force for f in last),
        ),
        withheld=tuple(
            WithheldCount(ground=ground, requests=number)
            for ground, number in _totals(
                [w for f in everything for w in f.withheld], lambda w: w.ground, lambda w: w.requests
            )
        ),
        sanctions=SanctionFigures(
            decisions=_added(f.sanctions.decisions for f in everything),
            fines_dong=_added((f.sanctions.fines_dong for f in everything), MAX_DONG),
            dossiers_transferred=_added(f.sanctions.dossiers_transferred for f in everything),
        ),
    )


def _last_of_each(reports: Sequence[CountedReport]) -> list[ReportFigures]:
    last: dict[str, CountedReport] = {}
    for report in sorted(reports, key=lambda report: report.figures.counted_until):
        last[report.agency] = report
    return [
        report.figures
        for report in last.values()
        if not any(
            report.agency in other.inherited and other.figures.counted_until > report.figures.counted_until
            for other in last.values()
        )
    ]


def _suspicions(everything: Iterable[ReportFigures]) -> tuple[SuspicionCount, ...]:
    counts = [count for figures in everything for count in figures.suspicions]
    return tuple(
        SuspicionCount(
            category=category,
            received=_added(c.received for c in counts if c.category is category),
            passed_on=_added(c.passed_on for c in counts if c.category is category),
            taken_up=_added(c.taken_up for c in counts if c.category is category),
            dismissed=_added(c.dismissed for c in counts if c.category is category),
        )
        for category in sorted({count.category for count in counts})
    )


def _added(numbers: Iterable[int], most: int = MAX_INTEGER) -> int:
    """The sum, or the largest number that a report can state: no single report keeps all from being added up."""
    return min(sum(numbers), most)


def _totals(
    items: Iterable[_Item], key: Callable[[_Item], _Key], number: Callable[[_Item], int]
) -> list[tuple[_Key, int]]:
    totals: dict[_Key, int] = defaultdict(int)
    for item in items:
        totals[key(item)] = _added((totals[key(item)], number(item)))
    return sorted(totals.items(), key=lambda pair: str(pair[0]))
