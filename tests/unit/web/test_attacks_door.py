"""At the door: shutting a colleague out, asking who has an account, and trying more than one may."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.requests import Request

from services.accounts.account import EntryRefused, Role
from services.accounts.attempts import BROWSER_KNOWN_FOR, LOCKED_FOR, MAX_FAILURES
from services.accounts.store import Accounts
from services.web.addresses import neighbourhood
from services.web.api.pace import Pace
from services.web.app import make_web
from services.web.entrance import MOST_HERE, TRIED_AT_ONCE
from services.web.house import House
from tests.unit.web.conftest import PASSWORD, enter

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
WRONG = "sai mật khẩu rồi đó"
CLERK = "chuyen.vien"


class Counting(PasswordHasher):
    """Counts what is tried, and how much of it at once; waits where it is told to."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.tried, self.now, self.most = 0, 0, 0
        self.goes_on = threading.Event()
        self.goes_on.set()
        self._mutex = threading.Lock()

    def verify(self, *given: str | bytes) -> bool:  # type: ignore[override]
        with self._mutex:
            self.tried += 1
            self.now += 1
            self.most = max(self.most, self.now)
        self.goes_on.wait(10)
        try:
            return super().verify(*given)
        finally:
            with self._mutex:
                self.now -= 1


@pytest.fixture
def hasher() -> Counting:
    return Counting()


@pytest.fixture
def accounts(tmp_path: Path, hasher: Counting) -> Iterator[Accounts]:
    with Accounts(tmp_path / "door.sqlite", "vnpt", hasher=hasher) as made:
        for name in (CLERK, "dong.nghiep", "da.nghi"):
            made.add(name, "Nguyễn Thị Ánh", Role.CLERK, PASSWORD, NOW)
        made.disable("da.nghi", NOW)
        yield made


def refused(accounts: Accounts, name: str, password: str, now: datetime = NOW, browser: str = "") -> str:
    with pytest.raises(EntryRefused) as told:
        accounts.enter(name, password, now, browser=browser)
    return told.value.reason


def lock(accounts: Accounts, name: str, browser: str = "") -> None:
    for _ in range(MAX_FAILURES):
        assert refused(accounts, name, WRONG, browser=browser) == "password"


def test_a_stranger_who_locks_an_account_does_not_shut_out_whose_it_is(accounts: Accounts) -> None:
    accounts.enter(CLERK, PASSWORD, NOW)
    own = accounts.know_browser(CLERK, "", NOW)
    lock(accounts, CLERK)
    assert refused(accounts, CLERK, PASSWORD) == "locked"
    assert accounts.enter(CLERK, PASSWORD, NOW, browser=own)
    assert accounts.know_browser(CLERK, own, NOW) == own
    assert refused(accounts, CLERK, PASSWORD) == "locked", "the stranger may go on where the person has entered"


def test_a_known_browser_guesses_no_more_than_another(accounts: Accounts) -> None:
    own = accounts.know_browser(CLERK, "", NOW)
    lock(accounts, CLERK, browser=own)
    assert refused(accounts, CLERK, PASSWORD, browser=own) == "locked"
    assert accounts.enter(CLERK, PASSWORD, NOW + LOCKED_FOR, browser=own)


def test_a_browser_is_known_for_one_account_for_its_time_and_until_the_password_changes(accounts: Accounts) -> None:
    own = accounts.know_browser(CLERK, "", NOW)
    lock(accounts, "dong.nghiep")
    assert refused(accounts, "dong.nghiep", PASSWORD, browser=own) == "locked", "another's browser opens a lock"
    lock(accounts, CLERK)
    later = NOW + BROWSER_KNOWN_FOR + timedelta(days=1)
    for _ in range(MAX_FAILURES):
        refused(accounts, CLERK, WRONG, later, own)
    assert refused(accounts, CLERK, PASSWORD, later) == "locked", "what was known once is counted apart for ever"
    accounts.set_password(CLERK, PASSWORD, NOW)
    lock(accounts, CLERK)
    assert refused(accounts, CLERK, PASSWORD, browser=own) == "locked"


def test_an_account_remembers_no_browsers_without_number(accounts: Accounts, tmp_path: Path) -> None:
    newest = ""
    for number in range(30):
        newest = accounts.know_browser(CLERK, "", NOW + timedelta(seconds=number))
    with sqlite3.connect(tmp_path / "door.sqlite") as other:
        assert other.execute("SELECT count(*) FROM browsers").fetchone() == (20,)
    assert accounts.know_browser(CLERK, newest, NOW + timedelta(seconds=31)) == newest


def test_every_refusal_costs_the_same(accounts: Accounts, hasher: Counting, tmp_path: Path) -> None:
    """One password is tried and one commit made, whoever is named: no clock tells who has an account."""
    accounts.enter("dong.nghiep", PASSWORD, NOW)
    lock(accounts, "dong.nghiep")
    other = sqlite3.connect(tmp_path / "door.sqlite")
    for name, password, reason in (
        ("khong.co", WRONG, "unknown"),
        (CLERK, WRONG, "password"),
        ("dong.nghiep", WRONG, "locked"),
        ("dong.nghiep", PASSWORD, "locked"),
        ("da.nghi", PASSWORD, "disabled"),
    ):
        tried, version = hasher.tried, other.execute("PRAGMA data_version").fetchone()
        assert refused(accounts, name, password) == reason
        assert hasher.tried == tried + 1, reason
        assert other.execute("PRAGMA data_version").fetchone() != version, reason
    other.close()


