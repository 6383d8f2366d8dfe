"""Whoever may not is refused, told nothing of the case, and recorded: pages and API, one test for each who tries.

The network is this file's own: what is opened here would lengthen the lists of the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from events.record_entry import LocalEntry
from services.accounts.account import Role
from services.web.app import make_web
from services.web.house import House
from services.web.refusals import MOST_OF_AN_ADDRESS, MOST_OF_STRANGERS, Refusals
from tests.unit.web.conftest import PASSPHRASE, PASSWORD, enter, small_network
from tests.unit.web.test_acting import drafted
from tests.unit.web.test_cases import opened

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_network(tmp_path_factory.mktemp("web-refused") / "lao-cai")


SECRETS = ("SIM box", "Cốc Lếu")
"""Words of the case: no refusal repeats them."""
PAGE = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
JSON = {"accept": "application/json", "sec-fetch-site": "same-origin"}


@dataclass
class Door:
    """VNPT's pages and API in a process of their own, a case, and what the record says since the test began."""

    web: Starlette
    house: House
    case: str
    begun: int

    @asynccontextmanager
    async def client(self, headers: dict[str, str], address: str = "192.0.2.7") -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=self.web, raise_app_exceptions=False, client=(address, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as made:
            yield made

    def recorded(self, name: str = "AccessRefused") -> list[LocalEntry]:
        entries = self.house.service.record.all_entries(self.begun)
        return [each for each in entries if isinstance(each, LocalEntry) and each.name == name]

    def last(self, name: str = "AccessRefused") -> dict[str, Any]:
        """What the newest refusal says, but for where it came from."""
        found = self.recorded(name)
        assert found, f"no {name} was recorded"
        assert isinstance(found[-1].data, dict)
        assert found[-1].data["address"] == "192.0.2.7"
        return {"subject": found[-1].subject} | {
            key: value for key, value in found[-1].data.items() if key in {"by", "why", "needs", "claimed"}
        }


@pytest_asyncio.fixture
async def door(houses: dict[str, House]) -> Door:
    case = await opened(houses)
    house = houses["vnpt"]
    return Door(make_web({"vnpt": house}), house, case, house.service.record.last_position)


def refused(answer: httpx.Response, status: int, text: str = "") -> None:
    """Refused with this status and these words, and not a word of the case."""
    assert answer.status_code == status, answer.text[:500]
    assert text in answer.text
    for secret in SECRETS:
        assert secret not in answer.text


async def page_and_call(
    door: Door, page: str, call: str, prepare: Callable[[httpx.AsyncClient], Awaitable[None]]
) -> AsyncIterator[tuple[httpx.Response, str]]:
    for headers, path in ((PAGE, page), (JSON, call)):
        async with door.client(headers) as client:
            await prepare(client)
            yield await client.get(path), path


async def test_a_person_without_an_account(door: Door) -> None:
    async with door.client(PAGE) as client:
        refused(await enter(client, "vnpt", "nguoi.la"), 401, "Chưa đăng nhập được")
        assert door.last("EntryRefused") == {"subject": "nguoi.la", "why": "unknown"}
        refused(await client.get(f"/cases/{door.case}"), 303)
        assert door.last() == {"subject": "stranger", "why": "not_entered"}
        refused(await client.post("/drafts/sign", data={"draft": "x"}), 401, "Chưa đăng nhập")
        assert len(door.recorded()) == 2
        refused(await client.get("/"), 303)
        assert len(door.recorded()) == 2, "the way in is no attempt"
    async with door.client(JSON) as client:
        refused(await client.get(f"/api/cases/{door.case}"), 401, "not_entered")
        assert door.last() == {"subject": "stranger", "why": "not_entered"}
        assert len(door.recorded()) == 3


async def test_another_agencys_officer(door: Door, houses: dict[str, House]) -> None:
    at_home = make_web({"police": houses["police"]})
    transport = httpx.ASGITransport(app=at_home)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=PAGE) as home:
        assert (await enter(home, "police", "chuyen.vien")).status_code == 303
        cookie = home.cookies["phoihop_session"]

    async def bring_cookie(client: httpx.AsyncClient) -> None:
        client.cookies.set("phoihop_session", cookie)

    statuses = []
    async for answer, _ in page_and_call(door, f"/cases/{door.case}", f"/api/cases/{door.case}", bring_cookie):
        refused(answer, answer.status_code)
        statuses.append(answer.status_code)
        assert door.last() == {"subject": "stranger", "why": "session_elsewhere", "claimed": "police"}
    assert statuses == [303, 401]
    # The same with another name before the token.
    cookie = f"vnpt.{cookie.partition('.')[2]}"
    async for answer, _ in page_and_call(door, f"/cases/{door.case}", f"/api/cases/{door.case}", bring_cookie):
        refused(answer, answer.status_code)
        assert door.last() == {"subject": "stranger", "why": "session_unknown"}
    assert len(door.recorded()) == 4


