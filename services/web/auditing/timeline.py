"""A case from its first document to its last: who told whom what, and which answers which."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.deliveries_told import Step, ToldFilter, count_told, timeline
from services.audit.questions.book import Book
from services.audit.questions.words import find_case
from services.documents.deliveries import reach_lines
from services.texts import Texts
from services.web.asked import natural, text_or_none
from services.web.auditing.drawing import lanes
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.rendering import language_of, render

PAGE = 60


@dataclass(frozen=True)
class _Course:
    case: str
    total: int
    steps: tuple[Step, ...]
    reach: list[str]


@inspects
async def case(request: Request) -> Response:
    """The course of a case. The look is kept."""
    house: AuditHouse = request.state.house
    typed: str = request.path_params["case"]
    after = text_or_none(request, "after")
    first = -1 if after is None else natural(request, "after")
    lang = language_of(request)

    def ask(book: Book) -> _Course:
        found = find_case(book, typed)
        return _Course(
            found,
            count_told(book.cursor, ToldFilter(case_id=found)),
            tuple(timeline(book.cursor, found, after=first, limit=PAGE + 1)),
            reach_lines(Texts(lang), book.standing),
        )

    course = await house.ask(ask)
    await house.note("CaseViewed", course.case, request.state.person, {"page": "timeline"})
    steps = course.steps[:PAGE]
    values = {
        "course": course,
        "steps": steps,
        "more": len(course.steps) > PAGE,
        "after": after,
        "lanes": lanes(steps),
    }
    return render(request, "audit_case.html", values)


ROUTES = [Route("/audit/cases/{case}", case, methods=["GET"])]