def test_who_guesses_side_by_side_guesses_five_times(accounts: Accounts) -> None:
    with ThreadPoolExecutor(20) as pool:
        reasons = list(pool.map(lambda _: refused(accounts, CLERK, WRONG), range(40)))
    assert sorted(reasons) == ["locked"] * (40 - MAX_FAILURES) + ["password"] * MAX_FAILURES


# --- at the page ---


@asynccontextmanager
async def at(
    web: Starlette, address: str = "192.0.2.7", base: str = "http://127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=web, raise_app_exceptions=False, client=(address, 40_000))
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as made:
        yield made


@pytest.mark.broker
async def test_a_colleague_enters_by_the_own_browser_while_a_stranger_locks_the_account(
    houses: dict[str, House],
) -> None:
    web = make_web({"vnpt": houses["vnpt"]})
    async with at(web) as own, at(web, "192.0.2.66") as stranger:
        await enter(own, "vnpt", CLERK)
        await own.post("/leave")
        for _ in range(MAX_FAILURES):
            assert (await enter(stranger, "vnpt", CLERK, WRONG)).status_code == 401
        assert (await enter(stranger, "vnpt", CLERK)).status_code == 401
        answer = await enter(own, "vnpt", CLERK)
        assert answer.status_code == 303
        known = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("phoihop_browser_vnpt="))
        assert {"HttpOnly", "SameSite=strict", "Path=/enter"} <= set(known.split("; "))


@pytest.mark.broker
async def test_the_addresses_of_one_ipv6_network_are_one_caller(houses: dict[str, House]) -> None:
    web = make_web({"vnpt": houses["vnpt"]})
    web.state.entries = Pace(1e-9, 3)
    statuses = []
    for host in ("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::", "2001:db8:1:2::4", "2001:db8:1:3::1"):
        async with at(web, host) as client:
            statuses.append((await enter(client, "vnpt", CLERK, WRONG)).status_code)
    assert statuses == [401, 401, 401, 429, 401]


@pytest.mark.parametrize(
    ("host", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("x" * 60_000, ""),
        ("", ""),
    ],
)
def test_what_is_no_address_is_one_caller_and_never_a_long_name(host: str, counts_as: str) -> None:
    assert neighbourhood(Request({"type": "http", "client": (host, 1), "headers": []})) == counts_as


@pytest.mark.broker
async def test_passwords_are_tried_a_few_at_once_and_pages_answer_meanwhile(
    houses: dict[str, House], tmp_path: Path, hasher: Counting
) -> None:
    with Accounts(tmp_path / "busy.sqlite", "vnpt", hasher=hasher) as accounts:
        accounts.add(CLERK, "Nguyễn Thị Ánh", Role.CLERK, PASSWORD, datetime.now(UTC))
        web = make_web({"vnpt": House(houses["vnpt"].service, accounts, houses["vnpt"].feed)})
        async with at(web) as inside:
            await enter(inside, "vnpt", CLERK)
            hasher.goes_on.clear()
            hasher.most = 0

            async def tries(number: int) -> int:
                async with at(web, f"192.0.2.{number}") as client:
                    return (await enter(client, "vnpt", f"la.{number}", WRONG)).status_code

            tasks = [asyncio.create_task(tries(number)) for number in range(MOST_HERE + 10)]
            try:
                # Those beyond the places are told so at once; the others wait.
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=10)
                assert (await inside.get("/")).status_code == 200
                assert (await inside.get("/cases")).status_code == 200
            finally:
                hasher.goes_on.set()
            assert sorted(await asyncio.gather(*tasks)) == [401] * MOST_HERE + [429] * 10
        assert hasher.most == TRIED_AT_ONCE


@pytest.mark.broker
async def test_over_https_no_neighbour_of_the_domain_can_choose_the_session(houses: dict[str, House]) -> None:
    web = make_web({"vnpt": houses["vnpt"]})
    async with at(web, base="https://127.0.0.1") as client:
        answer = await enter(client, "vnpt", CLERK)
        session = answer.headers.get_list("set-cookie")[0].split("; ")
        assert session[0].startswith("__Host-phoihop_session=vnpt.")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(session)
        assert not any(one.lower().startswith("domain") for one in session)
        assert (await client.get("/")).status_code == 200
        token = session[0].partition("=")[2]
        client.cookies.clear()
        client.cookies.set("phoihop_session", token)
        assert (await client.get("/")).status_code == 303, "a name that any neighbour can set is believed"
        client.cookies.clear()
        client.cookies.set("__Host-phoihop_session", token)
        left = await client.post("/leave")
        assert left.headers.get_list("set-cookie")[0].startswith('__Host-phoihop_session=""')
        assert (await client.get("/")).status_code == 303
