"""The pages' texts: whole in both languages, each used, none left in the other language, one word for one thing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from services.texts import LANGUAGES
from services.texts.catalogue import entries
from services.web.texts import page_entries

WEB = Path(__file__).resolve().parents[3] / "services/web"
ALIKE = {"menu.audit_api", "receipt_news.one", "directory_page.from_to"}
"""Texts that are the same in both languages: names, figures, and a dash between two days."""
GIVEN_UP = (
    "cơ quan kiểm tra", "bên kiểm chứng", "sổ kiểm tra", "kiểm tra viên", "chứng kiến", "đồng xác nhận",
    "máy chủ chuyển tin", "hệ thống trung chuyển", "của broker", "dự thảo",
)  # fmt: skip
"""Words that the glossary once had beside the one that it has now."""
_LITERAL = re.compile(r"[\"']([a-z_]+(?:\.[a-zA-Z_-]+)*[._]?)(?=[\"'{])")


@cache
def _literals() -> frozenset[str]:
    """What stands between quotes in pages and templates; of a text with places in it, what stands before the first."""
    sources = [*WEB.rglob("*.py"), *(WEB / "templates").glob("*.html")]
    return frozenset(found for source in sources for found in _LITERAL.findall(source.read_text("utf-8")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_untrimmed(lang: str) -> None:
    assert [key for key, text in page_entries(lang).items() if not text or text != text.strip()] == []


def test_no_text_is_left_in_the_other_language() -> None:
    vi, en = page_entries("vi"), page_entries("en")
    assert {key for key in vi if vi[key] == en[key]} == ALIKE


def test_every_text_is_used() -> None:
    literals = _literals()

    def used(key: str) -> bool:
        # Whole, as a table's name, or by a beginning to which a page adds the rest.
        ends = [place + 1 for place, letter in enumerate(key) if letter in "._" or key[place + 1 : place + 2] == "_"]
        return key in literals or key.rpartition(".")[0] in literals or any(key[:end] in literals for end in ends)

    assert [key for key in page_entries("vi") if not used(key)] == []


def test_every_text_that_a_template_names_is_there() -> None:
    known = page_entries("vi").keys() | entries("vi").keys()
    named = re.compile(r"\bt\([\"']([a-z_]+\.[a-z_.]+)[\"'][,)]")
    missing = [
        f"{template.name}: {key}"
        for template in sorted((WEB / "templates").glob("*.html"))
        for key in named.findall(template.read_text("utf-8"))
        if key not in known
    ]
    assert missing == []


@pytest.mark.parametrize("word", GIVEN_UP)
def test_one_thing_has_one_word(word: str) -> None:
    texts = {**entries("vi"), **page_entries("vi")}
    assert [key for key, text in texts.items() if word in text.lower()] == []
