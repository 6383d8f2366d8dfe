"""Files of the house: taken in to be named in a document, and how far those that documents name have come."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from events.types.attachment import MAX_ATTACHMENT_BYTES
from services.agency.attachments.index import AttachmentIndex
from services.agency.attachments.store import AttachmentStore
from services.documents.attachments import attachment_row, attachment_value
from services.web.api.answers import answered
from services.web.api.body import read_bytes
from services.web.api.caller import Drafting, Seeing
from services.web.api.components import answers
from services.web.api.negotiation import check_form
from services.web.api.parameters import Limit, WantedCase, WantedEvent

router = APIRouter(tags=["attachments"])

_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}}}


@router.post(
    "/attachments",
    status_code=201,
    openapi_extra=_BYTES,
    **answers("attach", "How a document names the file.", 201),
)
async def attach(
    request: Request,
    caller: Drafting,
    name: Annotated[str, Query(min_length=1, max_length=200, description="As the document names it.")],
    media_type: Annotated[str, Query(max_length=127)] = "application/octet-stream",
) -> Response:
    """The body is the file, 1 byte to 20 MiB."""
    house = caller.house
    check_form(request, None)
    attachment_value(name, media_type, 1, "0" * 64)  # what cannot be named is not taken in
    data = await read_bytes(request, MAX_ATTACHMENT_BYTES)
    store = AttachmentStore(house.service.folder.path)
    sha256, size_bytes = await asyncio.to_thread(store.keep, data, name)
    value = attachment_value(name, media_type, size_bytes, sha256)
    house.service.attachments.poke()
    return answered(request, {"agency": house.agency, "attachment": value.model_dump(mode="json")}, status=201)


@router.get("/attachments", **answers("attachments", "The files that documents name, and how far each has come."))
async def attachments(
    request: Request,
    caller: Seeing,
    case: WantedCase = None,
    event: WantedEvent = None,
    missing: Annotated[bool, Query(description="Only what is not here whole.")] = False,
    offset: Annotated[int, Query(ge=0, le=2**53 - 1, description="How many of the newest are passed over.")] = 0,
    limit: Limit = 200,
) -> Response:
    """The newest document first. Where they lie on this machine is not said."""
    house = caller.house

    def look() -> list[dict[str, object]]:
        store = AttachmentStore(house.service.folder.path)
        index = AttachmentIndex(store, house.service.record)
        index.catch_up()
        named = [one for one in index.all_named() if case in {None, one.case} and event in {None, one.event}]
        if missing:
            named = [one for one in named if not store.has(one.sha256)]
        return [attachment_row(one, store) | {"path": None} for one in named[offset : offset + limit + 1]]

    rows = await asyncio.to_thread(look)
    further = {"offset": offset + limit} if len(rows) > limit else None
    return answered(request, {"agency": house.agency, "attachments": rows[:limit]}, next_page=further)
