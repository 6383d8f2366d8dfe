"""The auditor's pages, each over a real history."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from services.texts import LANGUAGES

LISTS = (
    "/audit/ledger", "/audit/knowledge", "/audit/silences", "/audit/silences?kind=receipts",
    "/audit/silences?kind=reports", "/audit/network", "/audit/completeness", "/audit/completeness?part=witnesses",
    "/audit/completeness?part=gaps", "/audit/completeness?part=alarms", "/audit/completeness?part=quarantine",
    "/audit/verify", "/audit/looks",
)  # fmt: skip


def words(page: httpx.Response) -> str:
    """A page's text as people read it."""
    assert page.status_code == 200, page.text[:3000]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_is_whole_in_both_languages(
    auditor: httpx.AsyncClient, some: dict[str, str], lang: str
) -> None:
    known = f"/audit/knowledge?agency=police&case={some['case']}&at=2026-11-20T10:00&second=2026-11-21"
    for path in (*LISTS, f"/audit/cases/{some['case']}", f"/audit/events/{some['event']}",
                 f"/audit/events/{some['receipt']}", known):  # fmt: skip
        page = await auditor.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
        assert page.status_code == 200, (path, words(page)[:1500])
        assert f'<html lang="{lang}">' in page.text
        assert " style=" not in page.text
        assert not re.search(r"<script(?![^>]* src=)", page.text)
        assert len(re.findall(r"<h1\b", page.text)) == 1, path
        for table in re.findall(r"<thead>.*?</thead>", page.text, re.DOTALL):
            assert all('scope="col"' in head for head in re.findall(r"<th\b[^>]*>", table))


async def test_a_place_in_a_case_that_is_none_is_said_to_be_wrong(
    auditor: httpx.AsyncClient, some: dict[str, str]
) -> None:
    for place in ("9" * 30, "x", "-1"):
        assert (await auditor.get(f"/audit/cases/{some['case']}", params={"after": place})).status_code == 422, place
