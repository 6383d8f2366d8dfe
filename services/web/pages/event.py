"""One event as this agency holds it: the document in plain words, its recipients and receipts, its bytes."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from events.attachments import attachments_of
from events.catalogue import EVENT_TYPES, read_content
from events.content import Content
from events.envelope import Envelope
from events.errors import PhoihopError
from events.record_entry import RecordEntry
from events.regulation.offers import Offer, Standpoint, offer
from services.accounts.account import Power
from services.agency.attachments.store import AttachmentStore
from services.web.acting.answering import ANSWERS
from services.web.content_view import shown
from services.web.entry import needs
from services.web.held_events import find_event, held
from services.web.house import House
from services.web.name_order import name_order
from services.web.pages.live import seen_state
from services.web.problems import PageError, Problem
from services.web.receipts import changed, receipts_of, state_of
from services.web.rendering import agency_names, language_of, render, role_name


@needs(Power.SEE)
async def event(request: Request) -> Response:
    """The event's page. The look is kept in the record."""
    house: House = request.state.house
    entry = await held(house, request.path_params["event"])
    envelope = entry.event.envelope
    mark = house.feed.mark_without(envelope.agencies)
    found = await receipts_of(house, entry)
    about = {"event": envelope.id, "type": envelope.event_type}
    await house.note("EventViewed", envelope.case or envelope.id, request.state.person, dict(about))
    content = _content(entry)
    files = AttachmentStore(house.service.folder.path)
    lang = language_of(request)
    key = house.directory.key(entry.event.kid)
    names = agency_names(house, lang)
    values = {
        "answers": await answers_now(house, entry) if request.state.person.may(Power.DRAFT) else (),
        "entry": entry,
        "envelope": envelope,
        "role": role_name(envelope.role, house, lang),
        "recipients": sorted((names.get(agency, agency) for agency in envelope.agencies), key=name_order),
        "signatory": house.directory.agencies[key.agency].signatory(key.signatory) if key is not None else None,
        "cause": await _related(house, envelope.cause),
        "basis": await _related(house, envelope.basis),
        "readable": content is not None,
        "known_type": envelope.event_type in EVENT_TYPES,
        "content": shown(content, lang, names) if content is not None else (),
        "raw": _pretty(entry.event.content_bytes),
        "raw_envelope": _pretty(entry.event.envelope_bytes),
        "receipts": found,
        "state": state_of(found),
        "open": any(not one.fate.settled for one in found),
        "attachments": [(one, files.has(one.sha256)) for one in attachments_of(content)],
    }
    if values["open"]:
        # Receipts are exchanged in place: they are not new to this page.
        values["mark"] = mark
    return render(request, "event.html", values)


@needs(Power.SEE)
async def receipts(request: Request) -> Response:
    """The receipts alone, for an open page that was told that they moved, with what changed since it showed them.

    Nothing of the document is in them, and the look at its page is kept already.
    """
    house: House = request.state.house
    found = await receipts_of(house, await held(house, request.path_params["event"]))
    values = {"receipts": found, "state": state_of(found), "news": changed(found, seen_state(request))}
    return render(request, "receipts_news.html", values)


@needs(Power.SEE)
async def attachment(request: Request) -> Response:
    """A file that the event signs, if it is here. Whatever it claims to be, the browser saves it and opens nothing."""
    house: House = request.state.house
    entry = await held(house, request.path_params["event"])
    wanted = request.path_params["sha256"]
    named = {one.sha256: one for one in attachments_of(read_content(entry.event))}
    files = AttachmentStore(house.service.folder.path)
    if wanted not in named or not files.has(wanted):
        raise PageError(Problem.NOT_FOUND, wanted[:64])
    about = {"event": entry.event.envelope.id, "sha256": wanted}
    await house.note(
        "AttachmentViewed", entry.event.envelope.case or entry.event.envelope.id, request.state.person, dict(about)
    )
    return FileResponse(
        files.path(wanted),
        filename=named[wanted].name,
        media_type="application/octet-stream",
        headers={"content-security-policy": "default-src 'none'; sandbox"},
    )


async def answers_now(house: House, entry: RecordEntry) -> tuple[str, ...]:
    """The types by which this agency may answer the event now."""
    envelope = entry.event.envelope
    types = ANSWERS.get(envelope.event_type, ())
    if not types or house.agency not in (*envelope.agencies, envelope.sender):
        return ()
    case = envelope.case
    state = None if case is None else await house.look(lambda record: record.case_state(case))
    context = house.context
    at = Standpoint(context.me, context.directory, context.rules, state, house.now())
    return tuple(one for one in types if isinstance(offer(at, one), Offer))


async def _related(house: House, event_id: str | None) -> Envelope | None:
    """The envelope of an event that another names, if this house holds it."""
    if event_id is None:
        return None
    entry = await asyncio.to_thread(find_event, house, event_id)
    return entry.event.envelope if entry is not None else None


def _content(entry: RecordEntry) -> Content | None:
    """The content; None where it cannot be read: refused for that, or of a newer version. Its bytes are shown."""
    try:
        return read_content(entry.event)
    except PhoihopError:
        return None


def _pretty(data: bytes) -> str:
    try:
        return json.dumps(json.loads(data), ensure_ascii=False, indent=2)
    except ValueError:
        return data.decode("utf-8", "replace")


ROUTES = [
    Route("/events/{event}", event, methods=["GET"]),
    Route("/events/{event}/receipts", receipts, methods=["GET"]),
    Route("/events/{event}/attachments/{sha256}", attachment, methods=["GET"]),
]
