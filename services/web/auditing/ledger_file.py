"""The ledger as a file: the deliveries of some filters, in the order of the log, for pages and API alike."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from events.canonical import JSON
from projections.deliveries_told import count_told, told
from services.accounts.account import Account
from services.audit.output import Sheet, write_csv, write_xlsx
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.documents.deliveries import COLUMNS, column_heads, delivery_cells, reach_lines, who_told_document
from services.texts import Texts
from services.web.auditing.house import AuditHouse
from services.web.auditing.wanted import Wanted

EXPORTED = 100_000
"""Rows of a file at most; a larger one is written by the command line."""
FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


async def exported(
    house: AuditHouse,
    person: Account,
    wanted: Wanted,
    kind: str,
    lang: str,
    about: Mapping[str, JSON] = MappingProxyType({}),
) -> FileResponse:
    """The file of a kind of `FILE_TYPES`, deleted once it is sent. That it was made is kept, `about` with it.

    Raises `NotKnownToAuditor`, `UnclearToAuditor`, `PageError`.
    """
    texts, now = Texts(lang), house.now()
    folder = tempfile.TemporaryDirectory(prefix="phoihop-export-")
    target = Path(folder.name) / f"ledger.{kind}"
    try:
        rows = await house.ask(lambda book: write_file(target, kind, book, wanted, texts, now))
        noted: dict[str, JSON] = {**about, "rows": rows, "kind": kind, **wanted.narrowing}
        await house.note("LedgerExported", wanted.case or "ledger", person, noted)
    except BaseException:
        folder.cleanup()
        raise
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
