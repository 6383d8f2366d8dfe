"""The pages as a benchmark serves them: real houses in processes of their own, and somebody who has entered."""

from __future__ import annotations

import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from services.accounts.account import Role
from services.accounts.store import Accounts
from services.agency.clock import system_now
from services.agency.folder import AgencyFolder
from services.agency.garbage import collect_rarely
from services.agency.projector import Moved
from services.agency.service import AgencyService
from services.bench.processes import Line, peak_memory_bytes
from services.bench.web_pages import Timed
from services.broker.names import AUDITOR
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from services.web.entry import SESSION_COOKIE
from services.web.feed import Feed
from services.web.house import House
from services.web.open_pages import OpenPages
from services.web.server import serving

PERSON = "bench"
_PATIENCE_SECONDS = 120.0
_SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def make_account(folder: Path, agency: str) -> str:
    """Let somebody into an agency's pages who may see and draft, or into the auditor's; gives the password."""
    password = secrets.token_urlsafe(24)
    with Accounts(AgencyFolder(folder, agency).accounts, agency) as accounts:
        if any(account.name == PERSON for account, _ in accounts.accounts()):
            accounts.set_password(PERSON, password, system_now())
        else:
            role = Role.AUDITOR if agency == AUDITOR else Role.CLERK
            accounts.add(PERSON, "Người đo", role, password, system_now())
    return password


@asynccontextmanager
async def entered(address: str, agency: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with one connection whose session stands."""
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(
        base_url=address, headers=_SAME_ORIGIN, timeout=_PATIENCE_SECONDS, limits=limits
    ) as client:
        answer = await client.post("/enter", data={"agency": agency, "name": PERSON, "password": password})
        if SESSION_COOKIE not in client.cookies:
            raise RuntimeError(f"nobody may enter the pages of {agency}: status {answer.status_code}")
        yield client


@asynccontextmanager
async def agency_served(
    folder: Path, agency: str, broker_url: str, moved: Moved | None = None
) -> AsyncIterator[tuple[AgencyService, str]]:
    """An agency's service with its pages on a free port of loopback; gives it and the address."""
    async with AsyncExitStack() as stack:
        feed = Feed()

        def told(entries: list[Any]) -> None:
            feed.moved(entries)
            if moved is not None:
                moved(entries)

        accounts = stack.enter_context(Accounts(AgencyFolder(folder, agency).accounts, agency))
        service = await stack.enter_async_context(
            AgencyService(folder, agency, broker_url=broker_url, moved=told, heads_grace_seconds=0)
        )
        web = make_web({agency: House(service, accounts, feed)})
        # One account stands for many readers.
        web.state.open_pages = OpenPages(most_of_a_person=sys.maxsize)
        pages = Timed(web)
        yield service, await stack.enter_async_context(serving(pages, port=0))


async def agency_work(line: Line, settings: dict[str, Any]) -> None:
    """A process that serves an agency's pages: says where, and at the end how much memory it took."""
    collect_rarely()
    folder, agency = Path(settings["folder"]), settings["agency"]
    async with agency_served(folder, agency, settings["url"]) as (_, address):
        line.send(address)
        await line.receive()
        line.send(peak_memory_bytes())


async def auditor_work(line: Line, settings: dict[str, Any]) -> None:
    """The same of the auditor's pages, over the ledger and views in the folder."""
    collect_rarely()
    folder = Path(settings["folder"])
    with (
        Accounts(AgencyFolder(folder, AUDITOR).accounts, AUDITOR) as accounts,
        AuditHouse(folder, accounts, system_now) as house,
    ):
        async with serving(Timed(make_web({AUDITOR: house})), port=0) as address:
            line.send(address)
            await line.receive()
            line.send(peak_memory_bytes())
