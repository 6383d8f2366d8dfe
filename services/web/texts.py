"""The pages' own texts, Vietnamese and English: `texts/vi.toml`, `texts/en.toml`. Names of types and states are shared.

A key that stands in neither is looked for in the program's catalogue (`services/texts`), which the command line uses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from services.texts import Texts
from services.texts.catalogue import flatten


@dataclass(frozen=True)
class PageTexts:
    """The texts of one language; call it with a key and the values for its places."""

    lang: str

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text of a key; raises `LookupError` for one that no catalogue has."""
        text = page_entries(self.lang).get(key)
        if text is None:
            return Texts(self.lang)(key, **values)
        return text.format(**values) if values else text

    def word(self, table: str, value: object) -> str:
        """The name of a value of a closed list; the value itself if it has none."""
        return page_entries(self.lang).get(f"{table}.{value}") or Texts(self.lang).word(table, value)


@cache
def page_entries(lang: str) -> Mapping[str, str]:
    """Every page text of a language by its dotted key."""
    source = resources.files("services.web").joinpath("texts", f"{lang}.toml").read_text("utf-8")
    return MappingProxyType(dict(flatten("", tomllib.loads(source))))
