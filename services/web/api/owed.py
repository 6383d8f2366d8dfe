"""What is owed by whom until when: obligations, reports due, and the figures that a report would have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from events.calendar.falling_due import FallingDue
from events.instants import format_instant
from projections.obligations import Obligation, ObligationFilter, ObligationKind
from projections.owing import OwedPair, OwingFilter
from projections.views import Views
from services.documents.reports import reports_due, reports_due_document
from services.documents.views import obligations_document
from services.moments import read_beginning, read_moment
from services.web.api.answers import answered
from services.web.api.caller import Viewing
from services.web.api.components import answers
from services.web.api.parameters import Agency, Limit, Mark, Moment, NamedMoment, WantedCase
from services.web.problems import PageError, Problem

router = APIRouter(tags=["owed"])

_MOST_RECEIPTS = 10_000


@router.get("/obligations", **answers("obligations", "What is owed by whom until when; the soonest due first."))
async def obligations(
    request: Request,
    caller: Viewing,
    debtor: Agency = None,
    creditor: Agency = None,
    kind: ObligationKind | None = None,
    case: WantedCase = None,
    settled: Annotated[bool, Query(description="What is settled, instead of what is open; the last first.")] = False,
    after: Mark = None,
    at: Moment = None,
    limit: Limit = 200,
) -> Response:
    """As things stand now, or stood at a moment; missing receipts and what the calendar asks are among it."""
    house, now = caller.house, caller.house.now()
    moment = read_moment(at, now) if at else now
    duties = await house.duties(moment)

    def ask(views: Views) -> Sequence[Obligation]:
        if case is not None or at is not None:
            wanted = ObligationFilter(debtor=debtor, creditor=creditor, kind=kind, case_id=case, settled=settled)
            everything = views.obligations(
                now=moment, wanted=wanted, receipts_limit=_MOST_RECEIPTS, calendar=duties, me=house.agency
            )
            of_state = [one for one in everything if (one.settled_at is not None) == settled]
            return [one for one in of_state if _behind(one, after, settled)]
        kinds = None if kind is None else frozenset({kind})
        page = OwingFilter(debtor=debtor, creditor=creditor, kinds=kinds, settled=settled)
        found = [one.owed for one in views.owing(page, now=now, after=after, limit=limit + 1)]
        if not settled and kind in {None, ObligationKind.RECEIPT}:
            found += views.receipts_owed(page, now=now, after=after, limit=limit + 1)
        by_calendar = () if settled else _of_calendar(views, duties, house.agency, now)
        return found + [o for o in by_calendar if _fits(o, debtor, creditor, kind) and _behind(o, after, settled)]

    found = sorted(await house.ask(ask), key=_place, reverse=settled)
    rows = found[:limit]
    further = {"after": _mark(rows[-1])} if len(found) > limit else None
    return answered(request, obligations_document(house.agency, rows, moment), next_page=further)


def _mark(owed: Obligation) -> str:
    """The place of something owed in the list, as `OwedPair` writes it."""
    return OwedPair(owed, None, None).mark


def _place(owed: Obligation) -> list[str]:
    return _mark(owed).split("~")


def _behind(owed: Obligation, after: str | None, settled: bool) -> bool:
    if after is None:
        return True
    return _place(owed) < after.split("~") if settled else _place(owed) > after.split("~")


def _fits(owed: Obligation, debtor: str | None, creditor: str | None, kind: ObligationKind | None) -> bool:
    return debtor in {None, owed.debtor} and creditor in {None, owed.creditor} and kind in {None, owed.kind}


def _of_calendar(views: Views, duties: Sequence[FallingDue], me: str, now: datetime) -> Iterable[Obligation]:
    return (one for one in views.calendar(duties, me=me, now=now) if one.settled_at is None)


@router.get("/reports/due", **answers("report-due", "What is to be reported or held when, by whom to whom."))
async def due(
    request: Request,
    caller: Viewing,
    at: Moment = None,
    settled: Annotated[bool, Query(description="What is settled, too.")] = False,
) -> Response:
    """As it stands at a moment."""
    house, now = caller.house, caller.house.now()
    moment = read_moment(at, now) if at else now
    chain = await house.chain()
    found = await house.ask(lambda views: reports_due(views, chain, house.agency, moment, settled=settled))
    return answered(request, reports_due_document(house.agency, found, moment))


@router.get("/figures", **answers("figures", "What this agency did in a stretch of time, as a report counts it."))
async def figures(
    request: Request,
    caller: Viewing,
    since: NamedMoment,
    until: Moment = None,
) -> Response:
    """Until before a moment; without one until now."""
    house, now = caller.house, caller.house.now()
    begins = read_beginning(since, now)
    ends = read_moment(until, now) if until else now
    if ends < begins:
        raise PageError(Problem.INVALID, "until")
    counted = await house.ask(lambda views: views.report_figures(house.agency, since=begins, until=ends))
    document = {
        "agency": house.agency,
        "since": format_instant(begins),
        "until": format_instant(ends),
        "figures": counted.model_dump(mode="json", exclude_defaults=True),
    }
    return answered(request, document)
