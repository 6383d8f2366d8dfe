"""What came and what went: the inbox with what is refused or held back and why, and what was sent with its receipts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.inbox import Inbox, InboxState
from projections.sent import SentDocument, SentState
from projections.views import Views
from services.accounts.account import Power
from services.web.asked import choice, natural
from services.web.entry import needs
from services.web.house import VIEWS_PATIENCE_SECONDS, House
from services.web.rendering import render

PAGE = 50
_HELD_STATES = frozenset({InboxState.PARKED, InboxState.QUARANTINED})


@needs(Power.SEE)
async def inbox(request: Request) -> Response:
    """What came, newest first; what is held back stands above it on the first page."""
    house: House = request.state.house
    state, before = choice(request, "state", InboxState), natural(request, "before")

    def ask(views: Views) -> Inbox:
        return views.inbox(house.agency, state=state, before=before, limit=PAGE + 1)

    found = await house.ask(ask)
    values = {
        "received": found.received[:PAGE],
        "more": len(found.received) > PAGE,
        "held": () if before else found.held[:PAGE],
        "more_held": len(found.held) > PAGE,
        "before": before,
        "state": state,
        "states": list(InboxState),
        "shows_received": state not in _HELD_STATES,
        "shows_held": not before and state not in {InboxState.ADMITTED, InboxState.REFUSED},
    }
    return render(request, "inbox.html", values)


@needs(Power.SEE)
async def sent(request: Request) -> Response:
    """What this agency sent, newest first, with what each recipient said."""
    house: House = request.state.house
    state, before = choice(request, "state", SentState), natural(request, "before")
    # Whoever has just signed several comes here.
    await house.caught_up(VIEWS_PATIENCE_SECONDS)

    def ask(views: Views) -> tuple[SentDocument, ...]:
        return views.sent(house.agency, state=state, before=before, limit=PAGE + 1)

    found = await house.ask(ask)
    values = {
        "documents": found[:PAGE],
        "more": len(found) > PAGE,
        "before": before,
        "state": state,
        "states": list(SentState),
    }
    return render(request, "sent.html", values)


ROUTES = [Route("/inbox", inbox, methods=["GET"]), Route("/sent", sent, methods=["GET"])]
