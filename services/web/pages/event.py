"""One event as this agency holds it: the document in plain words, its recipients and receipts, its bytes."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.attachments import attachments_of
from events.catalogue import read_content
from events.errors import PhoihopError
from events.record_entry import RecordEntry
from projections.ledger import Delivery, LedgerFilter
from projections.views import Views
from services.accounts.account import Power
from services.agency.attachments.store import AttachmentStore
from services.web.content_view import shown
from services.web.entry import needs
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import language_of, render

_MOST_RECIPIENTS = 1_000


@needs(Power.SEE)
async def event(request: Request) -> Response:
    """The event's page. The look is kept in the record."""
    house: House = request.state.house
    entry = await held(house, request.path_params["event"])
    envelope = entry.event.envelope

    def ask(views: Views) -> tuple[Delivery, ...]:
        return views.ledger(LedgerFilter(event_id=envelope.id), limit=_MOST_RECIPIENTS)

    deliveries = await house.ask(ask)
    about = {"event": envelope.id, "type": envelope.event_type}
    await house.note("EventViewed", envelope.case or envelope.id, request.state.person, dict(about))
    try:
        content = read_content(entry.event)
    except PhoihopError:
        content = None  # refused as unreadable: its bytes are shown, and why
    files = AttachmentStore(house.service.folder.path)
    values = {
        "entry": entry,
        "envelope": envelope,
        "content": shown(content, language_of(request)) if content is not None else (),
        "raw": _pretty(entry.event.content_bytes),
        "raw_envelope": _pretty(entry.event.envelope_bytes),
        "deliveries": deliveries,
        "attachments": [(one, files.has(one.sha256)) for one in attachments_of(content)] if content is not None else [],
    }
    return render(request, "event.html", values)


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
    data = await asyncio.to_thread(files.path(wanted).read_bytes)
    about = {"event": entry.event.envelope.id, "sha256": wanted}
    await house.note(
        "AttachmentViewed", entry.event.envelope.case or entry.event.envelope.id, request.state.person, dict(about)
    )
    headers = {"content-disposition": f'attachment; filename="{wanted[:16]}"', "content-security-policy": "sandbox"}
    return Response(data, media_type="application/octet-stream", headers=headers)


async def held(house: House, event_id: str) -> RecordEntry:
    """The entry of an event that this house's record holds. Raises `PageError`."""

    def look() -> RecordEntry | None:
        record = house.service.record
        rows = record.rows("SELECT position FROM event_index WHERE event_id = ?", (event_id,))
        entry = record.entry_at(rows[0][0]) if rows else None
        return entry if isinstance(entry, RecordEntry) else None

    if (entry := await asyncio.to_thread(look)) is None:
        raise PageError(Problem.NOT_FOUND, event_id[:64])
    return entry


def _pretty(data: bytes) -> str:
    try:
        return json.dumps(json.loads(data), ensure_ascii=False, indent=2)
    except ValueError:
        return data.decode("utf-8", "replace")


ROUTES = [
    Route("/events/{event}", event, methods=["GET"]),
    Route("/events/{event}/attachments/{sha256}", attachment, methods=["GET"]),
]
