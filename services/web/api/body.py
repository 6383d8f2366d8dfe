"""Bodies of requests, read only after the caller was let in, and never beyond their limit."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from services.web.api.negotiation import check_form
from services.web.problems import PageError, Problem

MAX_JSON_BYTES = 2**20
"""Four times what the content of an event may have: room for one in a looser spelling."""

_M = TypeVar("_M", bound=BaseModel)


async def read_bytes(request: Request, limit_bytes: int) -> bytes:
    """The body; raises `PageError` beyond the limit."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit_bytes:
            raise PageError(Problem.TOO_LARGE)
        parts.append(part)
    return b"".join(parts)


async def read_body(request: Request, model: type[_M]) -> _M:
    """A JSON body as a model; raises `PageError` or `RequestValidationError`."""
    check_form(request, "application/json")
    data = await read_bytes(request, MAX_JSON_BYTES)
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from error


def takes(model: type[BaseModel], example: Any = None) -> dict[str, Any]:
    """What an OpenAPI operation says of a JSON body that `read_body` reads."""
    content: dict[str, Any] = {"schema": model.model_json_schema()}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": True, "content": {"application/json": content}}}
