"""The API in words: its calls by matter, and the documents that describe it to programs."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.api.app import AGENCY_ROUTERS, AUDIT_ROUTERS
from services.web.auditing.house import AuditHouse
from services.web.entry import enters
from services.web.rendering import render

DOCUMENTS = ("openapi.json", "asyncapi.json")


@enters
async def interface(request: Request) -> Response:
    """Every call of this house that needs a token or a session, and what describes them."""
    audits = isinstance(request.state.house, AuditHouse)
    values = {"matters": _matters(audits=audits), "documents": DOCUMENTS, "audits": audits}
    return render(request, "interface.html", values)


@cache
def _matters(*, audits: bool) -> dict[str, list[tuple[str, str, str]]]:
    """Matter → (method, address, name of the call), in the API's order."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    place, routers = ("/api/audit", AUDIT_ROUTERS) if audits else ("/api", AGENCY_ROUTERS)
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                method = " ".join(sorted(route.methods or ()))
                found[str(route.tags[0])].append((method, f"{place}{route.path}", route.name))
    return dict(found)


ROUTES = [Route("/formats/api", interface, methods=["GET"])]
