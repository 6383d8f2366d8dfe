"""Live: a page that is open hears that its agency's views have moved, by server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.entry import AnyHouse, enters, person_of

PING_SECONDS = 15
"""How often an idle connection is written to: a browser that is gone is noticed."""
TOGETHER_SECONDS = 0.5
"""News within this time is told in one: 200 open pages must not cost what the events themselves cost."""


@enters
async def live(request: Request) -> Response:
    """`event: moved`, data: how many events are new since the last. It ends with the session."""
    house: AnyHouse = request.state.house
    return EventSourceResponse(_news(request, house), ping=PING_SECONDS)


async def _news(request: Request, house: AnyHouse) -> AsyncIterator[ServerSentEvent]:
    seen = house.feed.count
    yield ServerSentEvent(event="ready", data="0")
    while True:
        await house.feed.beyond(seen)
        await asyncio.sleep(TOGETHER_SECONDS)
        if await person_of(request) is None:
            return
        count = house.feed.count
        yield ServerSentEvent(event="moved", data=str(count - seen))
        seen = count


ROUTES = [Route("/live", live, methods=["GET"])]
