"""What came and what became of it; and what is held back, examined again."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from projections.inbox import Inbox, InboxState
from projections.views import Views
from services.documents.views import inbox_document
from services.web.api.answers import answered
from services.web.api.caller import Drafting, Viewing
from services.web.api.components import answers
from services.web.api.parameters import Before, Limit

router = APIRouter(tags=["mail"])

_ENDS = ("admitted", "refused", "parked", "quarantined", "repeated")


@router.get("/inbox", **answers("inbox", "What came, newest first, and what is held back."))
async def inbox(
    request: Request, caller: Viewing, state: InboxState | None = None, before: Before = None, limit: Limit = 50
) -> Response:
    """Drafts have a list of their own: `drafts` is empty here."""
    house = caller.house

    def ask(views: Views) -> Inbox:
        return views.inbox(house.agency, state=state, before=before, limit=limit + 1)

    found = await house.ask(ask)
    page = Inbox(found.received[:limit], found.held[:limit])
    further = {"before": page.received[-1].position} if len(found.received) > limit else None
    return answered(request, inbox_document(house.agency, page, ()), next_page=further)


@router.post("/inbox/retry", **answers("inbox-retry", "Parked and quarantined messages are examined again."))
async def retry(request: Request, caller: Drafting) -> Response:
    """What became of them."""
    house = caller.house
    intake = await house.service.mailroom.retry_inbox()
    ends = {name: getattr(intake, name) for name in _ENDS}
    document = {"agency": house.agency, "examined": sum(ends.values()), **ends, "service_woken": True}
    return answered(request, document)
