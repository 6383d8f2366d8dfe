"""Who of the auditor's people looked at what, exported and checked."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.asked import natural
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.rendering import render

PAGE = 50


@inspects
async def looks(request: Request) -> Response:
    """What was kept, the newest first."""
    house: AuditHouse = request.state.house
    before = natural(request, "before")
    found = await house.looks(before=before or None, limit=PAGE + 1)
    values = {"looks": found[:PAGE], "more": len(found) > PAGE, "before": before}
    return render(request, "audit_looks.html", values)


ROUTES = [Route("/audit/looks", looks, methods=["GET"])]
