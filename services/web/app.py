"""The ASGI application: pages for people, static assets, and the API for machines under `/api`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from events.errors import PhoihopError
from services.web.acting import ROUTES as ACTING
from services.web.acting.signers import Unlocked
from services.web.api.app import make_api
from services.web.api.pace import Pace
from services.web.auditing.house import AuditHouse
from services.web.auditing.package_check import PackageChecks
from services.web.auditing.routes import ROUTES as AUDITING
from services.web.entrance import Entrance
from services.web.entry import Houses, keep_not_held, person_of, to_the_door
from services.web.hardening import Hardening
from services.web.open_pages import OpenPages
from services.web.pages import ROUTES
from services.web.pages.day import day
from services.web.pages.door import ENTRIES_AT_ONCE, ENTRIES_PER_SECOND
from services.web.problems import PageError, Problem, answer_nobody, answer_problem, status_of
from services.web.refusals import Refusals

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Assets(StaticFiles):
    """Static files; they may be kept by browsers for an hour."""

    async def get_response(self, path: str, scope: Any) -> Response:
        """A file of the package."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=3600"
        return answer


def make_web(houses: Houses, *, hosts: frozenset[str] = LOOPBACK_NAMES) -> Starlette:
    """The application for the agencies of this process. `hosts` are the names under which it may be called."""
    api = make_api(houses)
    routes: list[BaseRoute] = [
        Route("/", _first_page, methods=["GET"]),
        *ROUTES,
        *ACTING,
        *AUDITING,
        Mount("/api", api, name="api"),
        Mount("/static", Assets(packages=[("services.web", "static")]), name="static"),
    ]
    web = Starlette(
        routes=routes,
        middleware=[Middleware(Hardening, hosts=hosts)],
        exception_handlers={
            PageError: _page_error,
            ClientDisconnect: answer_nobody,
            PhoihopError: _failed,
            OSError: _failed,
            HTTPException: _http_error,
            Exception: _failed,
        },
        lifespan=_life,
    )
    web.state.houses = dict(houses)
    web.state.unlocked = Unlocked()
    web.state.refusals = Refusals()
    for part in routes:
        if isinstance(part, Mount) and isinstance(part.app, Starlette):
            part.app.state.refusals = web.state.refusals
    # One count, whether a passphrase is tried at the pages or at the API.
    web.state.passphrases = api.state.passphrases
    web.state.entries = Pace(ENTRIES_PER_SECOND, ENTRIES_AT_ONCE)
    web.state.entrance = Entrance()
    web.state.package_checks = PackageChecks()
    web.state.open_pages = OpenPages()
    return web


@asynccontextmanager
async def _life(web: Starlette) -> AsyncIterator[None]:
    """While it is served. At the end no key stays open, and what was only counted is kept."""
    unlocked: Unlocked = web.state.unlocked
    refusals: Refusals = web.state.refusals
    yield
    unlocked.lock_all()
    await refusals.close()


async def _first_page(request: Request) -> Response:
    """Where whoever has entered begins: the day at an agency, the ledger at the auditor."""
    found = await person_of(request)
    if found is not None and isinstance(found[0], AuditHouse):
        return RedirectResponse("/audit", 303)
    return await day(request)


async def _page_error(request: Request, error: Exception) -> Response:
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if status_of(error) == 404:
        await keep_not_held(request)
    entering = isinstance(error, PageError) and error.problem is Problem.NOT_ENTERED
    if entering and wants_page and request.method == "GET":
        return to_the_door(request)
    return answer_problem(request, error)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    named = {404: Problem.NOT_FOUND, 405: Problem.METHOD, 413: Problem.TOO_LARGE}.get(status, Problem.INVALID)
    return answer_problem(request, PageError(named))


async def _failed(request: Request, error: Exception) -> Response:
    return answer_problem(request, error)
