"""The network: its directory, and how this agency stands in it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from projections.views import Views
from services.agency.delegations import held_delegations
from services.documents import Document
from services.documents.delegations import delegations_document
from services.documents.directory import directory_document, version_of
from services.documents.standing import Premises, standing_document
from services.identity.directory_folder import DirectoryFolder
from services.moments import read_moment
from services.web.api.answers import answered
from services.web.api.caller import Seeing
from services.web.api.components import answers
from services.web.api.parameters import Agency, Moment

router = APIRouter(tags=["network"])


@router.get("/delegations", **answers("delegate-list", "Who may sign for which head, as far as it was told here."))
async def delegations(
    request: Request,
    caller: Seeing,
    of: Agency = None,
    at: Moment = None,
    history: Annotated[bool, Query(description="Those that are over, too.")] = False,
) -> Response:
    """In force or to come at a moment."""
    house, now = caller.house, caller.house.now()
    moment = read_moment(at, now) if at else now
    held = await asyncio.to_thread(held_delegations, house.service.record, of)
    return answered(request, delegations_document(house.agency, held, moment, history=history))


@router.get("/directory", **answers("directory-show", "The agencies, their roles, signatories and keys."))
async def directory(
    request: Request,
    caller: Seeing,
    version: Annotated[int | None, Query(ge=1, le=2**53 - 1, description="The newest without it.")] = None,
) -> Response:
    """A version of the directory, whose chain is verified up to the root key."""
    house = caller.house
    chain = await house.chain()
    root = await asyncio.to_thread(lambda: str(DirectoryFolder.of(house.service.folder.root).root))
    return answered(request, directory_document(version_of(chain, version), len(chain), root))


@router.get("/status", **answers("status", "What waits, what is owed, where the chains are, what runs."))
async def status(request: Request, caller: Seeing) -> Response:
    """How this agency stands now."""
    house = caller.house
    now, chain = house.now(), await house.chain()
    premises = Premises(house.service.folder, house.service.record, chain)

    def ask(views: Views) -> Document:
        return standing_document(premises, views, now, service_running=True, views_position=views.position)

    return answered(request, await house.ask(ask))
