"""How long every page takes at the server, over many cases and deliveries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.bench.web_addresses import Addresses

LIMIT_MS = 200
"""A page that takes longer at the server is slow."""
TURNS = 3
"""How often each address is asked for."""
_HEADER = "server-timing"

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


class Timed:
    """An application that says of each answer how long it took, as `Server-Timing` (milliseconds).

    `app` is the time that passed, `cpu` the processor time of the whole process meanwhile.
    https://www.w3.org/TR/server-timing/
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Pages are rendered whole before their answer begins."""
        began, cpu = time.perf_counter(), time.process_time()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                took, used = (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000
                value = f"app;dur={took:.2f}, cpu;dur={used:.2f}"
                message = {**message, "headers": [*message["headers"], (_HEADER.encode(), value.encode())]}
            await send(message)

        await self._app(scope, receive, timed)


@dataclass(frozen=True)
class _Call:
    """Milliseconds that an answer took, and of processor time."""

    address: str
    took: float
    cpu: float


async def time_pages(client: httpx.AsyncClient, addresses: Addresses, whose: str, progress: Progress) -> dict[str, Any]:
    """Ask for every address `TURNS` times, in turn, and give the figures by route. The first answers count as well.

    Raises `RuntimeError` for an answer that is no page.
    """
    calls: dict[str, list[_Call]] = {route: [] for route in addresses}
    asked = [(route, address) for route, of_route in addresses.items() for address in of_route]
    for turn in range(TURNS):
        for number, (route, address) in enumerate(asked):
            progress(f"pages {whose}", turn * len(asked) + number, TURNS * len(asked))
            calls[route].append(await _ask(client, address))
    return {route: _figures(of_route) for route, of_route in calls.items()}


async def _ask(client: httpx.AsyncClient, address: str) -> _Call:
    answer = await client.get(address, headers={"accept": "text/html"})
    if answer.status_code != httpx.codes.OK or not answer.headers["content-type"].startswith("text/html"):
        raise RuntimeError(f"{address} is answered with {answer.status_code} {answer.headers['content-type']}")
    took, cpu = (float(part.rpartition("=")[2]) for part in answer.headers[_HEADER].split(","))
    return _Call(address, took, cpu)


def _figures(calls: list[_Call]) -> dict[str, Any]:
    slowest = max(calls, key=lambda call: call.took)
    return {
        "calls": len(calls),
        "p50_ms": round(median(call.took for call in calls), 1),
        "max_ms": round(slowest.took, 1),
        "cpu_max_ms": round(max(call.cpu for call in calls), 1),
        "slowest": slowest.address,
    }
