"""Who is asking: a person by a session's cookie, a machine by its token; and what they may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.accounts.account import Account, Power
from services.accounts.file import token_hash
from services.web.auditing.house import AuditHouse
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.refusals import Refusal, Refusals, printable

SESSION_COOKIE = "phoihop_session"
"""`<agency>.<token>`: which house's accounts know the token."""
_THIS_HOST_ALONE = "__Host-"
"""Over HTTPS no neighbour under the same domain can set a cookie of such a name (RFC 6265bis, 4.1.3.2)."""
_LEFT_OPEN = "/live"
"""A page left open asks for it again and again: that is no use of a session, and no attempt by one that has ended."""

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
    agency, token = session_named(request)
    if (found := houses.get(agency)) is None or not token:
        return None
    used = request.url.path != _LEFT_OPEN
    session = await asyncio.to_thread(found.accounts.session, token, found.now(), used=used)
    return None if session is None else (found, session.account)


def session_cookie(request: Request) -> str:
    """The name of the session's cookie, as the browser came here."""
    return _THIS_HOST_ALONE * (request.url.scheme == "https") + SESSION_COOKIE


def session_named(request: Request) -> tuple[str, str]:
    """The agency and the token that the session's cookie names; empty where it names none."""
    agency, _, token = request.cookies.get(session_cookie(request), "").partition(".")
    return agency, token


def session_key(request: Request) -> bytes:
    """What the accounts keep of the session's token: names it without letting anybody in."""
    return token_hash(session_named(request)[1])


def needs(power: Power) -> Callable[[Page], Page]:
    """A page for whoever has a power; others are sent to the door, or refused, which is kept in the record."""

    def guard(page: Page) -> Page:
        async def guarded(request: Request) -> Response:
            await enter_by(request, power, machines=False)
            return await page(request)

        return guarded

    return guard


def enters(page: Page) -> Page:
    """A page for whoever may see, at an agency or at the auditor."""

    async def guarded(request: Request) -> Response:
        await enter_at(request, Power.SEE, (House, AuditHouse), machines=False)
        return await page(request)

    return guarded


async def enter_by(request: Request, power: Power, *, machines: bool = True) -> tuple[House, Account]:
    """Let a request in to an agency's own: sets `request.state.house` and `.person`. Raises `PageError`."""
    house, account = await enter_at(request, power, (House,), machines=machines)
    if not isinstance(house, House):
        raise TypeError(f"{house.agency} is no agency's house")
    return house, account


async def enter_at(
    request: Request, power: Power, kinds: tuple[type[AnyHouse], ...], *, machines: bool = True
) -> tuple[AnyHouse, Account]:
    """Let a request in to houses of some kinds. The auditor's people have no business at an agency, nor the reverse.

    A machine is let in where it may be (`machines`): at the API, and at no page.
    """
    found = await person_of(request)
    if found is None:
        await _keep_nobody(request)
        raise PageError(Problem.NOT_ENTERED, request.url.path[:200])
    house, account = found
    request.state.house, request.state.person = house, account
    # Before anything is asked: what comes in meanwhile is new to the page.
    request.state.mark = house.feed.mark
    why = None
    if not isinstance(house, kinds):
        why = "other_house"
    elif account.machine and not machines:
        why = "machine"
    elif not account.may(power):
        why = "power"
    if why is not None:
        await keep_refusal(request, house, Refusal(why, account, about={"needs": power.value}))
        raise PageError(Problem.NOT_YOURS, power.value)
    return house, account


async def keep_refusal(request: Request, house: AnyHouse, refusal: Refusal) -> None:
    """Keep a refused attempt at the house where it belongs."""
    refusals: Refusals = request.app.state.refusals
    await refusals.keep(request, house, refusal)


async def keep_at_every_house(request: Request, refusal: Refusal) -> None:
    """Keep what a stranger tried who names no house of this process."""
    houses: Houses = request.app.state.houses
    for house in houses.values():
        await keep_refusal(request, house, refusal)


async def keep_not_held(request: Request) -> None:
    """Keep that somebody who has entered asked for a case, an event or a draft which is not here."""
    person = getattr(request.state, "person", None)
    if person is not None and not request.path_params.keys().isdisjoint({"case", "event", "draft"}):
        await keep_refusal(request, request.state.house, Refusal("not_held", person))


async def _keep_nobody(request: Request) -> None:
    houses: Houses = request.app.state.houses
    if (authorization := request.headers.get("authorization")) is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            await keep_at_every_house(request, Refusal("authorization"))
            return
        for house in houses.values():
            account, fault = await asyncio.to_thread(house.accounts.tokens.token_fault, token, house.now())
            if account is not None:
                await keep_refusal(request, house, Refusal(f"token_{fault}", account))
                return
        await keep_at_every_house(request, Refusal("token_unknown"))
        return
    agency, token = session_named(request)
    if (found := houses.get(agency)) is not None and token:
        account, fault = await asyncio.to_thread(found.accounts.session_fault, token, found.now())
        if account is None or request.url.path != _LEFT_OPEN:
            await keep_refusal(request, found, Refusal(f"session_{fault}", account))
    elif agency:
        await keep_at_every_house(request, Refusal("session_elsewhere", about={"claimed": printable(agency, 40)}))
    elif request.url.path not in {"/", _LEFT_OPEN}:
        await keep_at_every_house(request, Refusal("not_entered"))


def to_the_door(request: Request) -> Response:
    """Where somebody who has not entered is sent, to come back afterwards: with the filters that the address had."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/enter?next={quote(here)}", 303)
