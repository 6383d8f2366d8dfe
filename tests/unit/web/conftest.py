"""Pages over real agencies: a small province with its broker, and a client that speaks to the application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from services.accounts.account import Role
from services.accounts.store import Accounts
from services.agency.service import AgencyService
from services.broker.server import EmbeddedBroker
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from services.web.app import make_web
from services.web.feed import Feed
from services.web.house import House

PASSWORD = "năm từ dễ nhớ mà khó đoán"
PASSPHRASE = "a passphrase of the tests"
AGENCIES = ("dic", "police", "vnpt", "auditor")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A page that is not there after a minute hangs, however slow the machine; campaigns of calls take longer."""
    for item in items:
        if _HERE in item.path.parents and "schemathesis" not in item.name:
            item.add_marker(pytest.mark.timeout(60))


def small_network(folder: Path) -> Path:
    """A province of three agencies and the auditor, its keys cheap to open."""
    set_up_network(
        folder,
        load_province("lao-cai"),
        agencies=AGENCIES,
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=datetime.now(UTC),
        policy=KeyPolicy(cost=DEMONSTRATION),
        root_passphrase=PASSPHRASE,
    )
    return folder


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_network(tmp_path_factory.mktemp("web-network") / "lao-cai")


@pytest.fixture
def accounts_of(tmp_path: Path) -> Iterator[dict[str, Accounts]]:
    made = {agency: Accounts(tmp_path / f"{agency}.sqlite", agency, hasher=CHEAP) for agency in AGENCIES}
    now = datetime.now(UTC)
    for accounts in made.values():
        accounts.add("chuyen.vien", "Nguyễn Thị Ánh", Role.CLERK, PASSWORD, now)
        accounts.add("thu.truong", "Trần Văn Đức", Role.HEAD, PASSWORD, now, signatory="head")
        accounts.add("kiem.tra", "Lê Thị Ước", Role.AUDITOR, PASSWORD, now)
        accounts.add("quan.tri", "Phạm Văn Ơn", Role.ADMINISTRATOR, PASSWORD, now)
    yield made
    for accounts in made.values():
        accounts.close()


@pytest_asyncio.fixture
async def houses(network: Path, accounts_of: dict[str, Accounts]) -> AsyncIterator[dict[str, House]]:
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedBroker(network / "broker", "lao-cai"))
        found: dict[str, House] = {}
        for agency in AGENCIES:
            if agency == "auditor":
                continue
            feed = Feed()
            service = AgencyService(network, agency, broker_url=broker.url, moved=feed.moved, heads_grace_seconds=0.1)
            await stack.enter_async_context(service)
            found[agency] = House(service, accounts_of[agency], feed)
        yield found


@pytest_asyncio.fixture
async def client(houses: dict[str, House]) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=make_web(houses), raise_app_exceptions=False)
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as made:
        yield made


async def enter(client: httpx.AsyncClient, agency: str, name: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/enter", data={"agency": agency, "name": name, "password": password})
