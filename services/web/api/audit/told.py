"""Who told whom what, and a case's course: `phoihop audit who-told` and `timeline`; the same as files."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.responses import Response

from projections.deliveries_told import ToldFilter, count_told, timeline, told
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.audit.questions.words import NotKnownToAuditor, find_case
from services.documents import Document
from services.documents.deliveries import timeline_document, who_told_document
from services.web.api.answers import answered
from services.web.api.audit.caller import Inspecting
from services.web.api.audit.parameters import LedgerFilters, LogAfter
from services.web.api.components import answers, described
from services.web.api.parameters import CaseId, Limit
from services.web.auditing.ledger_file import FILE_TYPES, exported
from services.web.problems import PageError, Problem

router = APIRouter(tags=["told"])


@router.get("/who-told", **answers("audit-who-told", "Who told whom what by which clause, and what became of it."))
async def who_told(
    request: Request,
    caller: Inspecting,
    wanted: LedgerFilters,
    after: LogAfter = None,
    limit: Limit = 200,
) -> Response:
    """In the order of the log."""
    house, now = caller.house, caller.house.now()

    def ask(book: Book) -> Document:
        chosen = wanted.filter(book, now)
        total = count_told(book.cursor, chosen)
        rows = list(told(book.cursor, chosen, after=_first(after), limit=limit)) if total else []
        further = rows[-1].log_index if len(rows) == limit else None
        coverage = Coverage(book.ledger.connection)
        return who_told_document(book.standing, rows, coverage, by=wanted.period_by, total=total, next_after=further)

    document = await house.ask(ask)
    if wanted.case is not None:
        await caller.note("CaseViewed", wanted.case)
    return answered(request, document, next_page=_behind(document))


@router.get("/timeline/{case}", **answers("audit-timeline", "A case in the order of the log, answers with requests."))
async def course(
    request: Request, caller: Inspecting, case: CaseId, after: LogAfter = None, limit: Limit = 200
) -> Response:
    """From its first document to its last; the look is kept."""

    def ask(book: Book) -> Document:
        found = find_case(book, case)
        total = count_told(book.cursor, ToldFilter(case_id=found))
        rows = list(timeline(book.cursor, found, after=_first(after), limit=limit))
        further = rows[-1].log_index if len(rows) == limit else None
        coverage = Coverage(book.ledger.connection)
        return timeline_document(book.standing, rows, coverage, case=found, total=total, next_after=further)

    try:
        document = await caller.house.ask(ask)
    except NotKnownToAuditor:
        raise PageError(Problem.NOT_FOUND, case) from None
    await caller.note("CaseViewed", case)
    return answered(request, document, next_page=_behind(document))


_FILES = {
    200: {
        "description": "The file.",
        "content": {media_type.partition(";")[0]: {} for media_type in FILE_TYPES.values()},
    }
}


@router.get("/ledger.{kind}", **described("The deliveries of the same filters as a file; the export is kept.", _FILES))
async def ledger_file(
    caller: Inspecting,
    kind: Annotated[Literal["csv", "xlsx", "json"], InPath(description="The form of the file.")],
    wanted: LedgerFilters,
) -> Response:
    """At most 100,000 rows, in the order of the log; a larger file is written by the command line."""
    return await exported(caller.house, caller.account, wanted, kind, caller.lang, {"page": "api"})


def _first(after: int | None) -> int:
    return -1 if after is None else after


def _behind(document: Document) -> dict[str, int] | None:
    further = document["next_after"]
    return None if further is None else {"after": further}
