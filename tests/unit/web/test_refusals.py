"""Counts of refused attempts are kept when serving ends, also where a window runs out in that very moment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from services.web.refusals import MOST_OF_AN_ADDRESS, Refusal, Refusals

BEYOND = 3


@dataclass
class CountingHouse:
    """A house that keeps what it is told, and waits for something before it keeps a count."""

    agency: str
    before_a_count: asyncio.Event
    counted: asyncio.Event = field(default_factory=asyncio.Event)
    counts: list[int] = field(default_factory=list)

    async def note(self, name: str, _subject: str, _person: Any, about: dict[str, Any]) -> None:
        if name == "RefusalsCounted":
            self.counted.set()
            await self.before_a_count.wait()
            self.counts.append(about["more"])


def call() -> Request:
    return Request(
        {"type": "http", "method": "GET", "path": "/inbox", "headers": [], "query_string": b"", "client": ("::1", 1)}
    )


async def test_a_window_that_runs_out_while_serving_ends_is_kept_once() -> None:
    at_once = asyncio.Event()
    at_once.set()
    second = CountingHouse("police", at_once)
    # The first house's count is kept only once the second's window has run out by itself.
    first = CountingHouse("vnpt", second.counted)
    refusals = Refusals(window_seconds=1.0)
    for house in (first, second):
        for _ in range(MOST_OF_AN_ADDRESS + BEYOND):
            await refusals.keep(call(), house, Refusal("not_entered"))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        await refusals.close()
    assert (first.counts, second.counts) == ([BEYOND], [BEYOND])
