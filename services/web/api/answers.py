"""How the API answers: a document with its ETag, and where the next page is."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"


def answered(
    request: Request, document: object, *, status: int = 200, next_page: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """A document. `next_page` are the parameters, beside those of this call, under which the list goes on."""
    more = dict(headers or {})
    if next_page is not None:
        # RFC 8288: the same address with another place in the list.
        query = urlencode(dict(request.query_params) | {name: str(value) for name, value in next_page.items()})
        more["link"] = f'<{request.url.path}?{query}>; rel="next"'
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return with_etag(request, data, JSON, status=status, headers=more)


def with_etag(
    request: Request, data: bytes, media_type: str, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Bytes with the digest that names them (RFC 9110 section 8.8.3); 304 for whoever holds them already."""
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    more = {"etag": etag} | (headers or {})
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if request.method in {"GET", "HEAD"} and status == 200 and (etag in held or "*" in held):
        return Response(status_code=304, headers=more)
    return Response(data, status, more, media_type)
