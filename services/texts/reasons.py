"""Why a message was held back or refused, in the reader's language.

The checks give their reasons in English, which travels in a refusal and is kept as it is; the rules give both
languages. The catalogue's table `reason_said` has each sentence of the checks with places for what it names: the
English one is what is recognised, the Vietnamese one what is shown; the first that fits. A test holds the checks' own
sentences against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from events.errors import InvalidValue
from events.instants import VIETNAM, parse_instant
from services.texts.catalogue import Texts, entries
from services.texts.naming import Naming

_TABLE = "reason_said."


@dataclass(frozen=True)
class Reason:
    """What is shown: `text` in the reader's language, and `detail`, English that there are no other words for."""

    text: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.detail})" if self.text and self.detail else self.text or self.detail


def reason_of(token: str | None, explanation: str | None, naming: Naming) -> Reason:
    """The words for a check's reason: its stable token and the sentence that came with it; either may be missing."""
    texts, said = Texts(naming.lang), explanation or ""
    if (both := _both_languages(said)) is not None:
        return Reason(naming(both[naming.lang == "en"]))
    if naming.lang == "en":
        return Reason(naming(said) or _word(texts, token))
    for key, pattern in _patterns():
        if found := pattern.fullmatch(said):
            places = {name: _shown(value) for name, value in found.groupdict().items()}
            return Reason(naming(texts(key, **places)))
    return Reason(_word(texts, token), said)


def _word(texts: Texts, token: str | None) -> str:
    return texts.word("reason", token) if token else ""


def _both_languages(said: str) -> tuple[str, str] | None:
    """The parts of `Vietnamese. (English.)`, as the rules' sentences travel; None for anything else."""
    if not said.endswith(")"):
        return None
    depth = 0
    for place in range(len(said) - 1, -1, -1):
        depth += (said[place] == ")") - (said[place] == "(")
        if depth == 0:
            vietnamese = said[:place].rstrip()
            return (vietnamese, said[place + 1 : -1]) if vietnamese.endswith((".", "…")) else None
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (key, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text)), re.DOTALL))
        for key, text in entries("en").items()
        if key.startswith(_TABLE)
    )


def _shown(value: str) -> str:
    """An instant in Vietnam's time, to the second; anything else as it is."""
    try:
        return parse_instant(value).astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    except InvalidValue:
        return value
