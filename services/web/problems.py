"""The one table from errors to what HTTP answers: a page for people, problem details (RFC 9457) for machines."""

from __future__ import annotations

import sqlite3
from enum import Enum
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events.decision import DraftFault, NotLawful
from events.errors import InvalidValue, Malformed, PhoihopError
from services.accounts.account import EntryRefused
from services.agency.drafts import DraftChanged, DraftReturned, DraftSettled
from services.agency.issuing import SigningHeld
from services.agency.kept_drafts import DraftUnknown
from services.errors import CannotRun, ExplainedError, UsageFault
from services.identity.errors import PassphraseWrong, SignerLocked
from services.texts import Texts
from services.texts.explained import PARTS, fields_of, in_words
from services.web.rendering import agency_names, language_of, render

_log = structlog.get_logger(__name__)


class Problem(Enum):
    """What the web layer itself refuses: (HTTP status, name of its texts)."""

    NOT_ENTERED = 401, "not_entered"
    NOT_YOURS = 403, "not_yours"
    CROSS_SITE = 403, "cross_site"
    NOT_FOUND = 404, "not_found"
    METHOD = 405, "method"
    NOT_ACCEPTABLE = 406, "not_acceptable"
    NOT_OFFERED = 409, "not_offered"
    UNDER_WAY = 409, "under_way"
    TOO_LARGE = 413, "too_large"
    MEDIA_TYPE = 415, "media_type"
    HOST = 421, "host"
    INVALID = 422, "invalid"
    OTHER_REQUEST = 422, "other_request"
    TOO_MANY = 429, "too_many"
    INSIDE = 500, "inside"
    UNAVAILABLE = 503, "unavailable"
    VIEWS_BEHIND = 503, "views_behind"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[0]

    @property
    def text(self) -> str:
        """The key of its texts: `problem.<text>.what|why|next`."""
        return self.value[1]


class PageError(PhoihopError):
    """The web layer refuses a request. `about` is what it concerns, already cut short."""

    def __init__(self, problem: Problem, about: str = "") -> None:
        super().__init__(f"{problem.text} {about}".strip())
        self.problem = problem
        self.about = about


STATUS: dict[type[BaseException], int] = {
    NotLawful: 409,
    DraftSettled: 409,
    DraftReturned: 409,
    DraftChanged: 409,
    SigningHeld: 409,
    DraftUnknown: 404,
    EntryRefused: 401,
    PassphraseWrong: 403,
    SignerLocked: 403,
    DraftFault: 422,
    Malformed: 422,
    InvalidValue: 422,
    UsageFault: 422,
    CannotRun: 503,
    ExplainedError: 409,
    PhoihopError: 422,
    sqlite3.Error: 503,
    OSError: 503,
}
"""Error class → HTTP status; the nearest class decides. What is not here is a fault of the program: 500."""


def status_of(error: BaseException) -> int:
    """The HTTP status of an error."""
    if isinstance(error, PageError):
        return error.problem.status
    if isinstance(error, HTTPException):
        return error.status_code
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def details(error: Exception, lang: str, agency: str | None = None) -> dict[str, Any]:
    """The problem details: `type`, `title`, `status`, `detail`, and `next_step`, `clause`, `reason` where there are.

    `agency` is the name of whose house it happened in, if somebody had entered one.
    """
    from services.web.texts import PageTexts  # noqa: PLC0415 - the table is read by the texts' own tests

    texts = PageTexts(lang)
    status = status_of(error)
    known, about = _NAMED.get(status, Problem.INSIDE), ""
    if isinstance(error, PageError):
        known = error.problem
        about = error.about if known is Problem.NOT_OFFERED else ""
    document: dict[str, Any] = {
        "type": f"urn:phoihop:problem:{known.text}",
        "title": texts(f"problem.{known.text}.what"),
        "status": status,
        "detail": about or texts(f"problem.{known.text}.why"),
        "next_step": texts(f"problem.{known.text}.next"),
    }
    match error:
        case NotLawful():
            document |= {
                "type": "urn:phoihop:problem:not_lawful",
                "title": texts("problem.not_lawful.what"),
                "detail": error.explanation_en if lang == "en" else error.explanation_vi,
                "next_step": texts("problem.not_lawful.next"),
                "clause": error.clause,
                "reason": error.reason,
            }
        case ExplainedError():
            said = _said(error, lang, agency) or {"what": error.what, "why": error.why, "next_step": error.next_step}
            document |= _told(error, said)
        case PhoihopError() if not isinstance(error, PageError):
            said = _said(error, lang, agency) or {"what": document["title"], "why": str(error), "next_step": ""}
            document |= _told(error, said | {"next_step": document["next_step"]})
    return document


def _told(error: Exception, said: dict[str, str]) -> dict[str, str]:
    what, why, following = (said[part][:1].upper() + said[part][1:] for part in PARTS)
    return {
        "type": f"urn:phoihop:problem:{type(error).__name__}", "title": what, "detail": why, "next_step": following
    }  # fmt: skip


def _said(error: Exception, lang: str, agency: str | None) -> dict[str, str] | None:
    """The command line's words for an error; None where they speak of a folder or another place of its own."""
    try:
        place = {} if agency is None else {"agency": agency}
        return in_words(error, Texts(lang), place | fields_of(error))
    except KeyError:
        return None


async def answer_nobody(_request: Request, _error: Exception) -> Response:
    """Whoever sent a request went away in the midst of it: no fault of the program, and nothing for the log."""
    return Response(status_code=400)


_NAMED = {problem.status: problem for problem in reversed(Problem)}


def answer_problem(request: Request, error: Exception) -> Response:
    """The answer to a request that failed; what is the program's own fault is logged and not shown."""
    lang = language_of(request)
    status = status_of(error)
    if status == 500:
        _log.error("a page failed", path=request.url.path, exc_info=error)
    house = getattr(request.state, "house", None)
    document = details(error, lang, None if house is None else agency_names(house, lang).get(house.agency))
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(document, status, media_type="application/problem+json")
    return render(request, "problem.html", {"problem": document}, status=status)
