"""Writing a document: choose the case, the type, the recipients; fill in the form; see by which clause it may go; save.

The form goes back and forth as one: adding or taking out a row, checking and saving are buttons of it, so that it works
by keyboard and without scripts, and what was typed is never lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.case import CaseState
from events.catalogue import CATALOGUE, newest_version
from events.content import Content
from events.draft import Draft
from events.errors import InvalidValue
from events.instants import parse_instant
from events.known_event import KnownEvent
from events.regulation.offers import NotOffered, Offer, Standpoint, offer, offers
from events.schema import reading_schema
from services.accounts.account import Power
from services.agency.drafts import save_draft
from services.agency.lawfulness import Lawfulness, lawfulness, with_standing
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.web.acting.answering import answer_recipients, opening_values
from services.web.acting.attaching import attachments_of_form, take_in_upload
from services.web.acting.field import LEFT_OUT, Choice, FormOf, Offered, faulty, with_row
from services.web.acting.filled_in import Sent, read, validate
from services.web.acting.moment_field import read_moment_field, shown_moment
from services.web.asked import text_or_none
from services.web.entry import needs
from services.web.form_text import checked
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import agency_names, language_of, render, show_moment
from services.web.texts import PageTexts

_MOST_FIELDS = 5_000
_MOST_EVENTS = 200
_DEEPEST = 8
"""Steps from a form to a row inside rows: twice what any content has."""


@dataclass(frozen=True)
class _Desk:
    """What a form is written against: the house, the case and the event that is answered."""

    house: House
    standpoint: Standpoint
    case: str | None
    cause: KnownEvent | None


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
    return await _show(request, desk, made, values, {}, tuple(a for a in to if a in made.recipients), "", None)


@needs(Power.DRAFT)
async def filled(request: Request) -> Response:
    """The form as it was filled in, and what its button asks for."""
    desk, made = await _asked(request)
    lang = language_of(request)
    async with request.form(max_fields=_MOST_FIELDS, max_files=20) as form_data:
        sent = _sent(form_data)
        schema = reading_schema(made.event_type, newest_version(made.event_type))
        values = read(FormOf(schema, lang, await _offered(desk, lang)), schema, sent)
        attached = attachments_of_form(sent)
        for upload in form_data.getlist("upload"):
            if (taken := await take_in_upload(desk.house, upload)) is not None:
                attached.append(taken)
    if attached:
        values["attachments"] = attached
    recipients = tuple(sorted(set(sent.get("recipients", ())) & set(made.recipients)))
    due = (sent.get("due") or [""])[0]
    do, _, about = (sent.get("do") or ["check"])[0].partition(":")
    if do in {"add", "remove"}:
        path = about.split(".", _DEEPEST)
        if len(path) > _DEEPEST or path[0] in LEFT_OUT or path[0] not in schema["properties"]:
            raise PageError(Problem.INVALID, "do")
        values = with_row(values, path, remove=do == "remove")
        return await _show(request, desk, made, values, {}, recipients, due, None)
    return await _judge(request, desk, made, values, recipients, due, save=do == "save")


async def _judge(
    request: Request, desk: _Desk, made: Offer, values: dict[str, Any], recipients: tuple[str, ...], due: str, *,
    save: bool,
) -> Response:  # fmt: skip
    lang = language_of(request)
    content, errors = validate(made.event_type, values, lang)
    if not recipients:
        errors["recipients"] = PageTexts(lang)("write.missing")
    due_at = None
    if due:
        try:
            due_at = parse_instant(read_moment_field(due))
        except InvalidValue:
            errors["due"] = PageTexts(lang)("fault.instant")
    if content is None or errors:
        return await _show(request, desk, made, values, errors, recipients, due, None)
    house, now = desk.house, desk.house.now()
    cause = desk.cause.id if desk.cause is not None else None
    author = request.state.person.author

    def judge(record: RecordReading) -> tuple[Draft, Lawfulness]:
        draft = _draft(content, recipients, desk.case, cause)
        draft = with_standing(_with_due(draft, due_at), record, house.context, now)
        judged = lawfulness(draft, record, house.context, "head", now)
        if judged.refusal is not None:
            # Of all that stands against it, what the clause wants under which the form was offered can be mended here.
            judged = lawfulness(replace(draft, clause=made.rows[0].clause), record, house.context, "head", now)
        return draft, judged

    def keep(transaction: RecordTransaction) -> tuple[Lawfulness, str | None]:
        draft, judged = judge(transaction)
        return judged, None if judged.refusal is not None else save_draft(transaction, draft, author, now)

    if save:
        judged, saved = await house.write(keep)
        if saved is not None:
            return RedirectResponse(f"/drafts/{saved}", 303)
    else:
        _, judged = await house.look(judge)
    return await _show(request, desk, made, values, {}, recipients, due, judged)


def _draft(content: Content, recipients: tuple[str, ...], case: str | None, cause: str | None) -> Draft:
    return Draft(content, recipients, case=case, cause=cause)


def _with_due(draft: Draft, due: Any) -> Draft:
    return draft if due is None else Draft(draft.content, draft.recipients, case=draft.case, cause=draft.cause, due=due)


async def _show(
    request: Request, desk: _Desk, made: Offer, values: dict[str, Any], errors: dict[str, str],
    recipients: tuple[str, ...], due: str, judged: Lawfulness | None,
) -> Response:  # fmt: skip
    lang = language_of(request)
    schema = reading_schema(made.event_type, newest_version(made.event_type))
    fields = FormOf(schema, lang, await _offered(desk, lang)).fields(values, errors)
    page = {
        "offer": made,
        "case": desk.case,
        "cause": desk.cause,
        "fields": fields,
        "errors": errors,
        "faults": faulty(fields),
        "recipients": recipients,
        "due": shown_moment(due),
        "attached": values.get("attachments", []),
        "attaches": "attachments" in schema["properties"],
        "judged": judged,
        "why": judged.reason(lang) if judged is not None else "",
    }
    status = 200 if not errors and (judged is None or judged.refusal is None) else 422
    return render(request, "write.html", page, status=status)


async def _asked(request: Request) -> tuple[_Desk, Offer]:
    """The type that the address names, if it is offered. What is not is refused with the clause against it."""
    desk = await _desk(request)
    event_type = request.path_params["type"]
    if event_type not in desk.standpoint.rules.by_type or CATALOGUE[event_type, newest_version(event_type)].PROTOCOL:
        raise PageError(Problem.NOT_FOUND, event_type[:64])
    made = offer(desk.standpoint, event_type)
    if isinstance(made, NotOffered):
        raise PageError(Problem.NOT_OFFERED, f"{made.clause}: {made.text(language_of(request))}")
    return desk, made


async def _desk(request: Request) -> _Desk:
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
    return _Desk(house, Standpoint(context.me, context.directory, context.rules, state, now), case, cause)


async def _offered(desk: _Desk, lang: str) -> Offered:
    """The agencies, and the events of the case, that fields may name."""
    listed = agency_names(desk.house, lang)
    agencies = tuple(Choice(agency, name) for agency, name in listed.items() if agency != "auditor")
    if desk.case is None:
        return Offered(agencies)
    case, now = desk.case, desk.house.now()
    shown = await desk.house.ask(lambda views: views.case(case, now=now, limit=_MOST_EVENTS))
    events = shown.timeline if shown is not None else ()
    word = PageTexts(lang).word
    named = [
        Choice(e.event_id, f"{word('event', e.event_type)} – {e.sender} – {show_moment(e.signed_at)}") for e in events
    ]
    return Offered(agencies, tuple(reversed(named)))


def _sent(form_data: FormData) -> Sent:
    sent: dict[str, list[str]] = {}
    for name, value in form_data.multi_items():
        if isinstance(value, str):
            sent.setdefault(checked(name, "name"), []).append(checked(value, name))
    return sent


ROUTES = [
    Route("/write", choose, methods=["GET"]),
    Route("/write/{type}", form, methods=["GET"]),
    Route("/write/{type}", filled, methods=["POST"]),
]
