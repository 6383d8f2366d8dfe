"""The ledger: who told whom what, newest first, narrowed by filters that stand in the address; and its files."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from projections.deliveries_pages import COUNTED_UPTO, Page, newest_told
from projections.deliveries_told import words
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage, Covered
from services.documents.deliveries import reach_lines
from services.texts import Texts
from services.web.asked import natural
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.auditing.ledger_file import EXPORTED, FILE_TYPES, exported
from services.web.auditing.wanted import Wanted
from services.web.problems import PageError, Problem
from services.web.rendering import address, language_of, render

PAGE = 50


@dataclass(frozen=True)
class _Shown:
    case_id: str | None
    page: Page
    covered: dict[int, Covered]
    reach: list[str]
    agencies: tuple[str, ...]
    types: tuple[str, ...]
    clauses: tuple[str, ...]


@inspects
async def ledger(request: Request) -> Response:
    """A page of deliveries. A look at one case's is kept."""
    house: AuditHouse = request.state.house
    wanted, before = Wanted.of(request), natural(request, "before")
    lang, now = language_of(request), house.now()

    def ask(book: Book) -> _Shown:
        chosen = wanted.filter(book, now)
        page = newest_told(book.cursor, chosen, before=before or None, limit=PAGE)
        coverage = Coverage(book.ledger.connection)
        return _Shown(
            chosen.case_id,
            page,
            {one.log_index: coverage.of(one.log_index) for one in page.rows},
            reach_lines(Texts(lang), book.standing),
            words(book.cursor, "agency"),
            words(book.cursor, "event_type"),
            words(book.cursor, "clause"),
        )

    found = await house.ask(ask)
    if found.case_id is not None:
        await house.note("CaseViewed", found.case_id, request.state.person, {"page": "ledger"})
    values = {
        "shown": found,
        "wanted": wanted,
        "before": before,
        "upto": COUNTED_UPTO,
        "exports": [(kind, address(f"/audit/ledger.{kind}", **wanted.parameters)) for kind in FILE_TYPES],
        "exported": EXPORTED,
    }
    return render(request, "audit_ledger.html", values)


@inspects
async def export(request: Request) -> Response:
    """The deliveries of the same filters as a file. The export is kept."""
    house: AuditHouse = request.state.house
    kind: str = request.path_params["kind"]
    if kind not in FILE_TYPES:
        raise PageError(Problem.NOT_FOUND, kind[:64])
    return await exported(house, request.state.person, Wanted.of(request), kind, language_of(request))


@inspects
async def first_page(_request: Request) -> Response:
    """Where the auditor's people begin."""
    return RedirectResponse("/audit/ledger", 303)


ROUTES = [
    Route("/audit", first_page, methods=["GET"]),
    Route("/audit/ledger", ledger, methods=["GET"]),
    Route("/audit/ledger.{kind}", export, methods=["GET"]),
]
