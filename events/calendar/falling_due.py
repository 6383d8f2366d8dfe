"""What falls due for whom: the duties of a regulation, laid over the calendar and the directory.

Pure arithmetic: the directory says who holds which role when, the caller says between which moments. Due days are
days of Vietnam; what is due on a day may come until that day is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from events.calendar.duties import DueDay, Duty, duties_of
from events.facts import RoleDirectory
from events.instants import VIETNAM, vietnam_date
from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter, two_years

_ONE_DAY = timedelta(days=1)
_LAST_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class FallingDue:
    """One duty of one agency: for one period, or, without one, for as long as it holds the role.

    `owed_since` is when it begins to show. `due` is the last instant of `due_day`. Both are None for what has no
    day.
    """

    duty: Duty
    debtor: str
    creditor: str
    owed_since: datetime
    period: ReportingPeriod | None = None
    due_day: date | None = None
    due: datetime | None = None

    @property
    def key(self) -> str:
        """Names clause and period, such as `DL-12.1a/2026-10-01`: unique with kind, debtor and creditor."""
        return f"{self.duty.clause}/{self.period.first_day.isoformat()}" if self.period else self.duty.clause


def falling_due(
    regulation: str, directory: RoleDirectory, *, since: datetime, until: datetime
) -> tuple[FallingDue, ...]:
    """Everything that the calendar makes somebody owe: due at or after `since`, and shown by `until`; soonest first.

    `since` is when the agencies began to work over the bus: nothing older is asked of them here. Roles are those held
    on the due day.
    """
    found: list[FallingDue] = []
    for duty in duties_of(regulation):
        if duty.period is None or duty.due is None:
            found += _standing(duty, directory, since, until)
            continue
        shown_before = timedelta(days=duty.shown_days_before)
        for period in _periods(duty.period, duty.first_year, vietnam_date(since), vietnam_date(until + shown_before)):
            due_day = _due_day(period, duty.due)
            due = end_of_day(due_day)
            owed_since = _midnight(due_day) - shown_before
            if due >= since and owed_since <= until:
                found += [
                    FallingDue(duty, debtor, creditor, owed_since, period, due_day, due)
                    for debtor, creditor in _owing(duty, directory, due)
                ]
    return tuple(sorted(found, key=lambda owed: (owed.due is None, owed.due or until, owed.key, owed.debtor)))


def end_of_day(day: date) -> datetime:
    """The last millisecond of a day in Vietnam, in UTC."""
    return _midnight(day + _ONE_DAY) - _LAST_MILLISECOND


def _standing(duty: Duty, directory: RoleDirectory, since: datetime, until: datetime) -> Iterator[FallingDue]:
    for debtor, creditor in _owing(duty, directory, until):
        yield FallingDue(duty, debtor, creditor, since)


def _owing(duty: Duty, directory: RoleDirectory, at: datetime) -> Iterator[tuple[str, str]]:
    for debtor in sorted(set(_holders(duty.debtors, directory, at))):
        creditor = next((c for c in _holders(duty.creditors, directory, at) if c != debtor), None)
        if creditor is not None:
            yield debtor, creditor


def _holders(roles: Iterable[str], directory: RoleDirectory, at: datetime) -> Iterator[str]:
    for role in roles:
        yield from directory.agencies_with_role(role, at)


def _periods(kind: PeriodKind, first_year: int | None, first: date, last: date) -> Iterator[ReportingPeriod]:
    """The periods that touch the days from `first` to `last`, and the one after: it may be shown early."""
    for year in range(first.year - 1, last.year + 2):
        match kind:
            case PeriodKind.QUARTER:
                yield from (quarter(year, number) for number in range(1, 5))
            case PeriodKind.HALF_YEAR:
                yield from (half_year(year, number) for number in range(1, 3))
            case PeriodKind.TWO_YEARS if first_year is not None:
                if year >= first_year and (year - first_year) % 2 == 0:
                    yield two_years(year)


def _due_day(period: ReportingPeriod, due: DueDay) -> date:
    years, month = divmod(period.first_day.month - 1 + due.month - 1, 12)
    year, month = period.first_day.year + years, month + 1
    if due.day != "last":
        return date(year, month, due.day)
    years, following = divmod(month, 12)
    return date(year + years, following + 1, 1) - _ONE_DAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)
