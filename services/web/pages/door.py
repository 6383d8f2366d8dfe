"""Entering and leaving, and the choice of language."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.accounts.account import EntryRefused
from services.accounts.store import SESSION_LONGEST
from services.texts import LANGUAGES
from services.web.entry import SESSION_COOKIE, AnyHouse, Houses, person_of
from services.web.rendering import LANGUAGE_COOKIE, render

_LONGEST_FIELD = 200
_YEAR_SECONDS = 365 * 24 * 3600


async def enter_form(request: Request) -> Response:
    """The form at the door."""
    houses: Houses = request.app.state.houses
    return render(request, "enter.html", {"houses": list(houses.values()), "next": _next(request), "refused": False})


async def enter(request: Request) -> Response:
    """Take name and password. What was refused is kept in the record of the agency named, without the password."""
    houses: Houses = request.app.state.houses
    async with request.form(max_fields=10, max_files=0) as form:
        given, password = str(form.get("name", ""))[:_LONGEST_FIELD], str(form.get("password", ""))
        agency = str(form.get("agency", ""))[:_LONGEST_FIELD]
    name, _, after = given.strip().partition("@")
    house = houses.get(after or agency) or (next(iter(houses.values())) if len(houses) == 1 else None)
    token = None if house is None else await _begin_session(house, name, password)
    if house is None or token is None:
        values = {"houses": list(houses.values()), "next": _next(request), "refused": True}
        return render(request, "enter.html", values, status=401)
    await house.note("PersonEntered", name, None, {})
    answer = RedirectResponse(_next(request), 303)
    answer.set_cookie(
        SESSION_COOKIE, f"{house.agency}.{token}", max_age=int(SESSION_LONGEST.total_seconds()),
        httponly=True, samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


async def _begin_session(house: AnyHouse, name: str, password: str) -> str | None:
    try:
        return await asyncio.to_thread(house.accounts.enter, name, password, house.now())
    except EntryRefused as refused:
        await house.note("EntryRefused", name[:40], None, {"reason": refused.reason})
        return None


async def leave(request: Request) -> Response:
    """End the session."""
    if (found := await person_of(request)) is not None:
        house, account = found
        token = request.cookies.get(SESSION_COOKIE, "").partition(".")[2]
        await asyncio.to_thread(house.accounts.leave, token, house.now())
        await house.note("PersonLeft", account.name, account, {})
    answer = RedirectResponse("/enter", 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


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
