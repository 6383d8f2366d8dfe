"""The auditor's pages over a real signed history: a ledger with its log, checkpoints and cosignatures, no broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from services.accounts.account import Role
from services.accounts.store import Accounts
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file
from services.bench.history import make_history
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from tests.unit.web.conftest import CHEAP, PASSWORD

END = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose auditor has some 600 events; nobody changes it."""
    folder = tmp_path_factory.mktemp("audited") / "lao-cai"
    make_history(folder, 600, end=END, checkpoint_every=200, state_every=1)
    return folder


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with Accounts(tmp_path / "accounts.sqlite", "auditor", hasher=CHEAP) as made:
        made.add("kiem.tra", "Lê Thị Ước", Role.AUDITOR, PASSWORD, NOW)
        made.add("quan.tri", "Phạm Văn Ơn", Role.ADMINISTRATOR, PASSWORD, NOW)
        yield made


@pytest.fixture
def house(history: Path, accounts: Accounts) -> Iterator[AuditHouse]:
    with AuditHouse(history, accounts, lambda: NOW) as made:
        yield made


@pytest_asyncio.fixture
async def auditor(house: AuditHouse) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has entered as the auditor's inspector."""
    transport = httpx.ASGITransport(app=make_web({"auditor": house}), raise_app_exceptions=False)
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as made:
        answer = await made.post("/enter", data={"agency": "auditor", "name": "kiem.tra", "password": PASSWORD})
        assert answer.status_code == 303
        yield made


@pytest.fixture(scope="session")
def some(history: Path) -> dict[str, str]:
    """An event in the middle of a case, its case, and a receipt."""
    with Ledger(ledger_file(history), "lao-cai", read_only=True) as ledger:
        ask = ledger.connection.execute
        request = ask("SELECT event_id FROM logged WHERE instr(envelope, 'InfoRequested') LIMIT 1 OFFSET 3").fetchone()[
            0
        ]
        envelope = ask("SELECT envelope FROM logged WHERE event_id = ?", (request,)).fetchone()[0].decode()
        receipt = ask("SELECT event_id FROM logged WHERE instr(envelope, 'EventReceived') LIMIT 1").fetchone()[0]
    return {"event": request, "case": envelope.partition('"case":"')[2][:36], "receipt": receipt}
