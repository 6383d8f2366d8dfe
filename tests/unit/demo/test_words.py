"""What the demonstration's screen says: the command line's names for events, figures as people read them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from events.catalogue import EVENT_TYPES
from services.demo.screen import Screen
from services.demo.words import words
from services.texts import LANGUAGES, Texts
from services.verify.verdict import NetworkVerdict


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_event_type_has_the_name_that_tables_show(lang: str) -> None:
    spoken = words(lang)
    assert spoken.lang == lang
    for event_type in EVENT_TYPES:
        assert spoken.event(event_type) == Texts(lang)(f"event.{event_type}")


def shown_verdict(lang: str, **more: Any) -> str:
    out = io.StringIO()
    figures = {"events": 2, "deliveries": 3, "receipts": 3, "refused": 1, "seconds": 7.844}
    Screen(Console(file=out, width=80), words(lang)).verdict(NetworkVerdict("lao-cai", 31, **(figures | more)))
    return out.getvalue()


@pytest.mark.parametrize(("lang", "seconds", "passed"), [("vi", "7,8", "đạt"), ("en", "7.8", "passed")])
def test_the_verdict_is_told_in_words(lang: str, seconds: str, passed: str) -> None:
    lines = [line.strip("│ ").split("│") for line in shown_verdict(lang).splitlines() if "│" in line]
    figures = {name.strip(): value.strip() for name, value in lines}
    assert figures[words(lang).figures["seconds"]] == seconds
    assert figures[words(lang).figures["verified"]] == passed
    assert not {"True", "False"} & set(figures.values())
    assert figures[words(lang).figures["clock"]] == words(lang).clocks[False]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_simulated_clock_is_marked_in_the_verdict(lang: str) -> None:
    assert words(lang).clocks[True] in shown_verdict(lang, simulated=True)
    assert words(lang).clocks[True] not in shown_verdict(lang)
