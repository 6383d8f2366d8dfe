"""Live: a page that is open hears that its agency's views have moved, by server-sent events."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from functools import lru_cache

from sse_starlette import ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.asked import text_or_none
from services.web.entry import AnyHouse, enters, person_of
from services.web.feed import TOGETHER_SECONDS
from services.web.held_events import held
from services.web.house import House
from services.web.open_pages import CountedStream, OpenPages
from services.web.problems import PageError, Problem
from services.web.receipts import MOST_RECIPIENTS, Watch

PING_SECONDS = 15
"""How often an idle connection is written to: whoever is gone, browser or server, is noticed by the other."""
CHECK_SECONDS = 5.0
"""While news comes all the time, it is looked up so often whether the session still stands."""
_STATE = re.compile(f"[wsiarfe]{{0,{MOST_RECIPIENTS}}}")


@enters
async def live(request: Request) -> Response:
    """`event: moved`, data: the feed's mark, whenever something is new. It ends with the session.

    `ready` at the beginning and `beat` now and then tell the mark too: what a page missed while its connection was down
    shows, and a page that does not hear the beat knows that it hears nothing.

    With `event` also `event: receipts` whenever a receipt of that event stands otherwise than in `seen`, the state that
    the page shows; the mark is then without its recipients' answers.
    """
    house: AnyHouse = request.state.house
    watch = None
    if (event_id := text_or_none(request, "event")) is not None:
        if not isinstance(house, House):
            raise PageError(Problem.NOT_FOUND, event_id[:64])
        watch = Watch(house, await held(house, event_id), seen_state(request))
    apart = () if watch is None else watch.recipients
    pages: OpenPages = request.app.state.open_pages
    pages.take(request.state.person.author)
    return CountedStream(
        _news(request, house, watch), ping=PING_SECONDS, counted=(pages, request.state.person.author),
        ping_message_factory=lambda: _told("beat", house.feed.mark_without(apart)),
    )  # fmt: skip


def seen_state(request: Request) -> str:
    """The state of an event's receipts that a page shows (`seen`). Raises `PageError`."""
    seen = request.query_params.get("seen", "")
    if _STATE.fullmatch(seen) is None:
        raise PageError(Problem.INVALID, "seen")
    return seen


async def _news(request: Request, house: AnyHouse, watch: Watch | None) -> AsyncIterator[ServerSentEvent | bytes]:
    seen, checked_at = house.feed.count, float("-inf")
    apart = () if watch is None else watch.recipients
    yield _told("ready", house.feed.mark_without(apart))
    while True:
        # First of all: what moved between the page and its connection.
        if watch is not None and await watch.moved():
            yield ServerSentEvent(event="receipts", data="")
        if watch is None:
            count = await house.feed.gathered(seen)
        else:
            await watch.beyond(seen)
            await asyncio.sleep(TOGETHER_SECONDS)
            count = house.feed.count
        if house.feed.closed:
            return
        if time.monotonic() - checked_at > CHECK_SECONDS:
            if await person_of(request) is None:
                return
            checked_at = time.monotonic()
        if count > seen:
            yield _moved(house.feed.mark_at(count) if watch is None else house.feed.mark_without(apart))
        seen = count


@lru_cache(maxsize=64)
def _moved(mark: str) -> bytes:
    """Encoded once for all pages that are told the same."""
    return _told("moved", mark).encode()


def _told(name: str, mark: str) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=mark)


ROUTES = [Route("/live", live, methods=["GET"])]
