"""Writing a document: choose the case, the type, the recipients; fill in the form; see by which clause it may go; save.

The form goes back and forth as one: adding or taking out a row, checking and saving are buttons of it, so that it works
by keyboard and without scripts, and what was typed is never lost.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.case import CaseState
from events.catalogue import CATALOGUE, newest_version
from events.draft import Draft
from events.known_event import KnownEvent
from events.regulation.offers import NotOffered, Offer, Standpoint, offer, offers
from services.accounts.account import Power
from services.agency.drafts import save_draft
from services.agency.lawfulness import Lawfulness
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.web.acting.answering import answer_recipients, opening_values
from services.web.acting.document_form import Desk, Filled, judge, read_filled, show_form, understood
from services.web.asked import text_or_none
from services.web.entry import needs
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import language_of, render


@needs(Power.DRAFT)
async def choose(request: Request) -> Response:
    """Which documents may be written now, in a case or outside any; what may not, with the clause against it."""
    desk = await _desk(request)
    open_types, closed = offers(desk.standpoint)
    values = {
        "case": desk.case,
        "offers": [one for one in open_types if not one.answers],
        "answers": [one for one in open_types if one.answers],
        "closed": closed,
        "cases": await desk.house.ask(lambda views: views.cases(limit=50)),
    }
    return render(request, "choose.html", values)


@needs(Power.DRAFT)
async def form(request: Request) -> Response:
    """The empty form of a type, with what is known filled in: recipients that must hear it, what is answered."""
    desk, made = await _asked(request)
    to = made.must or ()
    values: dict[str, Any] = {}
    if desk.cause is not None:
        me = desk.house.agency
        to = (*answer_recipients(desk.cause, me), *to)
        values = opening_values(made, desk.cause, me)
    return await show_form(request, desk, made, Filled(values, tuple(a for a in to if a in made.recipients)))


@needs(Power.DRAFT)
async def filled(request: Request) -> Response:
    """The form as it was filled in, and what its button asks for."""
    desk, made = await _asked(request)
    form = await read_filled(request, desk, made.event_type, made.recipients)
    if form.do in {"add", "remove"}:
        return await show_form(request, desk, made, form)
    said, errors = understood(made.event_type, form, language_of(request))
    if said is None:
        return await show_form(request, desk, made, form, errors=errors)
    house, now, author = desk.house, desk.house.now(), request.state.person.author
    cause = desk.cause.id if desk.cause is not None else None
    written = Draft(said.content, said.recipients, case=desk.case, cause=cause, due=said.due)

    def keep(transaction: RecordTransaction) -> tuple[Lawfulness, str | None]:
        draft, judged = judge(written, made, transaction, house, now)
        return judged, None if judged.refusal is not None else save_draft(transaction, draft, author, now)

    if form.do == "save":
        judged, saved = await house.write(keep)
        if saved is not None:
            return RedirectResponse(f"/drafts/{saved}", 303)
    else:
        _, judged = await house.look(lambda record: judge(written, made, record, house, now))
    return await show_form(request, desk, made, form, judged=judged)


async def _asked(request: Request) -> tuple[Desk, Offer]:
    """The type that the address names, if it is offered. What is not is refused with the clause against it."""
    desk = await _desk(request)
    event_type = request.path_params["type"]
    if event_type not in desk.standpoint.rules.by_type or CATALOGUE[event_type, newest_version(event_type)].PROTOCOL:
        raise PageError(Problem.NOT_FOUND, event_type[:64])
    made = offer(desk.standpoint, event_type)
    if isinstance(made, NotOffered):
        raise PageError(Problem.NOT_OFFERED, f"{made.clause}: {made.text(language_of(request))}")
    return desk, made


async def _desk(request: Request) -> Desk:
    house: House = request.state.house
    case, cause_id = text_or_none(request, "case"), text_or_none(request, "cause")
    now = house.now()

    def look(record: RecordReading) -> tuple[CaseState | None, KnownEvent | None]:
        known = record.known(cause_id) if cause_id else None
        wanted = case or (known.envelope.case if known is not None else None)
        return (record.case_state(wanted) if wanted else None), known

    state, cause = await house.look(look)
    if (case and state is None) or (cause_id and cause is None):
        raise PageError(Problem.NOT_FOUND, (case or cause_id or "")[:64])
    context = house.context
    case = case or (cause.envelope.case if cause is not None else None)
    return Desk(house, Standpoint(context.me, context.directory, context.rules, state, now), case, cause)


ROUTES = [
    Route("/write", choose, methods=["GET"]),
    Route("/write/{type}", form, methods=["GET"]),
    Route("/write/{type}", filled, methods=["POST"]),
]
