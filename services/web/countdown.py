"""How long something still has, in working days, as a clerk counts: today, in 3 working days, 2 working days late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from events.instants import vietnam_date
from services.reports.public_holidays import calendar_around

_LONGEST = timedelta(days=300)
"""Farther off, calendar days are said: the calendar of public holidays is not announced so far ahead."""


@dataclass(frozen=True)
class Countdown:
    """What stands before a due time: `state` is `late`, `today`, `soon` (3 working days) or `later`; `days` counted."""

    state: str
    days: int
    working: bool


def countdown(due: datetime, now: datetime) -> Countdown:
    """The time from `now` to `due`, in days that begin at midnight in Vietnam."""
    today, day = vietnam_date(now), vietnam_date(due)
    working = abs(day - today) <= _LONGEST
    days = _days_between(min(today, day), max(today, day), working=working)
    if now > due:
        return Countdown("late", days, working)
    if day == today:
        return Countdown("today", 0, working)
    return Countdown("soon" if days <= 3 else "later", days, working)


@lru_cache(maxsize=4096)
def _days_between(first: date, last: date, *, working: bool) -> int:
    """The days after `first` up to and with `last`."""
    span = (last - first).days
    if not working:
        return span
    calendar = calendar_around(first)
    days = (first + timedelta(days=n) for n in range(1, span + 1))
    return sum(1 for day in days if calendar.is_working_day(day))
