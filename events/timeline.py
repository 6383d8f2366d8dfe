"""A value that changes at known instants: asked often, computed once for each stretch between two changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Timeline(Generic[_Value]):
    """A piecewise constant function of time.

    `changes` are the instants at which the value may change; `value_at` computes it and is asked once at each of them.
    `before` is the value ahead of the first. A change counts from its own instant on.
    """

    __slots__ = ("_changes", "_values")

    def __init__(self, changes: Iterable[datetime], value_at: Callable[[datetime], _Value], before: _Value) -> None:
        self._changes = sorted(set(changes))
        self._values = (before, *(value_at(change) for change in self._changes))

    def at(self, moment: datetime) -> _Value:
        """The value at an instant (an aware datetime)."""
        return self._values[bisect_right(self._changes, moment)]
