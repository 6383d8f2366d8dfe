"""What the auditor's pages answer is what the questions answer: knowledge, silences, traffic, completeness."""

from __future__ import annotations

import html
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from events.instants import format_instant
from projections.deliveries_knowledge import knowledge
from projections.deliveries_pages import irregular_pairs, traffic
from projections.deliveries_silent import unanswered
from projections.deliveries_state import FoldState
from projections.deliveries_told import ToldFilter, told
from services.accounts.store import Accounts
from services.audit.questions.book import open_book, views_file
from services.auditor.places import ledger_file
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from services.web.auditing.silences import PAGE
from tests.unit.web.auditing.conftest import NOW
from tests.unit.web.auditing.test_pages import words
from tests.unit.web.conftest import PASSWORD


@pytest_asyncio.fixture
async def altered(history: Path, tmp_path: Path, accounts: Accounts) -> AsyncIterator[tuple[Path, httpx.AsyncClient]]:
    """A copy that a test may change, and a client that has entered there."""
    folder = Path(shutil.copytree(history, tmp_path / "copy"))
    with open_book(folder):
        pass  # its views are folded
    with AuditHouse(folder, accounts, lambda: NOW) as house:
        transport = httpx.ASGITransport(app=make_web({"auditor": house}), raise_app_exceptions=False)
        headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as made:
            await made.post("/enter", data={"agency": "auditor", "name": "kiem.tra", "password": PASSWORD})
            yield folder, made


def section(page: httpx.Response, name: str) -> str:
    """A section of a page, by its id."""
    assert page.status_code == 200, page.text[:2000]
    return page.text.partition(f'<section class="mb-4" id="{name}">')[2].partition("</section>")[0]


def events_in(part: str) -> list[str]:
    return re.findall(r'href="/audit/events/([^"]+)"', part)


async def test_travelling_in_time_shows_what_was_known_and_what_was_added(
    auditor: httpx.AsyncClient, house: AuditHouse, some: dict[str, str]
) -> None:
    case = some["case"]
    rows = await house.ask(lambda book: list(told(book.cursor, ToldFilter(case_id=case), limit=1000)))
    [asked, *_] = [one for one in rows if one.event_id == some["event"]]
    # Between the request's signing and its admission.
    at, second = asked.signed_at, NOW
    agency = asked.recipient
    first, last = await house.ask(
        lambda book: tuple(knowledge(book.cursor, agency, case, moment) for moment in (at, second))
    )
    page = await auditor.get(
        "/audit/knowledge",
        params={"agency": agency, "case": case[:30], "at": format_instant(at), "second": format_instant(second)},
    )
    assert events_in(section(page, "known")) == [one.delivery.event_id for one in first if one.how.knows]
    assert some["event"] in events_in(section(page, "unknown"))
    added = events_in(section(page, "added"))
    assert some["event"] in added
    assert added == [one.delivery.event_id for one in last if one.how.knows][len(events_in(section(page, "known"))) :]
    [kept] = await house.looks(before=None, limit=1)
    assert (kept.name, kept.subject, kept.about["agency"]) == ("CaseViewed", case, agency)


async def test_a_cases_course_is_drawn_and_told_in_a_table(
    auditor: httpx.AsyncClient, house: AuditHouse, some: dict[str, str]
) -> None:
    page = await auditor.get(f"/audit/cases/{some['case'][:20]}")
    if page.status_code == 422:  # several cases begin so: more of it has to be typed
        page = await auditor.get(f"/audit/cases/{some['case']}")
    rows = await house.ask(lambda book: list(told(book.cursor, ToldFilter(case_id=some["case"]), limit=1000)))
    assert page.text.count('class="lane-arrow') == len(rows)
    table = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr>") == len(rows)
    assert "trả lời" in table
    assert (await auditor.get("/audit/cases/zzz")).status_code == 422


