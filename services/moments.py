"""Instants as people type and read them: Vietnam's time, unless a zone is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from events.errors import InvalidValue
from events.instants import VIETNAM, whole_milliseconds

_FROM_NOW = re.compile(r"\+([0-9]{1,4})([dhm])")
_DAY = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_YEARS = range(1900, 2100)
"""What anybody asks about: no reckoning with it falls off the calendar's ends, or goes through ages of reports."""
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class MomentUnclear(InvalidValue):
    """What was typed is no instant, or none of the years that anybody asks about."""


def read_moment(text: str, now: datetime) -> datetime:
    """An instant: `+3d`, `+2h`, `+30m` from now; `2026-11-25` (its end, 24:00), `2026-11-25T16:00`, or with a zone.

    Without a zone it is Vietnam's time. Raises `InvalidValue`, also for what is before 1900 or after 2099.
    """
    if match := _FROM_NOW.fullmatch(text):
        return whole_milliseconds(now + timedelta(**{_UNITS[match[2]]: int(match[1])}))
    try:
        # A week's day (`2026-W48-3`) would be read as well, and as its beginning.
        moment = datetime.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise MomentUnclear(
            f"{text[:40]!r} is no moment; write 2026-11-25, 2026-11-25T16:00, 2026-11-25T09:00Z or +3d, +2h, +30m"
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    if moment.year not in _YEARS:
        raise MomentUnclear(f"{text[:40]!r} is no moment of the years {_YEARS.start} to {_YEARS.stop - 1}")
    if _DAY.fullmatch(text):
        moment += timedelta(days=1)  # what is due on a day may come until the day is over
    return whole_milliseconds(moment.astimezone(UTC))


def read_beginning(text: str, now: datetime) -> datetime:
    """As `read_moment`, for what begins: a bare day means its beginning, 00:00."""
    return read_moment(f"{text}T00:00" if _DAY.fullmatch(text) else text, now)


def show_moment(moment: datetime | None) -> str:
    """`21/11/2026 10:04` in Vietnam's time; empty for none."""
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def show_short(moment: datetime | None) -> str:
    """`21/11 10:04:07` in Vietnam's time, for narrow columns; empty for none."""
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%d/%m %H:%M:%S")
