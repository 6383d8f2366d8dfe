"""What an address asks for, read strictly: a wrong value is said to be wrong and never guessed at."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from starlette.requests import Request

from events.errors import InvalidValue
from services.moments import read_moment
from services.web.problems import PageError, Problem

_E = TypeVar("_E", bound=StrEnum)
_LONGEST = 200
_LARGEST = 2**53


def text_or_none(request: Request, name: str) -> str | None:
    """A parameter's text without blanks around it; None if it is absent or empty."""
    text = request.query_params.get(name, "").strip()
    if len(text) > _LONGEST or not text.isprintable():
        raise PageError(Problem.INVALID, name)
    return text or None


def natural(request: Request, name: str, default: int = 0) -> int:
    """A whole number from 0."""
    text = text_or_none(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) > _LARGEST:
        raise PageError(Problem.INVALID, name)
    return int(text)


def choice(request: Request, name: str, values: type[_E]) -> _E | None:
    """A value of a closed list."""
    text = text_or_none(request, name)
    if text is None:
        return None
    try:
        return values(text)
    except ValueError:
        raise PageError(Problem.INVALID, name) from None


def moment(request: Request, name: str, now: datetime) -> datetime | None:
    """An instant as people type it: `2026-11-25`, `2026-11-25T16:00` (Vietnam's time), or with a zone."""
    text = text_or_none(request, name)
    if text is None:
        return None
    try:
        return read_moment(text, now)
    except InvalidValue:
        raise PageError(Problem.INVALID, name) from None