async def test_silences_are_leafed_through_and_asked_of_the_past(auditor: httpx.AsyncClient, house: AuditHouse) -> None:
    late = NOW + timedelta(days=30)
    expected = await house.ask(lambda book: [one.delivery.event_id for one in
                                             unanswered(book.cursor, book.directory, late, limit=1000)])  # fmt: skip
    assert 0 < len(expected) <= PAGE
    page = await auditor.get("/audit/silences", params={"at": format_instant(late)})
    assert events_in(page.text) == expected
    assert page.text.count("mark-overdue") == len(expected)
    assert events_in((await auditor.get("/audit/silences?page=2")).text) == []
    before = await auditor.get("/audit/silences?at=2026-01-01")
    assert "Không có điều gì như vậy" in before.text
    for wrong in ("page=0", "page=101", "kind=noise", "at=soon"):
        assert (await auditor.get(f"/audit/silences?{wrong}")).status_code == 422, wrong
    reports = words(await auditor.get("/audit/silences", params={"kind": "reports", "at": format_instant(late)}))
    assert "LC-" in reports


async def test_who_tells_whom_is_drawn_and_stands_in_the_table(auditor: httpx.AsyncClient, house: AuditHouse) -> None:
    pairs = await house.ask(lambda book: traffic(book.cursor))
    everything = await house.ask(lambda book: list(told(book.cursor, ToldFilter(), limit=10_000)))
    for pair in pairs:
        between = [one for one in everything if (one.sender, one.recipient) == (pair.sender, pair.recipient)]
        refused = sum(one.outcome == "refused" for one in between)
        silent = sum(one.receipt_id is None for one in between)
        assert (pair.deliveries, pair.refused, pair.unreceipted) == (len(between), refused, silent)
    assert sum(pair.deliveries for pair in pairs) == len(everything)
    page = await auditor.get("/audit/network")
    assert page.text.count('<path class="arc"') == len(pairs)
    found = re.findall(r'href="/audit/ledger\?sender=(\S+?)&amp;recipient=(\S+?)">(\d+)</a>', page.text)
    assert [(a, b, int(n)) for a, b, n in found] == [(one.sender, one.recipient, one.deliveries) for one in pairs]


async def test_counts_that_are_missing_or_stand_twice_are_shown(altered: tuple[Path, httpx.AsyncClient]) -> None:
    folder, client = altered
    assert "Không cặp cơ quan nào thiếu" in words(await client.get("/audit/completeness?part=gaps"))
    with closing(sqlite3.connect(views_file(folder))) as connection:
        pair = connection.execute(
            "SELECT sender, recipient FROM delivery GROUP BY sender, recipient HAVING COUNT(*) > 9 LIMIT 1"
        ).fetchone()
        # 2 and 5 stand twice, 3 and 4 are missing: their number and their sum are those of a whole chain.
        for old, new in ((3, 2), (4, 5)):
            changed = "UPDATE delivery SET pair_count = ? WHERE sender = ? AND recipient = ? AND pair_count = ?"
            assert connection.execute(changed, (new, *pair, old)).rowcount == 1
        # As the fold would have tallied them.
        connection.execute("DELETE FROM counted")
        state = FoldState()
        for *codes, count in connection.execute(
            "SELECT sender, recipient, pair_count FROM delivery ORDER BY log_index"
        ):
            state.counts.setdefault((codes[0], codes[1]), []).append(count)
        state.write_tally(connection.cursor())
        connection.commit()
    with open_book(folder) as book:
        [found] = irregular_pairs(book.cursor)
    assert (found.missing, found.doubled) == (((3, 4),), (2, 5))
    page = words(await client.get("/audit/completeness?part=gaps"))
    assert "3–4" in page
    assert "2, 5" in page


