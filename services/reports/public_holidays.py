"""Vietnam's public holidays from the `holidays` library, as data for `events.calendar`.

The library is loaded when a calendar is first asked for: it reads translations from disk, so it stays out of the
contract, and costs a third of a second. Days in exchange (hoán đổi ngày làm việc), which the government announces a
year at a time, are known for the years that the installed version covers; later ones are the statutory days alone.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from events.calendar.working_days import WorkingCalendar


@lru_cache(maxsize=16)
def working_calendar(first_year: int, last_year: int) -> WorkingCalendar:
    """Vietnam's working days from 1 January of one year to 31 December of another."""
    import holidays  # noqa: PLC0415 - a third of a second, and seldom wanted

    # A day in exchange may lie in the year before the day off that it stands for.
    found = holidays.country_holidays("VN", years=range(first_year, last_year + 2), language="vi")
    return WorkingCalendar(
        first_year,
        last_year,
        {day: name for day, name in found.items() if first_year <= day.year <= last_year},
        frozenset(day for day in found.weekend_workdays if first_year <= day.year <= last_year),
    )


def calendar_around(day: date) -> WorkingCalendar:
    """The working days of a day's year, the one before and the one after."""
    return working_calendar(day.year - 1, day.year + 1)
