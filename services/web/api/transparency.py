"""The transparency log as this agency knows it: how far it was verified here, and what was found wrong with it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.documents.log import alarms_document, log_document
from services.web.api.answers import answered
from services.web.api.caller import Seeing
from services.web.api.components import answers
from services.web.api.parameters import Limit

router = APIRouter(tags=["log"])


@router.get("/log", **answers("log-status", "How far the log was verified and cosigned here, and what it lacks."))
async def log(request: Request, caller: Seeing) -> Response:
    """As this agency's witness knows it."""
    house = caller.house
    read = partial(log_document, house.service.record, house.directory, house.now(), service_running=True)
    return answered(request, await asyncio.to_thread(read))


@router.get("/log/alarms", **answers("log-alarms", "What was found wrong with the log, the newest first."))
async def alarms(
    request: Request,
    caller: Seeing,
    limit: Limit = 200,
    *,
    only_open: Annotated[bool, Query(alias="open", description="Of these, only what is not settled.")] = False,
) -> Response:
    """Here and by others, and what of it is proven."""
    read = partial(alarms_document, caller.house.service.record, limit, only_open=only_open)
    return answered(request, await asyncio.to_thread(read))
