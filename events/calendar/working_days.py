"""Working days and days off in Vietnam: weekends, public holidays, and weekends worked in exchange for a bridge day.

The holidays are data, given to `WorkingCalendar`; `services.reports.public_holidays` fills one. A day is a calendar day
of Vietnam. Saturday and Sunday are the weekly days off of state agencies (Decision 188/1999/QĐ-TTg); the public
holidays are those of Labour Code 2019, article 112.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from events.errors import InvalidValue

_WEEKEND = {5: "Thứ Bảy", 6: "Chủ nhật"}
_ONE_DAY = timedelta(days=1)


class CalendarUnknown(InvalidValue):
    """The calendar says nothing of a day: its year is none of those whose holidays were given."""

    def __init__(self, day: date, first_year: int, last_year: int) -> None:
        super().__init__(
            f"the working calendar covers {first_year} to {last_year}, not {day.isoformat()}; give it the holidays of "
            f"{day.year} too"
        )
        self.day = day


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, from 1 January of `first_year` to 31 December of `last_year`.

    `holidays` names public holidays and days off in lieu; `worked_weekends` are the weekend days on which state
    agencies work in exchange for another day.
    """

    first_year: int
    last_year: int
    holidays: Mapping[date, str]
    worked_weekends: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    def day_off(self, day: date) -> str | None:
        """Why nobody works on a day, in Vietnamese; None for a working day. Raises `CalendarUnknown`."""
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarUnknown(day, self.first_year, self.last_year)
        if holiday := self.holidays.get(day):
            return holiday
        return None if day in self.worked_weekends else _WEEKEND.get(day.weekday())

    def is_working_day(self, day: date) -> bool:
        """Whether state agencies work on a day. Raises `CalendarUnknown`."""
        return self.day_off(day) is None

    def first_working_day_from(self, day: date) -> date:
        """The day itself if it is worked, else the next that is. Raises `CalendarUnknown`."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day


@dataclass(frozen=True)
class DayOffNote:
    """A due day on which nobody works: why, and the next working day."""

    why: str
    next_working_day: date


def note_on_due_day(day: date, calendar: WorkingCalendar) -> DayOffNote | None:
    """What to know of a due day; None if it is worked.

    The rule applied: the regulation names the day, so the due day stays, and a report that comes on the next working
    day is late by the text. Neither regulation moves a due day; the note lets people plan.
    """
    why = calendar.day_off(day)
    return None if why is None else DayOffNote(why, calendar.first_working_day_from(day))
