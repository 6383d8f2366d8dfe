"""Which days a period's figures are counted over.

A report is due before its period ends (Đắk Lắk: on the 20th of the quarter's last month), so the counting ends before
too: on the 14th of the last month, and begins on the 15th of the month before the period. So the counts of one period
begin where those of the last ended, and nothing is counted twice or left out. The regulations say nothing of it; the
days are those of Decree 09/2019/NĐ-CP, article 12, on the reports of state administrative agencies.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from events.instants import VIETNAM
from events.values.period import PeriodKind, ReportingPeriod

_CLOSES_ON_DAY = 15
"""The first day of a month that counts for the next period."""


def counted_from_until(period: ReportingPeriod) -> tuple[datetime, datetime]:
    """From which instant until before which the figures of a period are counted; UTC.

    A periodic report's by the rule above, an ad hoc one's over its own days, both included.
    """
    if period.kind is PeriodKind.AD_HOC:
        return _midnight(period.first_day), _midnight(period.last_day + timedelta(days=1))
    month_before = period.first_day - timedelta(days=1)
    return (
        _midnight(month_before.replace(day=_CLOSES_ON_DAY)),
        _midnight(period.last_day.replace(day=_CLOSES_ON_DAY)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)
