"""The directory: the agencies of the province, the roles they hold and held, who signs with which key, focal points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.agency import Agency, KeyRecord
from projections.focal_points import FocalPoint
from projections.views import Views
from services.accounts.account import Power
from services.web.entry import needs
from services.web.house import House
from services.web.name_order import NameOrder, name_order
from services.web.problems import PageError, Problem
from services.web.rendering import language_of, render, role_name


@dataclass(frozen=True)
class _Key:
    """A key with its state at a moment: `usable`, `revoked`, `expired` or `to_come`."""

    record: KeyRecord
    state: str


@needs(Power.SEE)
async def directory(request: Request) -> Response:
    """Every agency with the roles it holds now and its focal points in force."""
    house: House = request.state.house
    now = house.now()
    listed = house.directory
    lang = language_of(request)

    def named(role: str) -> NameOrder:
        return name_order(role_name(role, house, lang))

    points = await house.ask(lambda views: _points(views, house, now))
    values = {
        "agencies": list(listed.agencies.values()),
        "roles": {agency: sorted(listed.roles_of(agency, now), key=named) for agency in listed.agencies},
        "points": {
            agency: [point for point in points if point.agency == agency and not point.past]
            for agency in listed.agencies
        },
    }
    return render(request, "directory.html", values)


@needs(Power.SEE)
async def agency(request: Request) -> Response:
    """One agency: roles with their terms, signatories with their keys, focal points with those of the past."""
    house: House = request.state.house
    now = house.now()
    wanted: str = request.path_params["agency"]
    found = house.directory.agencies.get(wanted)
    if found is None:
        raise PageError(Problem.NOT_FOUND, wanted[:64])
    values = {
        "listed": found,
        "terms": sorted(found.roles, key=lambda term: (term.since, term.role)),
        "signatories": _signatories(found, now),
        "points": await house.ask(lambda views: _points(views, house, now, wanted)),
    }
    return render(request, "directory_agency.html", values)


def _points(views: Views, house: House, now: datetime, wanted: str | None = None) -> tuple[FocalPoint, ...]:
    heirs = house.directory.heirs_at(now)
    return views.focal_points(now=now, agency=wanted, history=wanted is not None, heirs=heirs)


def _signatories(listed: Agency, now: datetime) -> list[tuple[str, str, list[_Key]]]:
    """Title, capacity and keys of each signatory, the newest key first."""
    return [
        (one.title, one.capacity, [_Key(key, _state(key, now)) for key in reversed(one.keys)])
        for one in listed.signatories
    ]


def _state(key: KeyRecord, now: datetime) -> str:
    if key.revoked_at is not None and key.revoked_at <= now:
        return "revoked"
    if now < key.not_before:
        return "to_come"
    return "usable" if now < key.not_after else "expired"


ROUTES = [
    Route("/directory", directory, methods=["GET"]),
    Route("/directory/{agency}", agency, methods=["GET"]),
]
