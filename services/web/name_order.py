"""The order of names in lists: the Vietnamese alphabet, in which ă, â, đ, ê, ô, ơ and ư are letters of their own.

Tones count where the letters are the same, in the order of Vietnamese dictionaries: none, huyền, hỏi, ngã, sắc, nặng.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_ALPHABET = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {tone: place for place, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}

NameOrder = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


def name_order(name: str) -> NameOrder:
    """A key that sorts names; what is no letter of the alphabet stands before those that are."""
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", name.casefold()):
        marks = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        place = _ALPHABET.get(base)
        letters.append((0, ord(letter)) if place is None else (1, place))
        tones.append(sum(_TONES.get(mark, 0) for mark in marks))
    return tuple(letters), tuple(tones), name


def by_name(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of an id and its name, in the order of the names."""
    return sorted(named, key=lambda one: name_order(one[1]))
