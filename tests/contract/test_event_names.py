"""One word for one thing: an event type's name in the tables, its meaning in the contract, its term in the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events.catalogue import EVENT_TYPES, PROTOCOL_TYPES, meaning
from services.texts import LANGUAGES, Texts

_GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text("utf-8")
_TERMS = {row[1]: row[2] for row in re.finditer(r"^\| `([A-Z]\w+)` \| ([^|]+) \|", _GLOSSARY, re.MULTILINE)}
_PAST = {"đã"}
"""A table may say that something is done where the glossary has the bare term."""


def spoken(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_type_has_a_name(event_type: str, lang: str) -> None:
    assert Texts(lang)(f"event.{event_type}") != event_type


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_meaning_holds_the_words_of_the_name(event_type: str) -> None:
    assert spoken(Texts("vi")(f"event.{event_type}")) - spoken(meaning(event_type, "vi")) == set()


@pytest.mark.parametrize("event_type", [name for name in EVENT_TYPES if name not in PROTOCOL_TYPES])
def test_the_glossarys_term_holds_the_words_of_the_name(event_type: str) -> None:
    assert spoken(Texts("vi")(f"event.{event_type}")) - _PAST - spoken(_TERMS[event_type]) == set()
