"""Time travel: what an agency knew of a case at a moment, and what it came to know until a second one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.deliveries_knowledge import Known, came_to_know, knowledge
from services.audit.questions.book import Book
from services.audit.questions.words import find_agency, find_case
from services.documents.deliveries import reach_lines
from services.texts import Texts
from services.web.asked import moment, text_or_none
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.rendering import language_of, render

SHOWN = 200
"""Documents of one case that are shown at most; the command line writes all of them."""


@dataclass(frozen=True)
class _Travel:
    """What was known at the earlier moment (`before`) and the later one; `added` lies between. One moment: no `after`.

    `predecessors` are agencies in whose place this one stands: what they knew is asked for by itself.
    """

    agency: str
    case: str
    before: tuple[Known, ...]
    after: tuple[Known, ...]
    added: tuple[Known, ...]
    predecessors: list[str]


@inspects
async def travel(request: Request) -> Response:
    """The form, and what is answered once agency, case and a moment are named. The look is kept."""
    house: AuditHouse = request.state.house
    now, lang = house.now(), language_of(request)
    agency, case = text_or_none(request, "agency"), text_or_none(request, "case")
    at, second = moment(request, "at", now), moment(request, "second", now)
    first, last = sorted((at or now, second or at or now))

    def ask(book: Book) -> tuple[_Travel | None, list[str]]:
        found = _travel(book, agency, case, first, last) if agency and case else None
        return found, reach_lines(Texts(lang), book.standing)

    found, reach = await house.ask(ask)
    if found is not None:
        about = {"page": "knowledge", "agency": found.agency}
        await house.note("CaseViewed", found.case, request.state.person, dict(about))
    values = {
        "found": found,
        "first": first,
        "second": last if second is not None else None,
        "shown": SHOWN,
        "reached": reach,
        "wanted": {name: text_or_none(request, name) for name in ("agency", "case", "at", "second")},
    }
    return render(request, "audit_knowledge.html", values)


def _travel(book: Book, agency: str, case: str, first: datetime, last: datetime) -> _Travel:
    who, which = find_agency(book, agency), find_case(book, case)
    before = knowledge(book.cursor, who, which, first)
    after = knowledge(book.cursor, who, which, last)
    heirs = book.directory.heirs_at(last)
    predecessors = sorted(old for old, heir in heirs.items() if heir == who)
    return _Travel(who, which, before, after, came_to_know(before, after), predecessors)


ROUTES = [Route("/audit/knowledge", travel, methods=["GET"])]
