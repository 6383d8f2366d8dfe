"""Reports, briefings and reviews: what is due when, by whom to whom, for which period, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calendar.falling_due import FallingDue
from events.calendar.working_days import DayOffNote, note_on_due_day
from events.instants import vietnam_date
from projections.obligations import Obligation, ObligationKind
from projections.owing import OwingFilter
from projections.views import Views
from services.accounts.account import Power
from services.documents.reports import REPORTS
from services.reports.periods import name_period, show_period
from services.reports.public_holidays import calendar_around
from services.web.entry import needs
from services.web.house import House
from services.web.rendering import language_of, render

SHOWN = 200
"""Reports that were asked for; what the calendar asks is shown whole."""


@dataclass(frozen=True)
class _Line:
    """A report that is owed: `duty` where the calendar asks for it, `day_off` where it is due on a day off."""

    owed: Obligation
    duty: FallingDue | None
    period: str | None
    day_off: DayOffNote | None


@needs(Power.SEE)
async def reports(request: Request) -> Response:
    """What this agency has to report or hold, and what it is owed; `settled=1` shows what is done, too."""
    house: House = request.state.house
    now, me = house.now(), house.agency
    settled = request.query_params.get("settled") == "1"
    duties = await house.duties(now)

    def ask(views: Views) -> list[Obligation]:
        asked = OwingFilter(kinds=frozenset({ObligationKind.SUBMIT_REPORT}))
        found = [pair.owed for pair in views.owing(asked, now=now, limit=SHOWN)]
        if settled:
            done = OwingFilter(kinds=asked.kinds, settled=True)
            found += [pair.owed for pair in views.owing(done, now=now, limit=SHOWN)]
        calendar = views.calendar(duties, me=me, now=now)
        return found + [owed for owed in calendar if owed.kind in REPORTS and (settled or owed.settled_at is None)]

    owing = await house.ask(ask)
    by_key = {(duty.key, str(duty.duty.kind), duty.debtor): duty for duty in duties}
    lang = language_of(request)
    lines = [
        _line(owed, by_key.get((owed.event_id, owed.kind.value, owed.debtor)), lang)
        for owed in sorted(owing, key=lambda owed: (owed.due is None, owed.due or owed.owed_since))
    ]
    values = {
        "mine": [line for line in lines if line.owed.debtor == me],
        "theirs": [line for line in lines if line.owed.debtor != me],
        "settled": settled,
    }
    return render(request, "reports.html", values)


def _line(owed: Obligation, duty: FallingDue | None, lang: str) -> _Line:
    period = None
    if duty is not None and duty.period is not None:
        period = name_period(duty.period) if lang == "vi" else show_period(duty.period)
    day_off = None
    if owed.due is not None and owed.settled_at is None:
        day = vietnam_date(owed.due)
        day_off = note_on_due_day(day, calendar_around(day))
    return _Line(owed, duty, period, day_off)


ROUTES = [Route("/reports", reports, methods=["GET"])]
