"""The formats: every event type with its meaning, who may send it by which clause, its members, its JSON Schema."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import CATALOGUE, EVENT_TYPES, PROTOCOL_TYPES, content_model, meaning, newest_version
from events.schema import json_schema
from services.accounts.account import Power
from services.web.content_view import members
from services.web.entry import needs
from services.web.house import House
from services.web.pages.interface import DOCUMENTS
from services.web.problems import PageError, Problem
from services.web.rendering import language_of, render


@needs(Power.SEE)
async def formats(request: Request) -> Response:
    """Every event type, documents first."""
    house: House = request.state.house
    lang = language_of(request)
    rows = house.context.rules.by_type
    listed = [
        (name, meaning(name, lang), sorted({row.clause for row in rows.get(name, ()) if row.clause}), versions(name))
        for name in EVENT_TYPES
    ]
    values = {
        "described": DOCUMENTS,
        "schemas": len(CATALOGUE),
        "documents": [one for one in listed if one[0] not in PROTOCOL_TYPES],
        "protocol": [one for one in listed if one[0] in PROTOCOL_TYPES],
    }
    return render(request, "formats.html", values)


def versions(name: str) -> list[int]:
    """The versions of an event type, the newest first."""
    return sorted((version for known, version in CATALOGUE if known == name), reverse=True)


@needs(Power.SEE)
async def event_type(request: Request) -> Response:
    """One event type in its newest version."""
    house: House = request.state.house
    name: str = request.path_params["type"]
    if name not in EVENT_TYPES:
        raise PageError(Problem.NOT_FOUND, name[:64])
    version, lang = newest_version(name), language_of(request)
    rules = house.context.rules
    values = {
        "name": name,
        "version": version,
        "meaning": meaning(name, lang),
        "protocol": name in PROTOCOL_TYPES,
        "members": members(content_model(name, version), lang),
        "rows": [(row, row.text(lang)) for row in rules.by_type.get(name, ())],
        "forbidden": [
            (one, one.text_en if lang == "en" else one.text_vi) for one in rules.forbidden if one.event_type == name
        ],
        "schema": json.dumps(json_schema(name, version), ensure_ascii=False, indent=2),
    }
    return render(request, "formats_type.html", values)


ROUTES = [
    Route("/formats", formats, methods=["GET"]),
    Route("/formats/{type}", event_type, methods=["GET"]),
]
