"""Who is asking: a person by a session's cookie, a machine by its token; and what they may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.accounts.account import Account, Power
from services.web.auditing.house import AuditHouse
from services.web.house import House
from services.web.problems import PageError, Problem

SESSION_COOKIE = "phoihop_session"
"""`<agency>.<token>`: which house's accounts know the token."""

AnyHouse = House | AuditHouse
Houses = Mapping[str, AnyHouse]
Page = Callable[[Request], Awaitable[Response]]


async def person_of(request: Request) -> tuple[AnyHouse, Account] | None:
    """The house and the account of whoever asks; None if nobody has entered."""
    houses: Houses = request.app.state.houses
    if (authorization := request.headers.get("authorization")) is not None:
        # Whoever names a token is judged by it alone: such a call was not asked where it comes from (`hardening`).
        scheme, _, token = authorization.partition(" ")
        for house in houses.values() if scheme.lower() == "bearer" else ():
            if (machine := await asyncio.to_thread(house.accounts.tokens.machine, token, house.now())) is not None:
                return house, machine
        return None
    agency, _, token = request.cookies.get(SESSION_COOKIE, "").partition(".")
    if (found := houses.get(agency)) is None or not token:
        return None
    session = await asyncio.to_thread(found.accounts.session, token, found.now())
    return None if session is None else (found, session.account)


def needs(power: Power) -> Callable[[Page], Page]:
    """A page for whoever has a power; others are sent to the door, or refused, which is kept in the record."""

    def guard(page: Page) -> Page:
        async def guarded(request: Request) -> Response:
            await enter_by(request, power)
            return await page(request)

        return guarded

    return guard


def enters(page: Page) -> Page:
    """A page for whoever may see, at an agency or at the auditor."""

    async def guarded(request: Request) -> Response:
        await enter_at(request, Power.SEE, (House, AuditHouse))
        return await page(request)

    return guarded


async def enter_by(request: Request, power: Power) -> tuple[House, Account]:
    """Let a request in to an agency's own: sets `request.state.house` and `.person`. Raises `PageError`."""
    house, account = await enter_at(request, power, (House,))
    if not isinstance(house, House):
        raise TypeError(f"{house.agency} is no agency's house")
    return house, account


async def enter_at(request: Request, power: Power, kinds: tuple[type[AnyHouse], ...]) -> tuple[AnyHouse, Account]:
    """Let a request in to houses of some kinds. The auditor's people have no business at an agency, nor the reverse."""
    found = await person_of(request)
    if found is None:
        raise PageError(Problem.NOT_ENTERED, request.url.path[:200])
    house, account = found
    request.state.house, request.state.person = house, account
    if not isinstance(house, kinds) or not account.may(power):
        about = {"path": request.url.path[:200], "method": request.method, "needs": power.value}
        await house.note("AccessRefused", account.name, account, dict(about))
        raise PageError(Problem.NOT_YOURS, power.value)
    return house, account


def to_the_door(request: Request) -> Response:
    """Where somebody who has not entered is sent, to come back afterwards."""
    return RedirectResponse(f"/enter?next={quote(request.url.path)}", 303)
