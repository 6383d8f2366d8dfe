"""Reporting periods as people type and read them.

2026-Q4                     a quarter
2026-H2                     a half-year
2025-2026                   two years
2026-02-01..2026-02-10      ad hoc, both days included
"""

from __future__ import annotations

import re
from datetime import date

from pydantic import ValidationError

from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter, two_years
from services.errors import UsageFault

_FORM = re.compile(
    r"(?P<year>[12][0-9]{3})-Q(?P<quarter>[1-4])|(?P<half_of>[12][0-9]{3})-H(?P<half>[12])"
    r"|(?P<first_year>[12][0-9]{3})-(?P<last_year>[0-9]{4})"
    r"|(?P<first>[12][0-9]{3}-[0-9]{2}-[0-9]{2})\.\.(?P<last>[12][0-9]{3}-[0-9]{2}-[0-9]{2})"
)
_ROMAN = ("I", "II", "III", "IV")


class PeriodUnreadable(UsageFault):
    """What was typed names no reporting period."""


def read_period(text: str) -> ReportingPeriod:
    """The period that a text names; raises `PeriodUnreadable`. The inverse of `show_period`."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise _unreadable(text, "it has none of the forms")
    if match["first_year"] and int(match["last_year"]) != int(match["first_year"]) + 1:
        raise _unreadable(text, "two years follow one another")
    try:
        if match["year"]:
            return quarter(int(match["year"]), int(match["quarter"]))
        if match["half_of"]:
            return half_year(int(match["half_of"]), int(match["half"]))
        if match["first_year"]:
            return two_years(int(match["first_year"]))
        first_day, last_day = date.fromisoformat(match["first"]), date.fromisoformat(match["last"])
        return ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=first_day, last_day=last_day)
    except ValidationError as error:
        raise _unreadable(text, str(error.errors()[0]["msg"])) from error
    except ValueError as error:
        raise _unreadable(text, str(error)) from error


def show_period(period: ReportingPeriod) -> str:
    """A period as it is typed."""
    year = period.first_day.year
    match period.kind:
        case PeriodKind.QUARTER:
            return f"{year}-Q{(period.first_day.month + 2) // 3}"
        case PeriodKind.HALF_YEAR:
            return f"{year}-H{(period.first_day.month + 5) // 6}"
        case PeriodKind.TWO_YEARS:
            return f"{year}-{period.last_day.year}"
        case _:
            return f"{period.first_day.isoformat()}..{period.last_day.isoformat()}"


def name_period(period: ReportingPeriod) -> str:
    """A period as a Vietnamese document names it: `quý IV năm 2026`, `6 tháng cuối năm 2026`."""
    year = period.first_day.year
    match period.kind:
        case PeriodKind.QUARTER:
            return f"quý {_ROMAN[(period.first_day.month - 1) // 3]} năm {year}"
        case PeriodKind.HALF_YEAR:
            return f"6 tháng {'đầu' if period.first_day.month == 1 else 'cuối'} năm {year}"
        case PeriodKind.TWO_YEARS:
            return f"02 năm {year} - {period.last_day.year}"
        case _:
            return f"từ ngày {period.first_day:%d/%m/%Y} đến ngày {period.last_day:%d/%m/%Y}"


def _unreadable(text: str, why: str) -> PeriodUnreadable:
    return PeriodUnreadable(
        what=f"{text[:60]!r} is no reporting period",
        why=why,
        next_step="write 2026-Q4, 2026-H2, 2025-2026 or 2026-02-01..2026-02-10",
    )
