"""Completeness: checkpoints with their cosigners, witnesses, gaps in the pairs' chains, alarms, quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.audit.log_keys import AUDITOR
from events.types.transparency import LogProblem
from projections.deliveries_pages import irregular_pairs
from services.audit.questions.book import Book
from services.auditor.completeness import State, alarms, checkpoints, kept_apart, state, witnesses
from services.documents.deliveries import reach_lines
from services.texts import Texts
from services.web.asked import choice, natural
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.rendering import language_of, render

PAGE = 50


class Part(StrEnum):
    """What of the log's completeness is shown."""

    CHECKPOINTS = "checkpoints"
    WITNESSES = "witnesses"
    GAPS = "gaps"
    ALARMS = "alarms"
    QUARANTINE = "quarantine"


_PAGED = frozenset({Part.CHECKPOINTS, Part.ALARMS, Part.QUARANTINE})
"""The others have a row an agency, or a pair of agencies."""


@dataclass(frozen=True)
class _Shown:
    state: State
    rows: list[Any]
    reach: list[str]


@inspects
async def completeness(request: Request) -> Response:
    """How the log stands, and one part of it in detail."""
    house: AuditHouse = request.state.house
    part = choice(request, "part", Part) or Part.CHECKPOINTS
    before, lang = natural(request, "before"), language_of(request)

    def ask(book: Book) -> _Shown:
        return _Shown(state(book.ledger), _rows(book, part, before), reach_lines(Texts(lang), book.standing))

    found = await house.ask(ask)
    values = {
        "shown": found,
        "rows": found.rows[:PAGE] if part in _PAGED else found.rows,
        "more": part in _PAGED and len(found.rows) > PAGE,
        "part": part,
        "parts": list(Part),
        "before": before,
        "problems": {one.value: one.label(lang) for one in LogProblem},
    }
    return render(request, "audit_completeness.html", values)


def _rows(book: Book, part: Part, before: int) -> list[Any]:
    ledger = book.ledger
    match part:
        case Part.CHECKPOINTS:
            return list(checkpoints(ledger, before=before or None, limit=PAGE + 1))
        case Part.WITNESSES:
            return list(witnesses(ledger, sorted(book.directory.agencies.keys() - {AUDITOR})))
        case Part.GAPS:
            return list(irregular_pairs(book.cursor))
        case Part.ALARMS:
            return list(alarms(ledger, offset=before, limit=PAGE + 1))
        case Part.QUARANTINE:
            return list(kept_apart(ledger, offset=before, limit=PAGE + 1))


ROUTES = [Route("/audit/completeness", completeness, methods=["GET"])]
