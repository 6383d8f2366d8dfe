"""Texts of others as a page or a terminal may show them."""

from __future__ import annotations

MAX_CHARACTERS = 300


def shown(text: str) -> str:
    """The text, cut and without letters that do not print.

    A line of its own, letters that run backwards or a terminal's commands would pass for the verifier's own words.
    """
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:MAX_CHARACTERS])