async def test_an_auditor_who_tries_to_send(door: Door) -> None:
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "kiem.tra")
        by = {"subject": "kiem.tra", "by": "kiem.tra@vnpt", "why": "power"}
        refused(await client.post("/write/SuspicionReported", data={"do": "save"}), 403, "Không có quyền")
        assert door.last() == by | {"needs": "draft"}
        refused(await client.post("/drafts/sign", data={}), 403, "Không có quyền")
        assert door.last() == by | {"needs": "sign"}
        draft = {"type": "SuspicionReported", "recipients": ["dic"], "content": {}}
        refused(await client.post("/api/drafts", json=draft), 403, "not_yours")
        assert door.last() == by | {"needs": "draft"}
        refused(await client.post("/api/events", json=draft), 403, "not_yours")
        refused(await client.post("/api/signatures", json={"drafts": ["x"], "passphrase": "y"}), 403, "not_yours")
        assert len(door.recorded()) == 5


async def test_a_forged_session(door: Door) -> None:
    async def forge(client: httpx.AsyncClient) -> None:
        client.cookies.set("phoihop_session", "vnpt." + "A" * 43)

    async for answer, path in page_and_call(door, f"/cases/{door.case}", f"/api/cases/{door.case}", forge):
        refused(answer, 401 if path.startswith("/api") else 303)
        assert door.last() == {"subject": "stranger", "why": "session_unknown"}
    assert len(door.recorded()) == 2


async def test_an_expired_session(door: Door) -> None:
    real_now = door.house.service.now

    async def grow_old(client: httpx.AsyncClient) -> None:
        door.house.service.now = real_now
        client.headers["accept"] = PAGE["accept"]
        assert (await enter(client, "vnpt", "chuyen.vien")).status_code == 303
        door.house.service.now = lambda: real_now() + timedelta(minutes=61)

    async for answer, path in page_and_call(door, f"/cases/{door.case}", f"/api/cases/{door.case}", grow_old):
        refused(answer, 401 if path.startswith("/api") else 303)
        assert door.last() == {"subject": "chuyen.vien", "by": "chuyen.vien@vnpt", "why": "session_idle"}
    door.house.service.now = lambda: real_now() + timedelta(hours=13)
    async with door.client(PAGE) as client:
        door.house.service.now = real_now
        await enter(client, "vnpt", "chuyen.vien")
        door.house.service.now = lambda: real_now() + timedelta(hours=13)
        refused(await client.get(f"/cases/{door.case}"), 303)
        assert door.last()["why"] == "session_old"


async def test_a_session_of_a_disabled_account(door: Door) -> None:
    accounts, now = door.house.accounts, door.house.now()
    accounts.add("da.nghi", "Người đã nghỉ", Role.CLERK, PASSWORD, now)
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "da.nghi")
        accounts.disable("da.nghi", now)
        by = {"subject": "da.nghi", "by": "da.nghi@vnpt", "why": "session_disabled"}
        refused(await client.get(f"/cases/{door.case}"), 303)
        assert door.last() == by
        refused(await client.get(f"/api/cases/{door.case}"), 401)
        assert door.last() == by
        refused(await enter(client, "vnpt", "da.nghi"), 401)
        assert door.last("EntryRefused") == {"subject": "da.nghi", "why": "disabled"}


async def test_a_clerk_who_signs(door: Door) -> None:
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "chuyen.vien")
        draft = (await drafted(client)).headers["location"]
        by = {"subject": "chuyen.vien", "by": "chuyen.vien@vnpt", "why": "power", "needs": "sign"}
        refused(await client.post(f"{draft}/sign", data={"passphrase": PASSPHRASE}), 403, "Không có quyền")
        assert door.last() == by
        body = {"drafts": [draft.removeprefix("/drafts/")], "passphrase": PASSPHRASE}
        refused(await client.post("/api/signatures", json=body), 403, "not_yours")
        assert door.last() == by
        assert len(door.recorded()) == 2
    assert not door.recorded("SignedByPerson")


async def test_an_administrator_who_opens_a_case(door: Door) -> None:
    async def as_administrator(client: httpx.AsyncClient) -> None:
        await enter(client, "vnpt", "quan.tri")

    async for answer, _ in page_and_call(door, f"/cases/{door.case}", f"/api/cases/{door.case}", as_administrator):
        refused(answer, 403)
        assert door.last() == {"subject": "quan.tri", "by": "quan.tri@vnpt", "why": "power", "needs": "see"}
    assert len(door.recorded()) == 2


async def test_a_machines_token_at_a_page(door: Door) -> None:
    token = door.house.accounts.tokens.make("cong", Role.CLERK, door.house.now())
    async with door.client(PAGE | {"authorization": f"Bearer {token}"}) as client:
        for path in (f"/cases/{door.case}", "/live", "/drafts"):
            refused(await client.get(path), 403, "Không có quyền")
            last = {"subject": "token:cong", "by": "token:cong@vnpt", "why": "machine", "needs": "see"}
            assert door.last() == last
        assert (await client.get(f"/api/cases/{door.case}")).status_code == 200, "it is the API's"


