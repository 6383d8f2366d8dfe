"""The pages of every agency of the demonstration, at one address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.demo.people import open_accounts, password_of
from services.demo.town import Town
from services.web.house import House

Serve = Callable[[Mapping[str, House], AsyncExitStack], Awaitable[str]]
"""Serves some houses until the stack ends; gives the address."""


@dataclass(frozen=True)
class ServedPages:
    """Where the pages are, and the password of everybody there."""

    url: str
    password: str


async def serve_pages(town: Town, serve: Serve, stack: AsyncExitStack) -> ServedPages:
    """Open every agency's pages until the stack ends. Raises `PagesPortTaken` where the address cannot be had."""
    now = next(iter(town.services.values())).now()
    accounts = await asyncio.to_thread(open_accounts, town.folder, sorted(town.services), now, stack)
    houses = {
        agency: House(service, accounts[agency], town.feeds[agency])
        for agency, service in sorted(town.services.items())
    }
    return ServedPages(await serve(houses, stack), password_of(town.folder))
