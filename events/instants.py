"""Instants on the wire: RFC 3339 in UTC with exactly three decimals, so that text order is time order.

Example: `2026-11-21T03:04:05.678Z`. The calendar of documents is Vietnam's (UTC+7, no daylight saving).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from events.errors import InvalidValue

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam's legal time: UTC+7 all year."""

_INSTANT = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")

_END_OF_TIME = "9999-12-31"
"""Instants leave a day of room at both ends of the calendar: whoever reckons with one must not fall off it."""


# The events of one commit share their instants: most calls are answered from the cache.
@lru_cache(maxsize=4096)
def format_instant(moment: datetime) -> str:
    """Write an aware datetime as the wire has it; microseconds below a millisecond are cut off.

    Raises `InvalidValue` for a naive datetime.
    """
    if moment.tzinfo is None:
        raise InvalidValue("a datetime without a time zone is no instant")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat("T", "milliseconds")[:-6] + "Z"


@lru_cache(maxsize=4096)
def parse_instant(text: str) -> datetime:
    """Read an instant of exactly the wire's form; raises `InvalidValue` for any other."""
    if not _INSTANT.fullmatch(text):
        raise InvalidValue(f"{text[:40]!r} is not an instant like 2026-11-21T03:04:05.678Z")
    if text >= _END_OF_TIME:
        raise InvalidValue(f"{text!r} is an instant that Vietnam's calendar cannot write")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(f"{text!r} is not an instant: {error}") from error


def whole_milliseconds(moment: datetime) -> datetime:
    """The same instant in UTC, cut to the precision that travels."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@lru_cache(maxsize=4096)
def vietnam_date(moment: datetime) -> date:
    """The calendar day in Vietnam, by which documents are dated and registers change year (Decree 30/2020)."""
    return moment.astimezone(VIETNAM).date()
