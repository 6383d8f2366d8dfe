"""What came of a look-up: it is asked for with `POST /events`, and its answer is read here."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.documents.lookups import NoLookup, lookup_document
from services.web.api.answers import answered
from services.web.api.caller import Seeing
from services.web.api.components import answers
from services.web.api.parameters import EventId
from services.web.problems import PageError, Problem

router = APIRouter(tags=["events"])


@router.get("/lookups/{event}", **answers("lookup", "A look-up with its answer; the look is kept in the record."))
async def lookup(request: Request, caller: Seeing, event: EventId) -> Response:
    """`event` is the `LookupRequested`. Its answer and the record of the consultation are null until they are here."""
    house = caller.house
    try:
        document = await asyncio.to_thread(lookup_document, house.service.record, event)
    except NoLookup:
        raise PageError(Problem.NOT_FOUND, event) from None
    await house.note("EventViewed", document["case"] or event, caller.account, {"event": event, "page": "lookup"})
    return answered(request, document)
