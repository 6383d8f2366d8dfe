"""Counting in working hours: a time to answer that runs only while offices are open.

Offices are open from 07:30 to 11:30 and from 13:00 to 17:00, Vietnam's time, on working days: 8 hours, as Labour Code
2019, article 105 has them. Provinces set their own hours within that; this is our reading, one for all.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from events.calendar.working_days import WorkingCalendar
from events.instants import VIETNAM

OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))
"""When offices are open on a working day, Vietnam's time."""

_ONE_DAY = timedelta(days=1)


def add_working_time(start: datetime, working: timedelta, calendar: WorkingCalendar) -> datetime:
    """The instant at which `working` time has run since `start` (aware); in UTC.

    What begins outside office hours begins to run when offices open. Raises `CalendarUnknown` beyond the calendar.
    """
    if working <= timedelta():
        return start.astimezone(UTC)
    day = start.astimezone(VIETNAM).date()
    while True:
        for opens, closes in _open_hours(day, calendar):
            begins = max(opens, start)
            if begins >= closes:
                continue
            if working <= closes - begins:
                return (begins + working).astimezone(UTC)
            working -= closes - begins
        day += _ONE_DAY


def _open_hours(day: date, calendar: WorkingCalendar) -> tuple[tuple[datetime, datetime], ...]:
    if not calendar.is_working_day(day):
        return ()
    return tuple(
        (datetime.combine(day, opens, VIETNAM), datetime.combine(day, closes, VIETNAM))
        for opens, closes in OFFICE_HOURS
    )
