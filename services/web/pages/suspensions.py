"""The board of suspensions: in force, ending soon, past their end, carried out or not, and those that have ended."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.obligations import ObligationKind
from projections.owing import OwedPair, OwingFilter
from projections.suspensions import SuspensionLine, SuspensionState
from projections.views import Views
from services.accounts.account import Power
from services.web.asked import choice, text_or_none
from services.web.entry import needs
from services.web.house import House
from services.web.rendering import render

PAGE = 50
_ENDED = OwingFilter(kinds=frozenset({ObligationKind.END_SUSPENSION}), settled=True)


@needs(Power.SEE)
async def suspensions(request: Request) -> Response:
    """Suspensions that stand, the soonest end first."""
    house: House = request.state.house
    now = house.now()
    state, after = choice(request, "state", SuspensionState), text_or_none(request, "after")

    def ask(views: Views) -> tuple[SuspensionLine, ...]:
        return views.suspensions(now=now, state=state, after=after, limit=PAGE + 1)

    found = await house.ask(ask)
    values = {
        "lines": found[:PAGE],
        "more": len(found) > PAGE,
        "after": after,
        "state": state,
        "states": list(SuspensionState),
    }
    return render(request, "suspensions.html", values)


@needs(Power.SEE)
async def ended(request: Request) -> Response:
    """Suspensions that were lifted, made final or could not be carried out, the last ended first."""
    house: House = request.state.house
    now, after = house.now(), text_or_none(request, "after")

    def ask(views: Views) -> tuple[OwedPair, ...]:
        return views.owing(_ENDED, now=now, after=after, limit=PAGE + 1)

    found = await house.ask(ask)
    values = {"pairs": found[:PAGE], "more": len(found) > PAGE, "after": after, "states": list(SuspensionState)}
    return render(request, "suspensions_ended.html", values)


ROUTES = [
    Route("/suspensions", suspensions, methods=["GET"]),
    Route("/suspensions/ended", ended, methods=["GET"]),
]
