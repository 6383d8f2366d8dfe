"""The ledger: who told whom what, newest first, narrowed by filters that stand in the address; and its files."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from events.canonical import JSON
from projections.deliveries_pages import COUNTED_UPTO, Page, newest_told
from projections.deliveries_told import count_told, told, words
from services.audit.output import Sheet, write_csv, write_xlsx
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage, Covered
from services.documents.deliveries import COLUMNS, column_heads, delivery_cells, reach_lines, who_told_document
from services.texts import Texts
from services.web.asked import natural
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.auditing.wanted import Wanted
from services.web.problems import PageError, Problem
from services.web.rendering import address, language_of, render

PAGE = 50
EXPORTED = 100_000
"""Rows of a file at most; a larger one is written by the command line."""
FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


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
    """The deliveries of the same filters as a file, in the order of the log. The export is kept."""
    house: AuditHouse = request.state.house
    kind: str = request.path_params["kind"]
    if kind not in FILE_TYPES:
        raise PageError(Problem.NOT_FOUND, kind[:64])
    wanted, texts = Wanted.of(request), Texts(language_of(request))
    now = house.now()
    folder = tempfile.TemporaryDirectory(prefix="phoihop-export-")
    target = Path(folder.name) / f"ledger.{kind}"
    try:
        rows = await house.ask(lambda book: write_file(target, kind, book, wanted, texts, now))
    except BaseException:
        folder.cleanup()
        raise
    about: dict[str, JSON] = {"rows": rows, "kind": kind, **wanted.narrowing}
    await house.note("LedgerExported", wanted.case or "ledger", request.state.person, about)
    return FileResponse(
        target, filename=target.name, media_type=FILE_TYPES[kind], background=BackgroundTask(folder.cleanup)
    )


def write_file(target: Path, kind: str, book: Book, wanted: Wanted, texts: Texts, now: datetime) -> int:
    """Write the deliveries of the filters, at most `EXPORTED`, as a file of a kind of `FILE_TYPES`; how many they are.

    Raises `NotKnownToAuditor`, `UnclearToAuditor`, `PageError`.
    """
    chosen = wanted.filter(book, now)
    coverage = Coverage(book.ledger.connection)
    found = told(book.cursor, chosen, limit=EXPORTED)
    if kind == "json":
        rows = list(found)
        document = who_told_document(
            book.standing, rows, coverage, by=wanted.period_by, total=count_told(book.cursor, chosen),
            next_after=rows[-1].log_index if len(rows) == EXPORTED else None,
        )  # fmt: skip
        target.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
        return len(rows)
    about = reach_lines(texts, book.standing)
    cells = (delivery_cells(texts, one, coverage) for one in found)
    sheet = Sheet(texts("audit_who_told.title"), column_heads(texts, COLUMNS), cells, about)
    return write_csv(target, sheet) if kind == "csv" else write_xlsx(target, sheet, EXPORTED)


@inspects
async def first_page(_request: Request) -> Response:
    """Where the auditor's people begin."""
    return RedirectResponse("/audit/ledger", 303)


ROUTES = [
    Route("/audit", first_page, methods=["GET"]),
    Route("/audit/ledger", ledger, methods=["GET"]),
    Route("/audit/ledger.{kind}", export, methods=["GET"]),
]
