"""Cases, the ledger and whom documents go to, as this agency's views have them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from events.case import CaseStatus
from events.values.matter import Category
from projections.cases import CaseFilter, CaseSummary, CaseView
from projections.focal_points import FocalPoint
from projections.ledger import Delivery, LedgerFilter, Outcome, OutcomeCount
from projections.views import Views
from services.documents.views import case_document, cases_document, focal_document, ledger_document
from services.moments import read_beginning, read_moment
from services.web.api.answers import answered
from services.web.api.caller import Viewing
from services.web.api.components import answers
from services.web.api.parameters import After, Agency, Before, CaseId, EventType, Limit, Moment, WantedCase, WantedEvent
from services.web.problems import PageError, Problem

router = APIRouter(tags=["cases"])

_MOST_RECIPIENTS = 1_000


@router.get("/cases", **answers("cases", "The cases that this agency knows of, the one with the newest event first."))
async def cases(
    request: Request,
    caller: Viewing,
    status: CaseStatus | None = None,
    lead: Agency = None,
    category: Category | None = None,
    text: Annotated[str | None, Query(max_length=200, description="In the title, or how the id begins.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> Response:
    """Narrowed by what is named."""
    wanted = CaseFilter(status=status, lead=lead, category=category and category.value, text=text)

    def ask(views: Views) -> tuple[CaseSummary, ...]:
        return views.cases(wanted, before=before, limit=limit + 1)

    found = await caller.house.ask(ask)
    page = found[:limit]
    further = {"before": page[-1].last_position} if len(found) > limit else None
    return answered(request, cases_document(caller.house.agency, page), next_page=further)


@router.get("/cases/{case}", **answers("case-show", "One case with its timeline; the look is kept in the record."))
async def case(
    request: Request, caller: Viewing, case: CaseId, at: Moment = None, after: After = 0, limit: Limit = 200
) -> Response:
    """As it stands at a moment, with the events behind a position."""
    house, now = caller.house, caller.house.now()
    moment = read_moment(at, now) if at else now

    def ask(views: Views) -> CaseView | None:
        return views.case(case, now=moment, after=after, limit=limit)

    found = await house.ask(ask)
    if found is None:
        raise PageError(Problem.NOT_FOUND, case)
    await house.note("CaseViewed", case, caller.account, {})
    full = len(found.timeline) == limit
    further = {"after": found.timeline[-1].position} if full else None
    return answered(request, case_document(house.agency, found), next_page=further)


@router.get("/ledger", **answers("ledger", "Who told whom what, when, under which clause, and what became of it."))
async def ledger(
    request: Request,
    caller: Viewing,
    sender: Agency = None,
    recipient: Agency = None,
    event_type: EventType = None,
    case: WantedCase = None,
    event: WantedEvent = None,
    outcome: Outcome | None = None,
    since: Moment = None,
    until: Moment = None,
    after: After = 0,
    limit: Limit = 200,
) -> Response:
    """In the record's order. An event's recipients are never parted: a page may hold a few rows fewer or more.

    `totals` of the whole ledger stand on its first page alone: counting a million deliveries takes its time.
    """
    house, now = caller.house, caller.house.now()
    wanted = LedgerFilter(
        event_id=event,
        case_id=case,
        sender=sender,
        recipient=recipient,
        event_type=event_type,
        outcome=outcome,
        since=read_beginning(since, now) if since else None,
        until=read_moment(until, now) if until else None,
    )

    def ask(views: Views) -> tuple[tuple[Delivery, ...], tuple[OutcomeCount, ...], int | None]:
        rows, further = _whole_events(views, wanted, after, limit)
        return rows, () if after else views.outcome_counts(), further

    rows, totals, further = await house.ask(ask)
    if case is not None:
        await house.note("LedgerViewed", case, caller.account, {})
    next_page = {"after": further} if further is not None else None
    return answered(request, ledger_document(house.agency, rows, totals), next_page=next_page)


def _whole_events(
    views: Views, wanted: LedgerFilter, after: int, limit: int
) -> tuple[tuple[Delivery, ...], int | None]:
    """Rows of whole events, and the position behind which there are more."""
    rows = views.ledger(wanted, after=after, limit=limit + 1)
    if len(rows) <= limit:
        return rows, None
    cut = rows[-1].position
    if whole := tuple(row for row in rows if row.position != cut):
        return whole, whole[-1].position
    # One event has more recipients than the page rows: it stands alone on it.
    several = views.ledger(wanted, after=after, limit=limit + _MOST_RECIPIENTS)
    return tuple(row for row in several if row.position == cut), cut


@router.get("/focal-points", **answers("focal", "To whom at each agency documents go, as was told here."))
async def focal_points(
    request: Request,
    caller: Viewing,
    of: Agency = None,
    at: Moment = None,
    history: Annotated[bool, Query(description="Those of the past, too.")] = False,
) -> Response:
    """In force or to come at a moment."""
    house, now = caller.house, caller.house.now()
    moment = read_moment(at, now) if at else now
    heirs = house.directory.heirs_at(moment)

    def ask(views: Views) -> tuple[FocalPoint, ...]:
        return views.focal_points(now=moment, agency=of, history=history, heirs=heirs)

    return answered(request, focal_document(house.agency, await house.ask(ask), moment))
