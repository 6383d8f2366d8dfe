"""Moments in forms: what a browser's `datetime-local` writes, in Vietnam's time, and the wire's instant."""

from __future__ import annotations

from datetime import UTC, datetime

from events.errors import InvalidValue
from events.instants import VIETNAM, format_instant, parse_instant


def read_moment_field(text: str) -> str:
    """The wire's instant for `2026-11-21T10:04`; text that is none stays as it is, for validation to speak of."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return format_instant(moment.astimezone(UTC))


def shown_moment(text: str) -> str:
    """What the field shows for the wire's instant, to the second or millisecond where it has any; other text stays."""
    try:
        moment = parse_instant(text).astimezone(VIETNAM).replace(tzinfo=None)
    except InvalidValue:
        return text
    exact = "milliseconds" if moment.microsecond else "seconds" if moment.second else "minutes"
    return moment.isoformat(timespec=exact)