async def test_how_the_log_stands_is_said_in_words(altered: tuple[Path, httpx.AsyncClient]) -> None:
    folder, client = altered
    page = await client.get("/audit/completeness?lang=en")
    assert "Every entry is under a checkpoint" in page.text
    with closing(sqlite3.connect(ledger_file(folder))) as connection:
        size = connection.execute("SELECT MAX(size) FROM checkpoints").fetchone()[0]
        assert f"<td>{size}</td>" in page.text
        connection.execute("DELETE FROM witnessed WHERE size = ?", (size,))
        connection.execute("DELETE FROM cosignatures WHERE size = ? AND witness = 'police'", (size,))
        connection.execute(
            "INSERT INTO alarms VALUES (x'00', 'dic', 'forked', 'hai <gốc> khác nhau', '2026-11-20T09:00:00.000Z')"
        )
        connection.execute(
            "INSERT INTO quarantine VALUES (x'01', 7, NULL, 'coord.lao-cai.vnpt.auditor.X', x'00', NULL, 'signature', "
            "'chữ ký sai', 'vnpt', NULL, '2026-11-20T09:00:00.000Z')"
        )
        connection.commit()
    page = await client.get("/audit/completeness?lang=en")
    assert "entries are not under a cosigned checkpoint yet" in page.text
    assert "1 alarms over the log were raised" in page.text
    assert "the signature is wrong: 1" in page.text
    witnesses = await client.get("/audit/completeness?part=witnesses&lang=en")
    row = next(one for one in witnesses.text.split("<tr>") if "olice" in one)
    assert "entries behind" in row
    assert "hai &lt;gốc&gt; khác nhau" in (await client.get("/audit/completeness?part=alarms")).text
    assert "chữ ký sai" in words(await client.get("/audit/completeness?part=quarantine"))


async def test_a_proof_says_in_plain_words_what_failed(
    altered: tuple[Path, httpx.AsyncClient], some: dict[str, str]
) -> None:
    folder, client = altered
    sound = words(await client.get(f"/audit/events/{some['event']}"))
    assert "Được chứng minh: mọi bước kiểm tra đều đạt." in sound
    with closing(sqlite3.connect(ledger_file(folder))) as connection:
        connection.execute(
            "UPDATE logged SET stream_sequence = stream_sequence + 1 WHERE event_id = ?", (some["event"],)
        )
        connection.commit()
    page = await client.get(f"/audit/events/{some['event']}?lang=en")
    assert "NOT proven" in page.text
    step = page.text.partition('id="step-inclusion"')[2].partition("</li>")[0]
    assert "✗ failed" in step
    assert "the event is not in the log" in html.unescape(step)
    assert (await client.get("/audit/events/01a20000-0000-7000-8000-000000000000")).status_code == 404


async def test_what_was_looked_at_is_listed_and_leafed_through(
    auditor: httpx.AsyncClient, house: AuditHouse, some: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await auditor.get(f"/audit/events/{some['event']}")
    monkeypatch.setattr("services.web.auditing.looks.PAGE", 1)
    page = await auditor.get("/audit/looks")
    assert "xem văn bản" in page.text
    assert page.text.partition("<tbody>")[2].count("<tr>") == 1
    link = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert link is not None
    # Of three that were kept, the second page shows the second: the older look.
    [newest, second] = await house.looks(before=None, limit=2)
    assert link[1].endswith(f"before={newest.position}")
    older = await auditor.get(link[1])
    assert f"before={second.position}" in older.text
    assert "kiem.tra@auditor" in older.text


async def test_who_named_nobody_is_said_in_words(auditor: httpx.AsyncClient, house: AuditHouse) -> None:
    await house.note("AccessRefused", "stranger", None, {"why": "not_entered"})
    assert '<td class="id">người chưa đăng nhập</td>' in (await auditor.get("/audit/looks")).text


async def test_numbers_are_grouped_as_the_language_groups_them(auditor: httpx.AsyncClient) -> None:
    assert "tối đa 100.000 dòng" in (await auditor.get("/audit/ledger")).text
    assert "at most 100,000 rows" in (await auditor.get("/audit/ledger?lang=en")).text
