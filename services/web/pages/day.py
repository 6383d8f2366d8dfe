"""My day: what is overdue, what falls due, what others owe; the first page of the morning."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.obligations import Obligation, ObligationFilter
from projections.views import Views
from services.accounts.account import Power
from services.web.entry import needs
from services.web.house import House
from services.web.rendering import render

_TODAY = timedelta(days=1)


@needs(Power.SEE)
async def day(request: Request) -> Response:
    """What this agency owes and is owed."""
    house: House = request.state.house
    now, me = house.now(), house.agency

    duties = await house.duties(now)

    def ask(views: Views) -> tuple[Obligation, ...]:
        return views.obligations(now=now, wanted=ObligationFilter(), calendar=duties, me=me)

    owed = await house.ask(ask)
    mine = [one for one in owed if one.debtor == me]
    values = {
        "overdue": [one for one in mine if one.overdue],
        "today": [one for one in mine if not one.overdue and one.due is not None and one.due - now <= _TODAY],
        "later": [one for one in mine if not one.overdue and (one.due is None or one.due - now > _TODAY)],
        "awaiting": [one for one in owed if one.creditor == me and one.debtor != me],
    }
    return render(request, "day.html", values)


ROUTES = [Route("/", day, methods=["GET"])]
