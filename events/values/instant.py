"""Instants and days inside contents, spelled exactly as in envelopes.

`Instant` is an aware datetime in UTC cut to milliseconds; in JSON it is `2026-11-21T03:04:05.678Z` and nothing else.
`Day` is a calendar day of Vietnam, `2026-11-21`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from events.content import Value
from events.errors import InvalidValue
from events.instants import format_instant, parse_instant, whole_milliseconds

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            return parse_instant(value)
        except InvalidValue as error:
            raise PydanticCustomError("instant", "{problem}", {"problem": str(error)}) from error
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value if value.tzinfo is UTC and not value.microsecond % 1000 else whole_milliseconds(value)
    raise PydanticCustomError("instant", "an aware datetime, or a text like 2026-11-21T03:04:05.678Z, is wanted")


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PydanticCustomError("day", "a calendar day like 2026-11-21 is wanted")


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(format_instant, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        }
    ),
]
"""A moment: aware, in UTC, whole milliseconds."""

Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]
"""A calendar day of Vietnam."""


class Period(Value):
    """From `since` until before `until`; an open end is None."""

    since: Instant | None = None
    until: Instant | None = None
