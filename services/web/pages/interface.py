"""The API in words: its calls by matter, and the documents that describe it to programs."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.accounts.account import Power
from services.web.api.app import ROUTERS
from services.web.entry import needs
from services.web.rendering import render

DOCUMENTS = ("openapi.json", "asyncapi.json")


@needs(Power.SEE)
async def interface(request: Request) -> Response:
    """Every call that needs a token or a session, and what describes them."""
    return render(request, "interface.html", {"matters": _matters(), "documents": DOCUMENTS})


@cache
def _matters() -> dict[str, list[tuple[str, str, str]]]:
    """Matter → (method, address, name of the call), in the API's order."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.tags != ["published"]:
                method = " ".join(sorted(route.methods or ()))
                found[str(route.tags[0])].append((method, f"/api{route.path}", route.name))
    return dict(found)


ROUTES = [Route("/formats/api", interface, methods=["GET"])]
