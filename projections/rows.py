"""The base of every query's result: a frozen value that reads itself from a row and writes itself as JSON."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol, Self, Union, get_args, get_origin, get_type_hints

from events.canonical import JSON
from events.instants import format_instant, parse_instant


class Columns(Protocol):
    """A database row: values by column name."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a column."""


@dataclass(frozen=True)
class Row:
    """One row of a view's answer; members are typed, instants aware."""

    def to_json(self) -> dict[str, JSON]:
        """The members as JSON: instants as on the wire, tuples as lists, absent values as null."""
        return {field.name: _to_json(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_columns(cls, columns: Columns, **more: Any) -> Self:
        """The value of a database row whose columns are named as the members; `more` are members kept elsewhere."""
        key: Any = cls  # a class is hashable, whatever its instances are
        values = {name: read(columns[name]) for name, read in _readers(key) if name not in more}
        return cls(**values, **more)

    @classmethod
    def from_rows(cls, rows: Iterable[Columns]) -> tuple[Self, ...]:
        """The values of several rows, in their order."""
        return tuple(cls.from_columns(row) for row in rows)


def _to_json(value: Any) -> JSON:
    if isinstance(value, Row):
        return value.to_json()
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    return value


@lru_cache(maxsize=64)
def _readers(cls: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    hints = get_type_hints(cls)
    return tuple((field.name, _reader(hints[field.name])) for field in fields(cls))


def _reader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        inner = _reader(next(arm for arm in get_args(hint) if arm is not type(None)))
        return lambda value: None if value is None else inner(value)
    if hint is datetime:
        return parse_instant
    if isinstance(hint, type) and issubclass(hint, (StrEnum, bool)):
        return hint
    return _as_is


def _as_is(value: Any) -> Any:
    return value
