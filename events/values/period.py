"""The periods that reports are for.

Lào Cai reports every 6 months (LC-13), Đắk Lắk every quarter (DL-12.1) and reviews every 2 years (DL-12.2). A period is
written with its first and last day, both included, by Vietnam's calendar; `half_year`, `quarter` and `two_years` make
one. When a report is due, and until when its figures are counted, are other matters: the 20th comes before the end.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from events.content import Value
from events.values.instant import Day
from events.values.labelled import Labelled


class PeriodKind(Labelled):
    """How long a reporting period is."""

    QUARTER = "quarter", "quý", "quarter"
    HALF_YEAR = "half_year", "6 tháng", "half-year"
    TWO_YEARS = "two_years", "02 năm", "two years"
    AD_HOC = "ad_hoc", "đột xuất", "ad hoc"


_MONTHS = {PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.TWO_YEARS: 24}
_YEARS = range(1900, 2100)


class ReportingPeriod(Value):
    """From `first_day` to `last_day`, both included.

    A quarter and a half-year are those of the calendar year, two years begin on 1 January; an ad hoc period is any
    within the years 1900 to 2099, so that no reckoning with it falls off the calendar's ends.
    """

    kind: PeriodKind
    first_day: Day
    last_day: Day

    @model_validator(mode="after")
    def _is_of_its_kind(self) -> Self:
        if self.last_day < self.first_day:
            raise PydanticCustomError("period_order", "the period's last day is before its first")
        if self.first_day.year not in _YEARS or self.last_day.year not in _YEARS:
            raise PydanticCustomError("period_years", "a period lies in the years 1900 to 2099")
        months = _MONTHS.get(self.kind)
        if months is None:
            return self
        begins = self.first_day.day == 1 and (self.first_day.month - 1) % min(months, 12) == 0
        if not begins or self.last_day != _last_day(self.first_day, months):
            raise PydanticCustomError(
                "period_calendar", "these days are no {kind} of the calendar", {"kind": self.kind.en}
            )
        return self


def _last_day(first_day: date, months: int) -> date:
    years, month = divmod(first_day.month - 1 + months, 12)
    return date(first_day.year + years, month + 1, 1) - timedelta(days=1)


def _from(kind: PeriodKind, first_day: date) -> ReportingPeriod:
    return ReportingPeriod(kind=kind, first_day=first_day, last_day=_last_day(first_day, _MONTHS[kind]))


def quarter(year: int, number: int) -> ReportingPeriod:
    """Quarter 1 to 4 of a year; raises `ValueError` for another number."""
    return _from(PeriodKind.QUARTER, date(year, _one_of(number, 4) * 3 - 2, 1))


def half_year(year: int, number: int) -> ReportingPeriod:
    """The first or second half of a year; raises `ValueError` for another number."""
    return _from(PeriodKind.HALF_YEAR, date(year, _one_of(number, 2) * 6 - 5, 1))


def two_years(first_year: int) -> ReportingPeriod:
    """Two calendar years."""
    return _from(PeriodKind.TWO_YEARS, date(first_year, 1, 1))


def _one_of(number: int, parts: int) -> int:
    if not 1 <= number <= parts:
        raise ValueError(f"a year has parts 1 to {parts} of this length, not {number}")
    return number
