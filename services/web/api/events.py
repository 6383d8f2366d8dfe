"""Events as this agency holds them: what they say, their exact bytes, their files; and events that a machine sends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.attachments import attachments_of
from events.canonical import JSON, parse_canonical
from events.catalogue import read_content
from events.content import Content
from events.errors import PhoihopError
from events.instants import format_instant
from events.record_entry import RecordEntry
from projections.ledger import Delivery, LedgerFilter
from projections.views import Views
from services.agency.attachments.store import AttachmentStore
from services.agency.issuing import issue
from services.agency.lawfulness import with_standing
from services.agency.record_transaction import RecordTransaction
from services.documents.signed import signed_document
from services.web.api.answers import answered, with_etag
from services.web.api.body import read_body, takes
from services.web.api.caller import Caller, Drafting, Seeing, Viewing
from services.web.api.components import answers, answers_bytes
from services.web.api.drafting import DraftMembers
from services.web.api.parameters import Digest, EventId
from services.web.api.repeats import Key, Made, called, made
from services.web.held_events import held
from services.web.house import House
from services.web.problems import PageError, Problem

router = APIRouter(tags=["events"])

_MOST_RECIPIENTS = 1_000


@router.post(
    "/events",
    status_code=201,
    openapi_extra=takes(DraftMembers),
    **answers("signed", "The document, signed by the service's key and on its way.", 201),
)
async def send(request: Request, caller: Drafting, key: Key = None) -> Response:
    """For machines alone, and only what a rule lets the service's own key sign; all else is drafted for the head."""
    house = caller.house
    if not caller.account.machine:
        raise PageError(Problem.NOT_YOURS)
    body = await read_body(request, DraftMembers)
    read = body.draft()
    await house.service.ready_to_sign()

    def put(transaction: RecordTransaction) -> Made:
        now, context = house.now(), house.context
        draft = with_standing(read, transaction, context, now)
        entry = issue(transaction, draft, house.service.service_signer, context, now)
        about = {"by": caller.account.author}
        transaction.append_local("SentByMachine", entry.event.envelope.id, dict(about), now)
        document = {"agency": house.agency, "service_woken": True, "signed": [signed_document(entry, None)]}
        return document, f"/api/events/{entry.event.envelope.id}"

    with called(request, caller, key, body.model_dump()) as call:
        return made(request, await house.write(call.once(put)))


@router.get("/events/{event}", **answers("event", "One event; the look is kept in the record."))
async def one(request: Request, caller: Viewing, event: EventId) -> Response:
    """Its envelope, its content, its files, and what became of it at each recipient."""
    house, entry = caller.house, await _looked_at(caller, event, "EventViewed")

    def ask(views: Views) -> tuple[Delivery, ...]:
        return views.ledger(LedgerFilter(event_id=event), limit=_MOST_RECIPIENTS)

    rows = [row.to_json() | {"receipted": row.receipted} for row in await house.ask(ask)]
    document = {"agency": house.agency, "event": _event(entry), "deliveries": rows, **_content(house, entry)}
    return answered(request, document)


@router.get("/events/{event}/payload", **answers_bytes("application/cloudevents+json", "The bytes that travelled."))
async def payload(request: Request, caller: Seeing, event: EventId) -> Response:
    """A CloudEvent in structured mode. The signature is over these bytes without their member `data`."""
    entry = await _looked_at(caller, event, "PayloadFetched")
    return with_etag(request, entry.event.payload, "application/cloudevents+json")


@router.get("/events/{event}/signature", **answers_bytes("application/jose", "The detached signature."))
async def signature(request: Request, caller: Seeing, event: EventId) -> Response:
    """A JWS (RFC 7515, RFC 7797) over the envelope's bytes."""
    entry = await _looked_at(caller, event, "SignatureFetched")
    return with_etag(request, entry.event.signature.encode("ascii"), "application/jose")


@router.get("/events/{event}/attachments/{sha256}", **answers_bytes("application/octet-stream", "A file of the event."))
async def attachment(request: Request, caller: Seeing, event: EventId, sha256: Digest) -> Response:
    """Its bytes, held against their digest, if they are here."""
    house = caller.house
    entry = await held(house, event)
    content = _readable(entry)
    store = AttachmentStore(house.service.folder.path)
    named = {one.sha256 for one in attachments_of(content)} if content is not None else set()
    if sha256 not in named or not store.has(sha256):
        raise PageError(Problem.NOT_FOUND, sha256)
    data = await asyncio.to_thread(lambda: store.read(sha256, 0, store.size(sha256)))
    about: dict[str, JSON] = {"event": event, "sha256": sha256}
    await house.note("AttachmentViewed", entry.event.envelope.case or event, caller.account, about)
    headers = {"content-disposition": f'attachment; filename="{sha256[:16]}"'}
    return with_etag(request, data, "application/octet-stream", headers=headers)


async def _looked_at(caller: Caller, event: str, note: str) -> RecordEntry:
    """The entry of an event; who asked for it is kept in the record. Raises `PageError`."""
    entry = await held(caller.house, event)
    envelope = entry.event.envelope
    about: dict[str, JSON] = {"event": envelope.id, "type": envelope.event_type}
    await caller.house.note(note, envelope.case or envelope.id, caller.account, about)
    return entry


def _event(entry: RecordEntry) -> Mapping[str, object]:
    envelope, refusal = entry.event.envelope, entry.refusal
    return {
        "id": envelope.id,
        "type": envelope.event_type,
        "version": envelope.version,
        "time": format_instant(envelope.time),
        "sender": envelope.sender,
        "role": envelope.role,
        "recipients": [{"agency": one.agency, "count": one.count} for one in envelope.recipients],
        "clause": envelope.clause,
        "case": envelope.case,
        "cause": envelope.cause,
        "basis": envelope.basis,
        "due": format_instant(envelope.due) if envelope.due else None,
        "number": envelope.docnumber,
        "symbol": envelope.docsymbol,
        "digest": entry.event.digest_text,
        "kid": entry.event.kid,
        "position": entry.position,
        "kind": entry.kind.value,
        "recorded_at": format_instant(entry.recorded_at),
        "incoming_number": entry.incoming_number,
        "late": entry.late,
        "refusal": None
        if refusal is None
        else {
            "check": refusal.check,
            "reason": refusal.reason,
            "clause": refusal.clause,
            "explanation": refusal.explanation,
        },
    }


def _content(house: House, entry: RecordEntry) -> dict[str, object]:
    """Content and files; of an event that was refused as unreadable the content is null."""
    content = _readable(entry)
    if content is None:
        return {"content": None, "attachments": []}
    store = AttachmentStore(house.service.folder.path)
    files = [one.model_dump(mode="json") | {"here": store.has(one.sha256)} for one in attachments_of(content)]
    return {"content": parse_canonical(entry.event.content_bytes), "attachments": files}


def _readable(entry: RecordEntry) -> Content | None:
    try:
        return read_content(entry.event)
    except PhoihopError:
        return None
