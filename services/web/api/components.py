"""The schemas of the API's documents as OpenAPI components: the command line's, and the API's own beside this module.

OpenAPI 3.1 takes JSON Schema as it is (https://spec.openapis.org/oas/v3.1.1#schema-object), but a schema with an `$id`
of its own is a resource of its own, which few tools follow: here every reference is one within the whole document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

_PLACES = ("services.cli", "services.web.api")


@cache
def components() -> Mapping[str, Any]:
    """Every schema by its name: `cases`, `problem`."""
    found: dict[str, Any] = {}
    for package in _PLACES:
        for file in resources.files(package).joinpath("schemas").iterdir():
            name = file.name.removesuffix(".json")
            if file.name.endswith(".json"):
                found[name] = within(json.loads(file.read_text("utf-8")), pointer(name))
    return dict(sorted(found.items()))


def referred_to(paths: Any, others: Mapping[str, Any]) -> dict[str, Any]:
    """Of these schemas and `others` those that a document's paths refer to, and those that these refer to."""
    known = {**others, **components()}
    found: dict[str, Any] = {}
    wanted = _named_in(paths)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = known[name]
            wanted |= _named_in(found[name])
    return dict(sorted(found.items()))


def _named_in(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for one in node for name in _named_in(one)}
    if not isinstance(node, dict):
        return set()
    place = node.get("$ref")
    own = {place.removeprefix(pointer("")).split("/")[0]} if isinstance(place, str) else set()
    return own | {name for one in node.values() for name in _named_in(one)}


def pointer(name: str) -> str:
    """Where a component stands in the document."""
    return f"#/components/schemas/{name}"


def within(schema: Any, base: str) -> Any:
    """A schema as it stands at `base` in a greater document: references into itself begin there."""
    return _moved(schema, base, base)


def _moved(node: Any, here: str, base: str) -> Any:
    if isinstance(node, list):
        return [_moved(one, f"{here}/{index}", base) for index, one in enumerate(node)]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$id"), str):
        base = here
    moved = {}
    for name, value in node.items():
        if name in {"$id", "$schema"} and isinstance(value, str):
            continue
        if name == "$ref" and isinstance(value, str) and value.startswith("#/") and not value.startswith(_COMPONENTS):
            moved[name] = base + value[1:]
        else:
            moved[name] = _moved(value, f"{here}/{_escaped(name)}", base)
    return moved


_COMPONENTS = "#/components/"


def _escaped(name: str) -> str:
    """RFC 6901 section 3."""
    return name.replace("~", "~0").replace("/", "~1")


def answers(name: str, summary: str, *statuses: int) -> dict[str, Any]:
    """What an operation says of its JSON answer: `@router.get(…, **answers("cases", "…"))`; 200 if none is named."""
    content = {"application/json": {"schema": {"$ref": pointer(name)}}}
    return described(summary, {status: {"description": summary, "content": content} for status in statuses or (200,)})


def answers_bytes(media_type: str, summary: str) -> dict[str, Any]:
    """The same of an answer that is no JSON document."""
    return described(summary, {200: {"description": summary, "content": {media_type: {}}}})


def described(summary: str, responses: dict[int, Any]) -> dict[str, Any]:
    """Summary and answers of an operation. What fails is answered with problem details, whatever it is."""
    problem = {"application/problem+json": {"schema": {"$ref": pointer("problem")}}}
    failed = {"description": "Problem details (RFC 9457): what happened, why, what to do next.", "content": problem}
    return {
        "summary": summary,
        "responses": {**responses, "default": failed},
        "response_model": None,
    }
