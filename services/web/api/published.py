"""What describes the API and the bus: OpenAPI, AsyncAPI, the contents' JSON Schemas. No secret: open to anybody."""

from __future__ import annotations

import asyncio
import json
from functools import cache, lru_cache
from importlib import metadata
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from events.catalogue import CATALOGUE
from events.directory import Directory
from events.regulation.regulations import load_rules
from events.schema import schema_file_name, schema_text
from services.web.api.answers import JSON, answered, with_etag
from services.web.api.asyncapi import asyncapi_document
from services.web.api.components import answers_bytes
from services.web.problems import PageError, Problem

router = APIRouter(tags=["published"])

_SCHEMAS = {schema_file_name(name, version): (name, version) for name, version in CATALOGUE}


@router.get("/openapi.json", **answers_bytes(JSON, "This API as an OpenAPI 3.1 document."))
async def openapi(request: Request) -> Response:
    """What you read."""
    return answered(request, request.app.openapi())


@router.get("/asyncapi.json", **answers_bytes(JSON, "The bus as an AsyncAPI 3 document."))
async def asyncapi(request: Request) -> Response:
    """Channels are subjects, messages are event types."""
    house = next(iter(request.app.state.houses.values()))
    return with_etag(request, await asyncio.to_thread(_asyncapi, _Same(house.directory)), JSON)


@router.get("/schemas/{file}", **answers_bytes("application/schema+json", "The JSON Schema of a content."))
async def schema(
    request: Request, file: Annotated[str, Path(pattern=r"^[A-Z][A-Za-z]{2,63}\.[1-9][0-9]{0,3}\.json$")]
) -> Response:
    """`<EventType>.<version>.json`."""
    if file not in _SCHEMAS:
        raise PageError(Problem.NOT_FOUND, file)
    return with_etag(request, _schema(file).encode("utf-8"), "application/schema+json")


@cache
def _schema(file: str) -> str:
    return schema_text(*_SCHEMAS[file])


class _Same:
    """A directory by province and version, so that its document is made once."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, int]:
        return self.directory.province, self.directory.version


@lru_cache(maxsize=4)
def _asyncapi(of: _Same) -> bytes:
    directory = of.directory
    document = asyncapi_document(directory, load_rules(directory.regulation), program_version())
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def program_version() -> str:
    """The version of the installed program."""
    return metadata.version("phoihop")
