"""The API's application, mounted under `/api`: its routes, its OpenAPI document, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from events.errors import PhoihopError
from services.web.api import (
    cases,
    drafts,
    events,
    files,
    law,
    lookups,
    mail,
    network,
    owed,
    published,
    reports,
    transparency,
)
from services.web.api.audit import knowledge, standing, told
from services.web.api.caller import (
    CALLS_AT_ONCE,
    CALLS_PER_SECOND,
    PASSPHRASES_AT_ONCE,
    PASSPHRASES_PER_SECOND,
    CallLater,
)
from services.web.api.components import referred_to
from services.web.api.faults import faults_of_content, told_faults
from services.web.api.negotiation import acceptable
from services.web.api.pace import Pace
from services.web.auditing.house import AuditHouse
from services.web.entry import Houses, keep_not_held
from services.web.house import House
from services.web.problems import PageError, Problem, answer_nobody, answer_problem, details
from services.web.rendering import language_of

AGENCY_ROUTERS = tuple(
    module.router for module in (cases, owed, mail, drafts, events, lookups, files, reports, law, network, transparency)
)
"""The calls of an agency, by matter."""
AUDIT_ROUTERS = tuple(module.router for module in (told, knowledge, standing))
"""The auditor's calls, under `/audit`."""

_DESCRIPTION = (
    "What people do at the pages and the command line, for the systems of an agency, or of the auditor. A call is made "
    "with a machine's token (`Authorization: Bearer …`), which opens one house's affairs and no other's, or in a "
    "person's session. Documents are those that `phoihop … --json` prints. Every look at a case is kept."
)


class Api(FastAPI):
    """FastAPI with the documents' schemas among the components."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document, made once."""
        if self.openapi_schema is None:
            made = get_openapi(
                title=self.title, version=self.version, description=_DESCRIPTION, routes=self.routes,
                servers=[{"url": "/api"}],
            )  # fmt: skip
            # Those that FastAPI made itself are of parameters.
            schemas = made["components"].get("schemas", {})
            made["components"]["schemas"] = referred_to(made["paths"], schemas)
            self.openapi_schema = made
        return self.openapi_schema


def make_api(houses: Houses) -> Api:
    """The API of the houses of this process: what is described and answered is what they have.

    An agency's people are refused at the auditor's calls, and the reverse; that is kept.
    """
    api = Api(
        title="phoihop",
        version=published.program_version(),
        # Their pages would come from elsewhere; ours are /formats.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(acceptable)],
    )
    kinds = {type(house) for house in houses.values()}
    for router in AGENCY_ROUTERS if House in kinds else ():
        api.include_router(router)
    for router in AUDIT_ROUTERS if AuditHouse in kinds else ():
        api.include_router(router, prefix="/audit")
    api.include_router(published.router)
    for kind in (PageError, PhoihopError, OSError, Exception):
        api.add_exception_handler(kind, _problem)
    api.add_exception_handler(ClientDisconnect, answer_nobody)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http_error)
    api.state.houses = dict(houses)
    api.state.pace = Pace(CALLS_PER_SECOND, CALLS_AT_ONCE)
    api.state.under_way = set()
    api.state.passphrases = Pace(PASSPHRASES_PER_SECOND, PASSPHRASES_AT_ONCE)
    return api


async def _problem(request: Request, error: Exception) -> Response:
    if faults := faults_of_content(error):
        return _faulty(request, error, faults)
    answer = answer_problem(request, error)
    if answer.status_code == 404:
        await keep_not_held(request)
    if answer.status_code == 401:
        answer.headers["www-authenticate"] = "Bearer"
    if isinstance(error, CallLater):
        answer.headers["retry-after"] = str(error.wait_seconds)
    return answer


async def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong with which parameter or member; what was sent is not repeated."""
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    return _faulty(request, PageError(Problem.INVALID), faults)


def _faulty(request: Request, error: Exception, faults: Sequence[Mapping[str, Any]]) -> Response:
    lang = language_of(request)
    document = details(error, lang) | {"errors": told_faults(faults, lang)}
    return JSONResponse(document, 422, media_type="application/problem+json")


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    named = {404: Problem.NOT_FOUND, 405: Problem.METHOD, 413: Problem.TOO_LARGE}.get(status, Problem.INVALID)
    answer = answer_problem(request, PageError(named))
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer
