"""The base of closed lists of values: each has the word that travels and its names in Vietnamese and English."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A closed list. A member is written `NAME = "word", "tên", "name"`; on the wire it is the word."""

    vi: str
    en: str

    def __new__(cls, word: str, vi: str, en: str) -> Self:
        """A member whose value is the word alone."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.vi = vi
        member.en = en
        return member

    def label(self, lang: str) -> str:
        """The name in `vi` or `en`; any other language falls back to Vietnamese."""
        return self.en if lang == "en" else self.vi
