"""A message catalogue: TOML tables, flattened to dotted keys; a text may hold places such as `{agency}`.

    [cases]
    title = "Vụ việc của {agency}"      ->  texts("cases.title", agency="dic")

Both languages have the same keys. The one exception is `error.*`: where an error's class brings its own English
sentences, English has no entry. Official terms are those of docs/glossary.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"


@dataclass(frozen=True)
class Texts:
    """The catalogue of one language; call it with a key and the values for its places."""

    lang: str = DEFAULT_LANGUAGE

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text of a key with its places filled; raises `LookupError` for a key that no catalogue has."""
        try:
            text = entries(self.lang)[key]
        except KeyError:
            raise LookupError(f"the catalogue {self.lang}.toml has no text {key!r}") from None
        return text.format(**values) if values else text

    def find(self, key: str) -> str | None:
        """The text of a key as it stands, None if there is none."""
        return entries(self.lang).get(key)

    def word(self, table: str, value: object) -> str:
        """The name of a value of a closed list, such as `word("outcome", "refused")`; the value itself if unnamed.

        A newer peer may send an event type that this catalogue does not name yet, and it has to be shown all the same.
        """
        return self.find(f"{table}.{value}") or str(value)


@cache
def entries(lang: str) -> Mapping[str, str]:
    """Every text of a language by its dotted key."""
    source = resources.files("services.texts").joinpath(f"{lang}.toml").read_text("utf-8")
    return MappingProxyType(dict(flatten("", tomllib.loads(source))))


def flatten(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The texts of a TOML table by dotted key."""
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, str):
            found.append((key, value))
        else:
            found += flatten(f"{key}.", value)
    return found
