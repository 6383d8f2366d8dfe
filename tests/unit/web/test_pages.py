"""An agency's pages for reading, each asked over what real agencies have told one another."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from events.catalogue import CATALOGUE, EVENT_TYPES, PROTOCOL_TYPES
from events.record_entry import LocalEntry
from services.agency.service import AgencyService
from services.texts import LANGUAGES
from services.web.content_view import Member, members
from services.web.house import House
from services.web.pages import ROUTES
from services.web.rendering import address
from services.web.texts import page_entries
from tests.unit.agency.houses import with_keys
from tests.unit.web.conftest import enter
from tests.unit.web.story import LONG_NAME, played

pytestmark = pytest.mark.broker

LISTS = ("/", "/cases", "/requests", "/suspensions", "/suspensions/ended", "/inbox", "/sent", "/reports", "/directory",
         "/directory/vnpt", "/log", "/formats", "/formats/InfoRequested")  # fmt: skip


def words(page: httpx.Response) -> str:
    """A page's text as people read it."""
    assert page.status_code == 200, page.text[:3000]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_is_whole_in_both_languages(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path, lang: str
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    paths = [*LISTS, f"/cases/{story['case']}", f"/events/{story['order']}", f"/events/{story['execution']}"]
    for path in paths:
        page = await client.get(path, params={"lang": lang})
        assert page.status_code == 200, (path, page.text[:3000])
        assert f'<html lang="{lang}">' in page.text
        assert " style=" not in page.text
        assert not re.search(r"<script(?![^>]* src=)", page.text)
        assert len(re.findall(r"<h1\b", page.text)) == 1, path
        for table in re.findall(r"<thead>.*?</thead>", page.text, re.DOTALL):
            assert all('scope="col"' in head for head in re.findall(r"<th\b[^>]*>", table))


async def test_the_day_says_what_is_overdue_what_is_due_and_what_others_owe(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    page = await client.get("/")
    overdue = page.text.partition('<section class="mb-4" id="overdue">')[2].partition("</section>")[0]
    assert f'href="/events/{story["late"]}"' in overdue
    assert "quá hạn" in overdue
    coming = page.text.partition('id="later">')[2].partition("</section>")[0]
    assert "Trả lời yêu cầu cung cấp thông tin" in coming
    await enter(client, "police", "chuyen.vien")
    others = (await client.get("/")).text.partition('id="awaiting_overdue">')[2].partition("</section>")[0]
    assert f'href="/events/{story["late"]}"' in others


async def test_requests_are_filtered_and_an_answer_stands_beside_its_request(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    overdue = await client.get("/requests?side=mine&state=overdue")
    assert f'href="/events/{story["late"]}"' in overdue.text
    assert f'href="/events/{story["asked"]}"' not in overdue.text, "its time has not come"
    assert f'href="/events/{story["asked"]}"' in (await client.get("/requests?side=mine")).text
    settled = await client.get("/requests?side=mine&state=settled&kind=execute_suspension")
    row = next(r for r in settled.text.split("<tr>") if story["order"] in r)
    assert story["execution"] in row
    assert "đã thực hiện" in row
    assert story["late"] not in (await client.get("/requests?side=theirs&state=overdue")).text


async def test_the_board_shows_what_is_in_force_and_who_has_acted(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "police", "chuyen.vien")
    for path, there in (("", True), ("?state=in_force", True), ("?state=expiring", True), ("?state=past_end", False)):
        page = await client.get(f"/suspensions{path}")
        assert (story["order"] in page.text) is there, path
    assert "(tạm thời)" in words(await client.get("/suspensions"))


async def test_what_was_sent_stands_with_what_each_recipient_said(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    page = await client.get("/sent")
    row = next(r for r in page.text.split("<tr>") if story["execution"] in r)
    assert row.count("đã tiếp nhận") == 1
    assert row.count("số đến") == 1
    assert story["execution"] not in (await client.get("/sent?state=refused")).text
    inbox = await client.get("/inbox?state=admitted")
    assert f'href="/events/{story["order"]}"' in inbox.text
    assert 'id="held"' not in inbox.text


async def test_a_page_goes_on_behind_the_last_row(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await played(houses, tmp_path)
    await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    for path, module in (
        ("/cases", "cases"), ("/requests", "requests"), ("/requests?state=settled", "requests"),
        ("/suspensions", "suspensions"), ("/inbox?state=admitted", "mail"), ("/sent", "mail"),
    ):  # fmt: skip
        whole = await client.get(path)
        rows = whole.text.partition("<tbody>")[2].split("<tr>")[1:]
        with monkeypatch.context() as patch:
            patch.setattr(f"services.web.pages.{module}.PAGE", 1)
            walked: list[str] = []
            here: str | None = path
            while here is not None and len(walked) <= len(rows):
                page = await client.get(html.unescape(here))
                assert page.status_code == 200
                walked += page.text.partition("<tbody>")[2].split("<tr>")[1:]
                link = re.search(r'<a href="([^"]+)" rel="next">', page.text)
                here = link[1] if link else None
        assert len(rows) >= 2, path
        ids = [re.findall(r"/(?:events|cases)/([0-9a-f-]{36})", row) for row in rows]
        # The whole list may go on behind its own first page: other tests have told stories, too.
        found = [re.findall(r"/(?:events|cases)/([0-9a-f-]{36})", row) for row in walked]
        assert found[: len(ids)] == ids, path
        assert len(found) == len(ids) or 'rel="next"' in whole.text, path


async def test_a_case_is_found_by_words_of_its_title_without_accents(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    assert story["case"] in (await client.get("/cases", params={"text": "o phuong coc leu"})).text
    assert story["case"] in (await client.get("/cases", params={"text": story["case"][:13]})).text
    none = await client.get("/cases", params={"text": "không có vụ này"})
    assert "Không có vụ việc nào như vậy" in none.text
    assert 'value="không có vụ này"' in none.text, "the filter stays where it was typed"


async def test_a_cases_files_are_named_and_come_with_their_name(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    page = await client.get(f"/cases/{story['case']}")
    assert LONG_NAME in words(page)
    file = await client.get(f"/events/{story['execution']}/attachments/{story['sha256']}")
    assert file.content == b"%PDF-1.7 scan"
    assert file.headers["content-disposition"].startswith("attachment; filename*=utf-8''Bi%C3%AAn%20b%E1%BA%A3n")
    assert file.headers["content-type"] == "application/octet-stream"
    looks = [e for e in houses["vnpt"].service.record.all_entries() if isinstance(e, LocalEntry)]
    assert looks[-1].name == "AttachmentViewed"


async def test_an_event_tells_who_signed_in_what_office_and_what_it_answers(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "police", "chuyen.vien")
    page = await client.get(f"/events/{story['execution']}")
    text = words(page)
    assert "với vai trò Doanh nghiệp bưu chính, viễn thông" in text
    assert "(thủ trưởng)" in text
    assert f'href="/events/{story["order"]}"' in page.text
    assert "Kiểu tệp application/pdf" in text, "a member inside a member has its Vietnamese label"
    assert "Danh bạ dùng khi kiểm tra: phiên bản 1" in text


async def test_the_directory_tells_roles_keys_and_says_where_nothing_is_known(client: httpx.AsyncClient) -> None:
    await enter(client, "police", "chuyen.vien")
    text = words(await client.get("/directory"))
    assert "Công an tỉnh" in text
    one = words(await client.get("/directory/dic"))
    assert "Sở Thông tin và Truyền thông" in one
    assert "còn hiệu lực" in one
    assert "lao-cai/dic/head/" in one
    assert "chưa được báo đầu mối nào" in one
    assert (await client.get("/directory/nobody")).status_code == 404


async def test_the_log_page_says_that_nothing_is_witnessed_where_no_address_is_set(client: httpx.AsyncClient) -> None:
    await enter(client, "police", "kiem.tra")
    text = words(await client.get("/log"))
    assert "chưa làm chứng" in text
    assert "Chưa có báo động nào" in text


async def test_the_log_page_says_that_a_witness_without_a_key_rests(
    client: httpx.AsyncClient, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter(client, "police", "kiem.tra")
    context = houses["police"].service.context
    revoked = with_keys(context.directory, "police", lambda key: replace(key, revoked_at=key.not_before))
    assert "không đồng ký nữa" not in words(await client.get("/log"))
    monkeypatch.setattr(AgencyService, "context", replace(context, directory=revoked))
    assert "không đồng ký nữa" in words(await client.get("/log"))


async def test_reports_stand_with_their_clause_and_period(client: httpx.AsyncClient, houses: dict[str, House]) -> None:
    await enter(client, "dic", "chuyen.vien")
    page = await client.get("/reports?settled=1")
    owed = await houses["dic"].duties(houses["dic"].now())
    shown = words(page)
    mine = [duty for duty in owed if duty.debtor == "dic" and duty.period is not None]
    assert all(duty.duty.text_vi in shown for duty in mine)
    assert "Cơ quan này phải làm" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_event_type_has_its_page(client: httpx.AsyncClient, lang: str) -> None:
    await enter(client, "police", "chuyen.vien")
    listed = await client.get("/formats", params={"lang": lang})
    for name in EVENT_TYPES:
        assert f'href="/formats/{name}"' in listed.text
        assert "$schema" in (await client.get(f"/formats/{name}", params={"lang": lang})).text
    assert "LC-10.3" in words(await client.get("/formats/SuspensionOrdered"))
    assert (await client.get("/formats/Nonsense")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/requests?after=nonsense", "/requests?kind=x", "/requests?side=x", "/suspensions?state=x",
     "/suspensions?after=1~2", "/inbox?before=x", "/inbox?state=x", "/sent?state=admitted"],
)  # fmt: skip
async def test_a_wrong_address_is_said_to_be_wrong(client: httpx.AsyncClient, path: str) -> None:
    await enter(client, "dic", "chuyen.vien")
    assert (await client.get(path)).status_code == 422


async def test_no_page_is_for_strangers_or_administrators(client: httpx.AsyncClient) -> None:
    for path in LISTS:
        assert (await client.get(path)).headers["location"].startswith("/enter?next=")
    await enter(client, "dic", "quan.tri")
    for path in LISTS:
        assert (await client.get(path)).status_code == 403


async def test_nobody_sees_another_houses_mail(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "dic", "chuyen.vien")
    # DIC took part in the case, but the request went to VNPT alone.
    for path in ("/", "/requests", "/requests?state=overdue", "/inbox", "/sent", f"/cases/{story['case']}"):
        assert story["late"] not in (await client.get(path)).text, path
    assert (await client.get(f"/events/{story['late']}")).status_code == 404


async def test_the_language_changes_without_losing_the_filter(client: httpx.AsyncClient) -> None:
    await enter(client, "dic", "chuyen.vien")
    page = await client.get("/cases?status=open&text=sim+box")
    link = re.search(r'href="(/language/en\?next=[^"]+)"', page.text)
    assert link is not None
    answer = await client.get(html.unescape(link[1]))
    assert answer.headers["location"] == "/cases?status=open&text=sim+box"


def test_an_address_leaves_out_what_says_nothing() -> None:
    assert address("/cases", text="a b&c", status=None, lead="") == "/cases?text=a+b%26c"
    assert address("/cases", before=None) == "/cases"


@pytest.mark.parametrize("event_type", [name for name in EVENT_TYPES if name not in PROTOCOL_TYPES])
def test_every_member_of_a_document_has_a_vietnamese_label(event_type: str) -> None:
    def unnamed(parts: tuple[Member, ...]) -> list[str]:
        own = [part.name for part in parts if part.label == part.name.replace("_", " ")]
        return own + [name for part in parts for name in unnamed(part.parts)]

    model = CATALOGUE[event_type, max(version for name, version in CATALOGUE if name == event_type)]
    assert unnamed(members(model, "vi")) == []


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    vi, en = page_entries("vi"), page_entries("en")
    assert vi.keys() == en.keys()
    places = re.compile(r"\{(\w+)")
    assert [key for key in vi if set(places.findall(vi[key])) != set(places.findall(en[key]))] == []


async def test_many_pages_asked_at_once_read_one_directory(houses: dict[str, House]) -> None:
    dic = houses["dic"]
    chains = await asyncio.gather(*(dic.chain() for _ in range(20)))
    assert {len(chain) for chain in chains} == {dic.directory.version}


def test_no_two_pages_share_an_address() -> None:
    paths = [(route.path, tuple(sorted(route.methods or ()))) for route in ROUTES]  # type: ignore[attr-defined]
    assert len(paths) == len(set(paths))
