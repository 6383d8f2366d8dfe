"""Requests and answers: what was asked by whom of whom, by when, and what settled it; pairs with their clock."""

from __future__ import annotations

from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.obligations import ObligationKind
from projections.owing import OwedPair, OwingFilter
from projections.views import Views
from services.accounts.account import Power
from services.web.asked import choice, text_or_none
from services.web.entry import needs
from services.web.house import House
from services.web.rendering import render

PAGE = 50
CALENDAR_ALONE = frozenset(
    {ObligationKind.CONSOLIDATE_REPORT, ObligationKind.HOLD_BRIEFING, ObligationKind.HOLD_REVIEW,
     ObligationKind.DESIGNATE_FOCAL_POINT}
)  # fmt: skip
"""What only the calendar asks for stands on the page of reports, a missing receipt with the documents sent."""
KINDS = tuple(kind for kind in ObligationKind if kind not in CALENDAR_ALONE | {ObligationKind.RECEIPT})


class Side(StrEnum):
    """Whose work it is."""

    MINE = "mine"
    THEIRS = "theirs"


class State(StrEnum):
    """How it stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    SETTLED = "settled"


@needs(Power.SEE)
async def requests(request: Request) -> Response:
    """A page of pairs: the open ones soonest due first, the settled ones last settled first."""
    house: House = request.state.house
    now = house.now()
    side, kind = choice(request, "side", Side), choice(request, "kind", ObligationKind)
    state = choice(request, "state", State) or State.OPEN
    after = text_or_none(request, "after")
    wanted = OwingFilter(
        debtor=house.agency if side is Side.MINE else None,
        creditor=house.agency if side is Side.THEIRS else None,
        kinds=frozenset({kind}) if kind is not None else None,
        settled=state is State.SETTLED,
        due_before=now if state is State.OVERDUE else None,
    )

    def ask(views: Views) -> tuple[OwedPair, ...]:
        return views.owing(wanted, now=now, after=after, limit=PAGE + 1)

    found = await house.ask(ask)
    values = {
        "pairs": found[:PAGE],
        "more": len(found) > PAGE,
        "after": after,
        "side": side,
        "state": state,
        "kind": kind,
        "sides": list(Side),
        "states": list(State),
        "kinds": KINDS,
    }
    return render(request, "requests.html", values)


ROUTES = [Route("/requests", requests, methods=["GET"])]
