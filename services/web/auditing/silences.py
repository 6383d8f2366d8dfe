"""Silence at a moment: requests that nobody answered, receipts that are missing, reports that were not sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.deliveries_reports import unsent
from projections.deliveries_silent import unanswered, unreceipted
from services.audit.questions.book import Book
from services.documents.deliveries import reach_lines, span_words
from services.reports.duties import calendar_duties
from services.texts import Texts
from services.web.asked import choice, moment, natural, text_or_none
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.problems import PageError, Problem
from services.web.rendering import language_of, render

PAGE = 50
_LAST_PAGE = 100
"""So many pages are leafed through; the command line writes all of it."""


class Silent(StrEnum):
    """What is silent."""

    REQUESTS = "requests"
    RECEIPTS = "receipts"
    REPORTS = "reports"


@inspects
async def silences(request: Request) -> Response:
    """One kind of silence, a page at a time."""
    house: AuditHouse = request.state.house
    kind = choice(request, "kind", Silent) or Silent.REQUESTS
    page = natural(request, "page", 1)
    if not 1 <= page <= _LAST_PAGE:
        raise PageError(Problem.INVALID, "page")
    now = house.now()
    at, lang = moment(request, "at", now) or now, language_of(request)

    def ask(book: Book) -> tuple[tuple[Any, ...], list[str]]:
        found = _silent(book, kind, at, page)
        return found, reach_lines(Texts(lang), book.standing)

    found, reach = await house.ask(ask)
    values = {
        "kind": kind,
        "kinds": list(Silent),
        "rows": found[:PAGE],
        "more": len(found) > PAGE and page < _LAST_PAGE,
        "page": page,
        "at": at,
        "asked": text_or_none(request, "at"),
        "reached": reach,
        "overdue": lambda one: span_words(Texts(lang), one.overdue_seconds(at)),
    }
    return render(request, "audit_silences.html", values)


def _silent(book: Book, kind: Silent, at: datetime, page: int) -> tuple[Any, ...]:
    """The rows of a page, and one more if there is a next one."""
    passed = (page - 1) * PAGE
    match kind:
        case Silent.REQUESTS:
            return unanswered(book.cursor, book.directory, at, limit=PAGE + 1, offset=passed)
        case Silent.RECEIPTS:
            return unreceipted(book.cursor, at, limit=PAGE + 1, offset=passed)
        case Silent.REPORTS:
            # As many as the calendar has: they are held against all acts anyhow.
            duties = calendar_duties(book.directories.chain(), at)
            return unsent(book.cursor, duties, book.directory.heirs_at(at), at)[passed : passed + PAGE + 1]


ROUTES = [Route("/audit/silences", silences, methods=["GET"])]
