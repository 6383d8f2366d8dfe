"""Where silence is, what proves an event, and how the auditor stands."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.audit.proof_card import prove
from services.audit.questions.book import Book
from services.audit.questions.silence import silence
from services.auditor.places import log_folder
from services.auditor.standing import auditor_standing
from services.auditor.witness_policy import load_policy
from services.documents import Document
from services.documents.directory import directory_document, version_of
from services.documents.proof import proof_document
from services.documents.silences import silences_document
from services.evidence.log_files import LogFiles
from services.identity.directory_folder import DirectoryFolder
from services.moments import read_moment
from services.web.api.answers import answered
from services.web.api.audit.caller import Inspecting
from services.web.api.audit.parameters import Offset
from services.web.api.components import answers
from services.web.api.parameters import EventId, Limit, Moment
from services.web.problems import PageError, Problem

router = APIRouter(tags=["standing"])


@router.get("/silences", **answers("audit-silences", "Requests unanswered, receipts missing, reports not sent."))
async def silences(
    request: Request, caller: Inspecting, at: Moment = None, offset: Offset = 0, limit: Limit = 200
) -> Response:
    """At a moment. `offset` and `limit` are of each of the three lists; the totals are of all."""
    now = caller.house.now()
    moment = read_moment(at, now) if at else now

    def ask(book: Book) -> tuple[Document, bool]:
        found = silence(book, moment, offset + limit + 1)
        page = slice(offset, offset + limit)
        longest = max(len(rows) for rows in (found.requests, found.receipts, found.reports))
        shown = replace(found, requests=found.requests[page], receipts=found.receipts[page])
        document = silences_document(book, shown, moment)
        document["reports"]["not_sent"] = document["reports"]["not_sent"][page]
        return document, longest > offset + limit

    document, more = await caller.house.ask(ask)
    return answered(request, document, next_page={"offset": offset + limit} if more else None)


@router.get("/events/{event}", **answers("audit-proof", "The proof of an event, computed now, step by step."))
async def proof(request: Request, caller: Inspecting, event: EventId) -> Response:
    """What was checked, by which values, and what was found. The look is kept."""
    house = caller.house

    def ask(book: Book) -> Document | None:
        held = book.ledger.by_id(event)
        if not held:
            return None
        card = prove(book, held[0], LogFiles(log_folder(house.folder)), load_policy(house.folder))
        return proof_document(book, card, event, [other.first_index for other in held[1:]])

    document = await house.ask(ask)
    if document is None:
        raise PageError(Problem.NOT_FOUND, event)
    case = (document["envelope"] or {}).get("case")
    await caller.note("EventViewed", case or event, {"event": event, "standing": document["verdict"]})
    return answered(request, document)


@router.get("/status", **answers("auditor-status", "How far the log is, who has cosigned it, what was set aside."))
async def auditor_status(request: Request, caller: Inspecting) -> Response:
    """As `phoihop auditor status`."""
    house = caller.house
    document = await asyncio.to_thread(lambda: auditor_standing(house.folder, house.directory.province))
    return answered(request, document)


@router.get("/directory", **answers("directory-show", "The agencies, their roles, signatories and keys."))
async def directory(
    request: Request,
    caller: Inspecting,
    version: Annotated[int | None, Query(ge=1, le=2**53 - 1, description="The newest without it.")] = None,
) -> Response:
    """A version of the directory, whose chain is verified up to the root key."""

    def read() -> Document:
        folder = DirectoryFolder.of(caller.house.folder)
        chain = folder.chain()
        return directory_document(version_of(chain, version), len(chain), str(folder.root))

    return answered(request, await asyncio.to_thread(read))
