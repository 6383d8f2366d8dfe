"""The ledger's page: filters, leafing, files; what the questions answer and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import httpx
import openpyxl
import pytest

from projections.deliveries_told import ToldFilter, count_told, told
from services.audit.questions.book import open_book
from services.web.auditing.house import AuditHouse
from services.web.rendering import address

FILTERS: tuple[dict[str, str], ...] = (
    {}, {"sender": "police"}, {"recipient": "customs"}, {"sender": "police", "recipient": "dic"},
    {"type": "InfoRequested"}, {"since": "2026-11-20", "until": "2026-11-20T15:00"},
    {"since": "2026-11-20", "until": "2026-11-20T15:00", "by": "admitted"},
)  # fmt: skip


def rows_of(page: httpx.Response) -> list[int]:
    """The log indexes that a page of the ledger shows."""
    assert page.status_code == 200, page.text[:2000]
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [int(number) for number in re.findall(r"<tr>\s*<td>(\d+)</td>", body)]


@pytest.mark.parametrize("filters", FILTERS, ids=lambda one: " ".join(one) or "all")
async def test_all_pages_together_show_what_is_wanted_newest_first(
    auditor: httpx.AsyncClient, house: AuditHouse, filters: dict[str, str]
) -> None:
    wanted = ToldFilter(
        sender=filters.get("sender"), recipient=filters.get("recipient"), event_type=filters.get("type"),
        by_admission=filters.get("by") == "admitted",
    )  # fmt: skip
    if "since" in filters:
        exported = json.loads((await auditor.get(address("/audit/ledger.json", **filters))).text)
        expected = [one["log_index"] for one in exported["deliveries"]]
        instant = "admitted_at" if wanted.by_admission else "signed_at"
        assert all("2026-11-19T17" <= one[instant] < "2026-11-20T08" for one in exported["deliveries"])
    else:
        expected = await house.ask(lambda book: [one.log_index for one in told(book.cursor, wanted, limit=10_000)])
    assert expected
    found: list[int] = []
    next_page: str | None = address("/audit/ledger", **filters)
    first = await auditor.get(address("/audit/ledger", **filters))
    assert f"{len(expected)} lượt gửi" in first.text
    while next_page is not None:
        page = await auditor.get(next_page)
        found += rows_of(page)
        link = re.search(r'href="([^"]+)" rel="next"', page.text)
        next_page = link[1].replace("&amp;", "&") if link else None
    assert found == sorted(expected, reverse=True)


async def test_a_case_may_be_named_by_its_beginning_and_the_look_is_kept(
    auditor: httpx.AsyncClient, house: AuditHouse, some: dict[str, str]
) -> None:
    page = await auditor.get("/audit/ledger", params={"case": some["case"]})
    assert some["event"] in page.text
    assert len(rows_of(page)) == await house.ask(lambda book: count_told(book.cursor, ToldFilter(case_id=some["case"])))
    [kept] = await house.looks(before=None, limit=1)
    assert (kept.name, kept.subject, kept.by) == ("CaseViewed", some["case"], "kiem.tra@auditor")


async def test_what_nobody_knows_is_said_with_what_is_near(auditor: httpx.AsyncClient) -> None:
    for filters in ({"sender": "polise"}, {"type": "InfoRequest"}, {"case": "zzz"}):
        answer = await auditor.get("/audit/ledger", params={**filters, "lang": "en"})
        assert answer.status_code == 422, filters
        assert "is known to the auditor" in answer.text
    assert "police" in (await auditor.get("/audit/ledger", params={"sender": "polise"})).text
    for filters in ({"since": "yesterday"}, {"by": "moon"}, {"before": "-1"}):
        assert (await auditor.get("/audit/ledger", params=filters)).status_code == 422, filters


async def test_files_hold_what_the_page_was_asked_for_and_are_kept(
    auditor: httpx.AsyncClient, house: AuditHouse, history: Path
) -> None:
    with open_book(history) as book:
        wanted = [one.event_id for one in told(book.cursor, ToldFilter(sender="police"), limit=10_000)]
    answers = {
        kind: await auditor.get(f"/audit/ledger.{kind}?sender=police&lang=en") for kind in ("csv", "xlsx", "json")
    }
    rows = list(csv.DictReader(io.StringIO(answers["csv"].content.decode("utf-8-sig"))))
    assert [row["Event id"] for row in rows] == wanted
    sheet = openpyxl.load_workbook(io.BytesIO(answers["xlsx"].content)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert [row[heads.index("Event id")] for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted
    document = json.loads(answers["json"].text)
    assert [one["event_id"] for one in document["deliveries"]] == wanted
    assert document["total"] == len(wanted)
    kept = await house.looks(before=None, limit=3)
    assert [(one.name, one.about["kind"], one.about["rows"]) for one in reversed(kept)] == [
        ("LedgerExported", kind, len(wanted)) for kind in answers
    ]
    assert (await auditor.get("/audit/ledger.exe")).status_code == 404
