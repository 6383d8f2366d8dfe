"""The pages of every agency of the demonstration and of its auditor, at one address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.demo.people import open_accounts, password_of
from services.demo.town import Town
from services.web.auditing.house import AuditHouse
from services.web.entry import AnyHouse, Houses
from services.web.house import House

Serve = Callable[[Houses, AsyncExitStack], Awaitable[str]]
"""Serves some houses until the stack ends; gives the address."""


@dataclass(frozen=True)
class ServedPages:
    """Where the pages are, and the password of everybody there."""

    url: str
    password: str


async def serve_pages(town: Town, serve: Serve, stack: AsyncExitStack) -> ServedPages:
    """Open everybody's pages until the stack ends. Raises `PagesPortTaken` where the address cannot be had."""
    auditor = town.auditor
    accounts = await asyncio.to_thread(
        open_accounts, town.folder, [*sorted(town.services), auditor.agency], auditor.now(), stack
    )
    houses: dict[str, AnyHouse] = {
        agency: House(service, accounts[agency], town.feeds[agency])
        for agency, service in sorted(town.services.items())
    }
    audit = stack.enter_context(AuditHouse(town.folder, accounts[auditor.agency], auditor.now))
    auditor.standing.begin("pages", lambda: audit.follow(auditor.views))
    houses[auditor.agency] = audit
    return ServedPages(await serve(houses, stack), password_of(town.folder))
