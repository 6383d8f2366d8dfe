"""What is wrong with a call, place by place: the member `errors` of a problem document (RFC 9457, 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from events.errors import Malformed
from services.web.faults import fault_text

_MOST = 50
_IN_CONTENT = ("body", "content")


def told_faults(faults: Iterable[Mapping[str, Any]], lang: str) -> list[dict[str, str]]:
    """At most 50 faults of pydantic's `errors()`, whose places begin with `body`, `query`, `path` or `header`.

    `pointer` is a JSON pointer as a URI fragment (RFC 6901, 6), into the body or to the parameter; `code` is stable.
    """
    return [
        {
            "in": str(fault["loc"][0]),
            "pointer": _pointer(fault["loc"][1:]),
            "code": str(fault["type"]),
            "text": fault_text(fault, lang),
        }
        for fault in list(faults)[:_MOST]
    ]


def faults_of_content(error: Exception) -> list[dict[str, Any]]:
    """What is wrong inside a draft's content, where that is why it was not read; empty for any other error."""
    cause = error.__cause__ if isinstance(error, Malformed) else None
    if not isinstance(cause, ValidationError):
        return []
    found = cause.errors(include_url=False, include_input=False)
    return [{**fault, "loc": (*_IN_CONTENT, *fault["loc"])} for fault in found]


def _pointer(steps: Iterable[object]) -> str:
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join(f"/{quote(step, safe='~!$&()*+,;=:@')}" for step in escaped)
