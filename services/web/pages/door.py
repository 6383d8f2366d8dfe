"""Entering and leaving, and the choice of language."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.accounts.account import EntryRefused
from services.accounts.attempts import BROWSER_KNOWN_FOR
from services.accounts.sessions import SESSION_LONGEST
from services.accounts.store import MAX_PASSWORD
from services.texts import LANGUAGES
from services.web.acting.signers import Unlocked
from services.web.addresses import neighbourhood
from services.web.api.pace import Pace
from services.web.entrance import Entrance
from services.web.entry import (
    AnyHouse,
    Houses,
    keep_at_every_house,
    keep_refusal,
    person_of,
    session_cookie,
    session_key,
    session_named,
)
from services.web.form_text import text_of
from services.web.name_order import by_name
from services.web.problems import PageError, Problem
from services.web.refusals import Refusal, printable
from services.web.rendering import LANGUAGE_COOKIE, agency_names, language_of, render

ENTRIES_PER_SECOND = 2.0
ENTRIES_AT_ONCE = 60
"""From one address, which a whole office may share."""
BROWSER_COOKIE = "phoihop_browser"
"""With `_<agency>`: the token by which a browser is known there. It opens nothing."""
_LONGEST_FIELD = 200
_LARGEST_FIELD_BYTES = 16 * 1024
_YEAR_SECONDS = 365 * 24 * 3600


async def enter_form(request: Request) -> Response:
    """The form at the door."""
    return _door(request)


async def enter(request: Request) -> Response:
    """Take name and password. What was refused is kept in the record of the agency named, without the password."""
    houses: Houses = request.app.state.houses
    await _keep_pace(request)
    async with request.form(max_fields=10, max_files=0, max_part_size=_LARGEST_FIELD_BYTES) as form:
        given = text_of(form, "name", _LONGEST_FIELD)
        # One character more than a password may have: a longer one is wrong, and not cut to a right one.
        password = text_of(form, "password", MAX_PASSWORD + 1)
        agency = text_of(form, "agency", _LONGEST_FIELD)
    name, _, after = given.strip().partition("@")
    house = houses.get(after or agency) or (next(iter(houses.values())) if len(houses) == 1 else None)
    token = await _begin_session(request, house, name, password)
    if house is None or token is None:
        return _door(request, agency, given.strip(), refused=True)
    # Whoever enters anew at the same browser leaves what was open there.
    await _end_session(request)
    await house.note("PersonEntered", name, None, {})
    answer = RedirectResponse(_next(request), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        session_cookie(request), f"{house.agency}.{token}", max_age=int(SESSION_LONGEST.total_seconds()),
        httponly=True, samesite="strict", secure=secure,
    )  # fmt: skip
    known = await asyncio.to_thread(house.accounts.know_browser, name, _browser(request, house), house.now())
    answer.set_cookie(
        f"{BROWSER_COOKIE}_{house.agency}", known, max_age=int(BROWSER_KNOWN_FOR.total_seconds()), path="/enter",
        httponly=True, samesite="strict", secure=secure,
    )  # fmt: skip
    return answer


def _browser(request: Request, house: AnyHouse) -> str:
    """The token by which the browser says it is known at a house."""
    return request.cookies.get(f"{BROWSER_COOKIE}_{house.agency}", "")[:_LONGEST_FIELD]


def _door(request: Request, agency: str = "", name: str = "", *, refused: bool = False) -> Response:
    """The form; after a refusal with agency and name as they were given, so that nobody goes on at another agency."""
    houses: Houses = request.app.state.houses
    lang = language_of(request)
    named = by_name((one.agency, agency_names(one, lang)[one.agency]) for one in houses.values())
    values = {
        "houses": named,
        "chosen": agency,
        "name": printable(name, 80),
        "next": _next(request),
        "refused": refused,
    }
    return render(request, "enter.html", values, status=401 if refused else 200)


async def _begin_session(request: Request, house: AnyHouse | None, name: str, password: str) -> str | None:
    shown = printable(name, 40)
    entrance: Entrance = request.app.state.entrance
    if house is None:
        await keep_at_every_house(request, Refusal("agency", name="EntryRefused", subject=shown))
        return None
    if entrance.full:
        await keep_refusal(request, house, Refusal("too_many", name="EntryRefused", subject=shown))
        raise PageError(Problem.TOO_MANY)
    browser = _browser(request, house)
    try:
        async with entrance:
            return await asyncio.to_thread(house.accounts.enter, name, password, house.now(), browser=browser)
    except EntryRefused as refused:
        refusal = Refusal(refused.reason, name="EntryRefused", subject=shown, about={"reason": refused.reason})
        await keep_refusal(request, house, refusal)
        return None


async def _keep_pace(request: Request) -> None:
    """Raise `PageError` where too many are tried from one address: each costs a second of a processor."""
    pace: Pace = request.app.state.entries
    if pace.take(neighbourhood(request)) > 0:
        await keep_at_every_house(request, Refusal("too_many", name="EntryRefused"))
        raise PageError(Problem.TOO_MANY)


async def leave(request: Request) -> Response:
    """End the session."""
    await _end_session(request)
    answer = RedirectResponse("/enter", 303)
    answer.delete_cookie(
        session_cookie(request), httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return answer


async def _end_session(request: Request) -> None:
    """End the session that the browser has, if it has one; the key that it unlocked is forgotten."""
    if (found := await person_of(request)) is None or found[1].machine:
        return
    house, account = found
    unlocked: Unlocked = request.app.state.unlocked
    unlocked.lock(session_key(request))
    await asyncio.to_thread(house.accounts.leave, session_named(request)[1], house.now())
    await house.note("PersonLeft", account.name, account, {})


async def language(request: Request) -> Response:
    """Remember a language, and go back to where one was."""
    wanted = request.path_params["lang"]
    answer = RedirectResponse(_next(request), 303)
    if wanted in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, wanted, max_age=_YEAR_SECONDS, httponly=True, samesite="strict")
    return answer


def _next(request: Request) -> str:
    """Where to go on: a path of this server, never an address elsewhere."""
    wanted = request.query_params.get("next", "/")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside else "/"


ROUTES = [
    Route("/enter", enter_form, methods=["GET"], name="enter"),
    Route("/enter", enter, methods=["POST"]),
    Route("/leave", leave, methods=["POST"]),
    Route("/language/{lang}", language, methods=["GET"]),
]
