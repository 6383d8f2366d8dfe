"""Who knew what when: `phoihop audit who-knew` and `compare`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from projections.deliveries_knowledge import knowers, knowledge
from services.audit.questions.book import Book
from services.audit.questions.words import find_agency, find_case, find_event
from services.documents import Document
from services.documents.knowledge import Comparison, compare_document, who_knew_document
from services.moments import read_moment
from services.web.api.answers import answered
from services.web.api.audit.caller import Inspecting
from services.web.api.audit.parameters import OfAgency, OfCase, Offset
from services.web.api.components import answers
from services.web.api.parameters import Agency, Limit, Moment, NamedMoment, WantedCase, WantedEvent

router = APIRouter(tags=["knowledge"])


@router.get("/who-knew", **answers("audit-who-knew", "What an agency knew of a case, or who knew a document."))
async def who_knew(
    request: Request,
    caller: Inspecting,
    agency: Agency = None,
    case: WantedCase = None,
    event: WantedEvent = None,
    at: Moment = None,
    offset: Offset = 0,
    limit: Limit = 200,
) -> Response:
    """At a moment: `agency` with `case`, or `event` alone. The look is kept."""
    if (event is None) == (agency is None or case is None) or (event is not None and (agency or case)):
        raise RequestValidationError([{"type": "known_by_whom", "loc": ("query", "event")}])
    now = caller.house.now()
    moment = read_moment(at, now) if at else now

    def ask(book: Book) -> Document:
        if event is not None:
            whole = find_event(book, event)
            found = knowers(book.cursor, whole, moment)
            named: dict[str, str | None] = {"agency": None, "case": None, "event": whole}
        else:
            who, which = find_agency(book, agency or ""), find_case(book, case or "")
            found = knowledge(book.cursor, who, which, moment)
            named = {"agency": who, "case": which, "event": None}
        return who_knew_document(book, found, moment, **named, first=offset, limit=limit)

    document = await caller.house.ask(ask)
    await caller.note("CaseViewed" if case else "EventViewed", case or event or "", {"agency": document["agency"]})
    return answered(request, document, next_page=_further(document["total"], offset, limit))


@router.get("/compare", **answers("audit-compare", "What an agency came to know of a case between two moments."))
async def compare(
    request: Request,
    caller: Inspecting,
    agency: OfAgency,
    case: OfCase,
    first: NamedMoment,
    second: Moment = None,
    offset: Offset = 0,
    limit: Limit = 200,
) -> Response:
    """Between `first` and `second`, or now where that is not named. The look is kept."""
    now = caller.house.now()
    begins, ends = sorted((read_moment(first, now), read_moment(second, now) if second else now))

    def ask(book: Book) -> Document:
        compared = Comparison(book, find_agency(book, agency), find_case(book, case), begins, ends)
        return compare_document(book, compared, first=offset, limit=limit)

    document = await caller.house.ask(ask)
    await caller.note("CaseViewed", case, {"agency": agency})
    return answered(request, document, next_page=_further(document["total"], offset, limit))


def _further(total: int, offset: int, limit: int) -> dict[str, int] | None:
    return {"offset": offset + limit} if total > offset + limit else None
