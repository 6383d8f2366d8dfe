"""The draft that a page's address names, and the revision of it that a form was made from."""

from __future__ import annotations

import re

from starlette.requests import Request

from services.web.problems import PageError, Problem

WHOLE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A whole id: the beginning of one names none here."""


def whole_id(request: Request) -> str:
    """The id in the address. Raises `PageError`."""
    draft_id: str = request.path_params["draft"]
    if WHOLE.fullmatch(draft_id) is None:
        raise PageError(Problem.NOT_FOUND, draft_id[:64])
    return draft_id


def revision_of(text: str) -> int:
    """The revision that a form sends back. Raises `PageError`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise PageError(Problem.INVALID, "revision")
    return int(text)
