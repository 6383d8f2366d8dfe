"""The list of cases, and one case: its state in a paragraph, what is open, who told whom what and when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.case import CaseStatus
from events.values.matter import Category
from projections.cases import CaseFilter, CaseSummary, CaseView
from projections.ledger import Delivery, LedgerFilter, Outcome
from projections.obligations import Obligation, ObligationFilter
from projections.views import Views
from services.accounts.account import Power
from services.web.asked import choice, natural, text_or_none
from services.web.case_files import files_named
from services.web.entry import needs
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import language_of, render
from services.web.swimlane import Swimlane, swimlane

PAGE = 50
"""Cases on a page, and events of a case's timeline."""
_RECEIPTS = 50
"""Missing receipts shown of a case."""
_REFUSALS = 5_000
"""More than the recipients of a page's events."""


@needs(Power.SEE)
async def cases(request: Request) -> Response:
    """The cases, the one with the newest event first; filters and place stand in the address."""
    house: House = request.state.house
    status = choice(request, "status", CaseStatus)
    category = choice(request, "category", Category)
    lead, text = text_or_none(request, "lead"), text_or_none(request, "text")
    before = natural(request, "before")
    wanted = CaseFilter(status=status, lead=lead, category=category, text=text)

    def ask(views: Views) -> tuple[CaseSummary, ...]:
        # One more than is shown: whether there is a next page.
        return views.cases(wanted, before=before, limit=PAGE + 1)

    found = await house.ask(ask)
    values = {
        "cases": found[:PAGE],
        "more": len(found) > PAGE,
        "before": before,
        "statuses": list(CaseStatus),
        "wanted": wanted,
        "categories": category_names(language_of(request)),
    }
    return render(request, "cases.html", values)


@dataclass(frozen=True)
class _CaseFile:
    case: CaseView
    more: bool
    refused: tuple[Delivery, ...]
    owed: tuple[Obligation, ...]


@needs(Power.SEE)
async def case(request: Request) -> Response:
    """One case as this agency holds it. The look is kept in the record: who looked at what, when (LC-4.1)."""
    house: House = request.state.house
    case_id: str = request.path_params["case"]
    after, now = natural(request, "after"), house.now()

    def ask(views: Views) -> _CaseFile | None:
        # One more than is shown: whether there is a next page.
        found = views.case(case_id, now=now, after=after, limit=PAGE + 1)
        if found is None:
            return None
        more, found = len(found.timeline) > PAGE, replace(found, timeline=found.timeline[:PAGE])
        refused = views.ledger(LedgerFilter(case_id=case_id, outcome=Outcome.REFUSED), after=after, limit=_REFUSALS)
        owed = views.obligations(now=now, wanted=ObligationFilter(case_id=case_id), receipts_limit=_RECEIPTS)
        return _CaseFile(found, more, refused, owed)

    file = await house.ask(ask)
    if file is None:
        raise PageError(Problem.NOT_FOUND, case_id)
    await house.note("CaseViewed", case_id, request.state.person, {})
    timeline = file.case.timeline
    last = timeline[-1].position if timeline else after
    lanes: Swimlane = swimlane(timeline, file.refused)
    files = await asyncio.to_thread(files_named, house.service, [event.position for event in timeline])
    values = {
        "case": file.case,
        "mine": [one for one in file.owed if one.debtor == house.agency],
        "theirs": [one for one in file.owed if one.debtor != house.agency],
        "lanes": lanes,
        "files": files,
        "after": after,
        "last": last,
        "more": file.more,
        "categories": category_names(language_of(request)),
    }
    return render(request, "case.html", values)


def category_names(lang: str) -> dict[str, str]:
    """The names of the categories of violation by their words."""
    return {category.value: category.label(lang) for category in Category}


ROUTES = [Route("/cases", cases, methods=["GET"]), Route("/cases/{case}", case, methods=["GET"])]
