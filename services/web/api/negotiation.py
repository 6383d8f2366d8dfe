"""In which form a call speaks and is answered (`Accept`, `Content-Type`, `Content-Encoding`): looked at first."""

from __future__ import annotations

from email.message import Message

from fastapi.routing import APIRoute
from starlette.requests import Request

from services.web.problems import PageError, Problem

_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})


async def acceptable(request: Request) -> None:
    """Refuse with 406 a call that could not be answered in a form it asks for (RFC 9110 section 12.5.1).

    Errors are problem details all the same.
    """
    route = request.scope.get("route")
    if (wanted := request.headers.get("accept")) is None or not isinstance(route, APIRoute):
        return
    offered = {
        media_type
        for status, answer in route.responses.items()
        if str(status).startswith("2")
        for media_type in answer.get("content", ())
    }
    ranges = [one for part in wanted.split(",") if (one := _range(part)) is not None]
    if ranges and not any(_fits(media_type, ranges) for media_type in offered):
        raise PageError(Problem.NOT_ACCEPTABLE)


def _range(text: str) -> tuple[str, float] | None:
    """A media range and its weight; None for what is none."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    if name.count("/") != 1:
        return None
    weight = next((value for one in parameters if (value := one.removeprefix("q=")) != one), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 1.0


def _fits(media_type: str, ranges: list[tuple[str, float]]) -> bool:
    """Whether the most specific range over a media type allows it."""
    kind = media_type.partition("/")[0]
    for name in (media_type, f"{kind}/*", "*/*"):
        weights = [weight for known, weight in ranges if known == name]
        if weights:
            return max(weights) > 0
    return False


def check_form(request: Request, media_type: str | None) -> None:
    """Refuse with 415 a body that is compressed, or of another media type or character set than is read here.

    A call that says nothing of its body is believed to keep to the description. `media_type` None takes any.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    said = Message()
    said["content-type"] = request.headers.get("content-type", media_type or "application/octet-stream")
    charset = said.get_content_charset("utf-8")
    wrong = media_type is not None and (said.get_content_type() != media_type or charset not in _UTF_8)
    if wrong or encoding not in {"identity", ""}:
        raise PageError(Problem.MEDIA_TYPE)
