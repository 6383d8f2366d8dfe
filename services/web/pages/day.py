"""My day: what is overdue, what falls due, what awaits a signature, what others owe; the first page of the morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calendar.falling_due import FallingDue, end_of_day
from events.instants import vietnam_date
from projections.drafts import DraftLine
from projections.obligations import Obligation, Standing
from projections.owing import COUNTED_UPTO, AwaitedReceipts, OwedPair, OwingFilter
from projections.views import Views
from services.accounts.account import Power
from services.web.entry import needs
from services.web.house import VIEWS_PATIENCE_SECONDS, House
from services.web.rendering import render

SHOWN = 20
"""Rows of a section: the page of requests has them all."""
_INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class _Section:
    """One table of the page. `counted` of them there are, at most `COUNTED_UPTO`; `state` names the whole list."""

    name: str
    rows: tuple[OwedPair, ...]
    counted: int
    side: str
    state: str


@dataclass(frozen=True)
class _Day:
    sections: tuple[_Section, ...]
    receipts: tuple[AwaitedReceipts, ...]
    drafts: int
    returned: tuple[DraftLine, ...]


@needs(Power.SEE)
async def day(request: Request) -> Response:
    """What this agency owes and is owed. Today ends at midnight in Vietnam."""
    house: House = request.state.house
    # Whoever has just saved a draft or signed one finds it counted.
    await house.caught_up(VIEWS_PATIENCE_SECONDS)
    now, me = house.now(), house.agency
    duties = await house.duties(now)
    found = await house.ask(lambda views: _day(views, me, duties, now))
    values = {"sections": found.sections, "receipts": found.receipts, "drafts": found.drafts, "upto": COUNTED_UPTO}
    values |= {"returned": found.returned, "shown": SHOWN}
    return render(request, "day.html", values)


def _day(views: Views, me: str, duties: tuple[FallingDue, ...], now: datetime) -> _Day:
    tomorrow = end_of_day(vietnam_date(now)) + _INSTANT
    calendar = tuple(owed for owed in views.calendar(duties, me=me, now=now) if owed.settled_at is None)

    def section(name: str, wanted: OwingFilter, side: str, state: str) -> _Section:
        by_calendar = [OwedPair(one, None, None) for one in calendar if _wanted(one, wanted)]
        rows = sorted((*by_calendar, *views.owing(wanted, now=now, limit=SHOWN)), key=_soonest)
        counted = min(COUNTED_UPTO, len(by_calendar) + views.count_owing(wanted))
        return _Section(name, tuple(rows[:SHOWN]), counted, side, state)

    mine, theirs = OwingFilter(debtor=me), OwingFilter(creditor=me)
    sections = (
        section("overdue", _between(mine, None, now), "mine", "overdue"),
        section("today", _between(mine, now, tomorrow), "mine", "open"),
        section("later", _between(mine, tomorrow, None), "mine", "open"),
        section("awaiting_overdue", _between(theirs, None, now), "theirs", "overdue"),
        section("awaiting", _between(theirs, now, None), "theirs", "open"),
    )
    return _Day(sections, views.awaited_receipts(me), views.count_drafts(), views.returned_drafts(limit=SHOWN))


def _between(side: OwingFilter, first: datetime | None, before: datetime | None) -> OwingFilter:
    return OwingFilter(debtor=side.debtor, creditor=side.creditor, due_from=first, due_before=before)


def _wanted(owed: Obligation, wanted: OwingFilter) -> bool:
    """Whether what the calendar asks belongs to a section: as the store chooses its own rows."""
    mine = wanted.debtor is not None
    if (owed.debtor != wanted.debtor) if mine else (owed.creditor != wanted.creditor or owed.debtor == owed.creditor):
        return False
    if owed.due is None:
        return wanted.due_before is None
    after = wanted.due_from is None or owed.due >= wanted.due_from
    return after and (wanted.due_before is None or owed.due < wanted.due_before)


def _soonest(pair: OwedPair) -> tuple[bool, datetime, bool]:
    owed = pair.owed
    return (owed.due is None, owed.due or owed.owed_since, owed.standing is not Standing.OVERDUE)


ROUTES = [Route("/", day, methods=["GET"])]
