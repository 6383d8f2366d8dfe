"""The order of names in lists that people choose from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def name_order(name: str) -> tuple[str, str]:
    """A key that sorts Vietnamese names as a reader looks for them: marks count last, and đ stands with d."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)), name


def by_name(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of an id and its name, in the order of the names."""
    return sorted(named, key=lambda one: name_order(one[1]))
