"""Who may enter, and what becomes of those who may not."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from events.record_entry import LocalEntry
from services.accounts.attempts import MAX_FAILURES
from services.web import rendering
from services.web.house import House
from services.web.name_order import name_order
from tests.unit.web.conftest import enter

pytestmark = pytest.mark.broker


def noted(house: House, name: str) -> list[LocalEntry]:
    return [e for e in house.service.record.all_entries() if isinstance(e, LocalEntry) and e.name == name]


async def test_whoever_has_not_entered_is_sent_to_the_door(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/enter?next=/"
    saved = await client.get("/cases?status=open&text=v%C3%A9", headers={"accept": "text/html"})
    assert saved.headers["location"] == "/enter?next=/cases%3Fstatus%3Dopen%26text%3Dv%25C3%25A9"


async def test_a_clerk_enters_sees_the_day_and_leaves(client: httpx.AsyncClient, houses: dict[str, House]) -> None:
    answer = await enter(client, "vnpt", "chuyen.vien")
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    page = await client.get("/")
    assert page.status_code == 200
    assert "Việc hôm nay" in page.text
    assert "Nguyễn Thị Ánh" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    token = client.cookies["phoihop_session"]
    await client.post("/leave")
    client.cookies.set("phoihop_session", token)
    assert (await client.get("/")).status_code == 303, "the session goes on after leaving"
    assert noted(houses["vnpt"], "PersonEntered")[-1].subject == "chuyen.vien"
    assert noted(houses["vnpt"], "PersonLeft")[-1].data["by"] == "chuyen.vien@vnpt"


async def test_a_wrong_password_is_refused_recorded_and_locks_after_five(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    before = len(noted(houses["police"], "EntryRefused"))
    for _ in range(MAX_FAILURES):
        assert (await enter(client, "police", "chuyen.vien", "sai mật khẩu rồi đó")).status_code == 401
    assert (await enter(client, "police", "chuyen.vien")).status_code == 401, (
        "the right password opens a locked account"
    )
    reasons = [e.data["reason"] for e in noted(houses["police"], "EntryRefused")][before:]
    assert reasons == ["password"] * MAX_FAILURES + ["locked"]
    service = houses["police"].service
    real_now = service.now
    service.now = lambda: real_now() + timedelta(minutes=16)
    assert (await enter(client, "police", "chuyen.vien")).status_code == 303, "the lock ends by itself"


async def test_whoever_mistyped_the_password_goes_on_at_the_same_agency_under_the_same_name(
    client: httpx.AsyncClient,
) -> None:
    page = (await enter(client, "vnpt", "chuyen.vien", "sai mật khẩu rồi đó")).text
    assert re.findall(r'<option value="([a-z]+)" selected>', page) == ["vnpt"]
    assert re.search(r'id="name"[^>]* value="chuyen\.vien"', page)
    assert "sai mật khẩu" not in page


async def test_agencies_stand_in_the_order_of_their_names_in_the_readers_language(client: httpx.AsyncClient) -> None:
    for lang, first in (("vi", "Công an tỉnh"), ("en", "Department of")):
        names = re.findall(r'<option value="[a-z]+">([^<]+)', (await client.get("/enter", params={"lang": lang})).text)
        assert names == sorted(names, key=name_order)
        assert names[0].startswith(first), names


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_the_directory_lists_agencies_and_their_roles_by_name(client: httpx.AsyncClient, lang: str) -> None:
    await enter(client, "vnpt", "chuyen.vien")
    page = (await client.get("/directory", params={"lang": lang})).text
    names = re.findall(r'<a href="/directory/[a-z]+">([^<]+)', page)
    assert len(names) == 4
    assert names == sorted(names, key=name_order)
    for roles in re.findall(r'<td class="text-nowrap">[^<]*</td>\s*<td>([^<]*;[^<]*)</td>', page):
        assert roles.split("; ") == sorted(roles.split("; "), key=name_order)


def test_no_page_lists_agencies_in_the_order_of_their_ids() -> None:
    loop = re.compile(r"\{% for (\w+)(?:, \w+)* in ([^%]+?) %\}(?:<li>)?\{\{ agency\(\1(?:\.\w+)?, house")
    found = [
        (template.name, listed)
        for template in (Path(rendering.__file__).parent / "templates").glob("*.html")
        for _, listed in loop.findall(template.read_text("utf-8"))
    ]
    assert len(found) > 8
    assert [one for one in found if "in_order" not in one[1]] == []


def test_letters_count_before_tones_as_in_a_vietnamese_dictionary() -> None:
    names = ["Ủy ban", "Đài", "Sở B", "VNPT", "Dân quân", "Sơ", "Sở A", "Ấn", "Ân", "Ăn", "An", "7 Sao"]
    assert sorted(names, key=name_order) == [
        "7 Sao", "An", "Ăn", "Ân", "Ấn", "Dân quân", "Đài", "Sơ", "Sở A", "Sở B", "Ủy ban", "VNPT",
    ]  # fmt: skip
    assert sorted(["má", "mạ", "ma", "mã", "mả", "mà"], key=name_order) == ["ma", "mà", "mả", "mã", "má", "mạ"]


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
async def test_a_form_on_another_site_changes_nothing(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/enter", data={}, headers=headers)
    assert answer.status_code == 403


async def test_an_old_browser_is_told_by_its_origin(client: httpx.AsyncClient) -> None:
    del client.headers["sec-fetch-site"]
    form = {"agency": "vnpt", "name": "chuyen.vien", "password": "x"}
    assert (await client.post("/enter", data=form, headers={"origin": "http://evil.example"})).status_code == 403
    assert (await client.post("/enter", data=form)).status_code == 403
    assert (await client.post("/enter", data=form, headers={"origin": "http://127.0.0.1"})).status_code == 401


async def test_a_forged_session_is_nobody(client: httpx.AsyncClient) -> None:
    for forged in ("vnpt.AAAA", "nobody.x", "vnpt", "....", "vnpt." + "A" * 3000):
        client.cookies.set("phoihop_session", forged)
        assert (await client.get("/")).status_code == 303


async def test_an_administrator_sees_no_case_and_the_attempt_is_recorded(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    await enter(client, "dic", "quan.tri")
    answer = await client.get("/")
    assert answer.status_code == 403
    assert noted(houses["dic"], "AccessRefused")[-1].subject == "quan.tri"


async def test_another_host_name_is_not_served(client: httpx.AsyncClient) -> None:
    answer = await client.get("/enter", headers={"host": "evil.example"})
    assert answer.status_code == 421


async def test_no_address_leads_out_after_entering(client: httpx.AsyncClient) -> None:
    for target in ("//evil.example", "/\\evil.example", "https://evil.example"):
        answer = await client.post(
            "/enter",
            params={"next": target},
            data={"agency": "vnpt", "name": "chuyen.vien", "password": "năm từ dễ nhớ mà khó đoán"},
        )
        assert answer.headers["location"] == "/"