async def test_another_agencys_token_and_dead_ones(door: Door, houses: dict[str, House]) -> None:
    now, tokens = door.house.now(), door.house.accounts.tokens
    foreign = houses["police"].accounts.tokens.make("cong", Role.CLERK, now)
    revoked, expired = tokens.make("cu", Role.CLERK, now), tokens.make("het-han", Role.CLERK, now, expires_at=now)
    tokens.revoke("cu", now)
    for token, who in (
        (foreign, {"subject": "stranger", "why": "token_unknown"}),
        (revoked, {"subject": "token:cu", "by": "token:cu@vnpt", "why": "token_revoked"}),
        (expired, {"subject": "token:het-han", "by": "token:het-han@vnpt", "why": "token_expired"}),
    ):
        async with door.client(JSON | {"authorization": f"Bearer {token}"}) as client:
            refused(await client.get(f"/api/cases/{door.case}"), 401)
            assert door.last() == who
            assert token not in str(door.recorded()), "a token is never written down"


async def test_a_wrong_host(door: Door) -> None:
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "chuyen.vien")
        for path in (f"/cases/{door.case}", f"/api/cases/{door.case}"):
            refused(await client.get(path, headers={"host": "evil.example"}), 421)
            assert door.last() == {"subject": "stranger", "why": "host", "claimed": "evil.example"}
        assert len(door.recorded()) == 2


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site", "origin": "http://evil.example"}, {"origin": "http://evil.example"}],
    ids=["sec-fetch-site", "origin alone"],
)
async def test_a_cross_site_form(door: Door, headers: dict[str, str]) -> None:
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "chuyen.vien")
        draft = (await drafted(client)).headers["location"]
        del client.headers["sec-fetch-site"]
        # The browser sent the cookie along: it is known whose session was misused.
        misused = {"subject": "chuyen.vien", "by": "chuyen.vien@vnpt"}
        misused |= {"why": "cross_site", "claimed": "http://evil.example"}
        for path in (f"{draft}/discard", "/api/drafts"):
            refused(await client.post(path, headers=headers, data={}), 403)
            assert door.last() == misused
        client.cookies.clear()
        refused(await client.post("/enter", headers=headers, data={"name": "a", "password": "b"}), 403)
        assert door.last() == {"subject": "stranger", "why": "cross_site", "claimed": "http://evil.example"}
    assert not door.recorded("DraftDiscarded")


async def test_what_is_not_held_here(door: Door) -> None:
    unknown = "018f0000-0000-7000-8000-000000000000"
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "chuyen.vien")
        for path in ("/cases/{}", "/events/{}", "/drafts/{}", "/api/cases/{}", "/api/events/{}", "/api/drafts/{}"):
            refused(await client.get(path.format(unknown)), 404)
            assert door.last() == {"subject": "chuyen.vien", "by": "chuyen.vien@vnpt", "why": "not_held"}, path
        assert len(door.recorded()) == 6
        assert (await client.get("/formats/Nonsense")).status_code == 404
        assert len(door.recorded()) == 6, "a slip of the pen is no attempt"


async def test_a_stranger_fills_no_disk_and_nothing_is_passed_over(door: Door) -> None:
    door.web.state.refusals = refusals = Refusals(window_seconds=3600)
    async with door.client(PAGE, "198.51.100.1") as client:
        for number in range(MOST_OF_AN_ADDRESS + 5):
            refused(await client.get(f"/cases/{number}"), 303)
    assert len(door.recorded()) == MOST_OF_AN_ADDRESS
    for address in range(10):
        async with door.client(PAGE, f"203.0.113.{address}") as client:
            for _ in range(4):
                refused(await client.get("/inbox", headers={"host": "evil.example"}), 421)
    assert len(door.recorded()) == MOST_OF_STRANGERS
    async with door.client(PAGE) as client:
        await enter(client, "vnpt", "quan.tri")
        refused(await client.get("/inbox"), 403)
        assert door.last()["by"] == "quan.tri@vnpt", "strangers' noise hides no known person"
    await refusals.close()
    [counted] = door.recorded("RefusalsCounted")
    kept_hosts = MOST_OF_STRANGERS - MOST_OF_AN_ADDRESS
    assert counted.data == {"more": 5 + 40 - kept_hosts, "why": {"host": 40 - kept_hosts, "not_entered": 5}}


async def test_the_count_is_kept_when_its_window_ends(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.web.state.refusals = Refusals(window_seconds=1.0)
    monkeypatch.setattr("services.web.refusals.MOST_OF_AN_ADDRESS", 2)
    counted, note = asyncio.Event(), door.house.note

    async def noticed(name: str, *more: Any) -> None:
        await note(name, *more)
        if name == "RefusalsCounted":
            counted.set()

    monkeypatch.setattr(door.house, "note", noticed)
    async with door.client(PAGE) as client:
        asked = 0
        # Until a window has ended in which there were more than are kept: how many fit into one is up to the machine.
        while not counted.is_set():
            refused(await client.get("/inbox"), 303)
            asked += 1
            await asyncio.sleep(0)  # what is only counted waits for nothing, and the window's end needs the loop
        [told] = door.recorded("RefusalsCounted")
        before = len(door.recorded())
        assert told.data == {"more": (more := asked - before), "why": {"not_entered": more}}
        refused(await client.get("/inbox"), 303)
        assert len(door.recorded()) == before + 1, "a new window has room again"
