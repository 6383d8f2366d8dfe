"""What every answer carries and every request must keep to, before any page is asked.

Headers: a strict Content-Security-Policy and its kin. Requests: a size limit, a known host, and no change from another
site: `Sec-Fetch-Site` must say `same-origin` (or `none` for what the person typed) where a browser sends it; without it
`Origin` must be this host. A machine's call carries a token and no cookie, and so needs neither.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.entry import keep_at_every_house, keep_refusal, person_of
from services.web.problems import PageError, Problem, answer_problem
from services.web.refusals import Refusal, printable

MAX_BODY_BYTES = 30 * 2**20
"""Room for an attachment of 20 MiB or an evidence package; pages' own forms are far smaller."""

_KEPT = frozenset({Problem.CROSS_SITE, Problem.HOST})
"""Refusals that are kept: an attempt by way of somebody else's browser."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Hardening:
    """The outermost layer. `hosts` are the names under which this server may be called (without port)."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    # A file that others sent says for itself what it may do: nothing at all.
                    headers.setdefault(name, value)
                # Pages show cases: no shared or disk cache keeps them. Assets say for themselves.
                headers.setdefault("cache-control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        if (against := self._objection(scope, headers)) is not None:
            request = Request(scope, receive)
            await _keep(request, against)
            await answer_problem(request, against)(scope, receive, answering)
            return
        await self._app(scope, _limited(receive), answering)

    def _objection(self, scope: Scope, headers: Headers) -> PageError | None:
        host = headers.get("host", "")
        if _name_of(host) not in self._hosts:
            return PageError(Problem.HOST, host[:100])
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return PageError(Problem.TOO_LARGE)
        if scope["method"] not in SAFE_METHODS and "authorization" not in headers and not _from_here(headers, host):
            return PageError(Problem.CROSS_SITE, headers.get("origin", "")[:100])
        return None


async def _keep(request: Request, against: PageError) -> None:
    """Keep that somebody called by another name, or from another site; whose session was misused, where it shows."""
    if against.problem not in _KEPT:
        return
    refusal = Refusal(against.problem.text, about={"claimed": printable(against.about, 100)})
    found = await person_of(request) if against.problem is Problem.CROSS_SITE else None
    if found is None:
        await keep_at_every_house(request, refusal)
    else:
        await keep_refusal(request, found[0], replace(refusal, person=found[1]))


def _from_here(headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] == host


def _name_of(host: str) -> str:
    name, separator, port = host.rpartition(":")
    return name if separator and port.isdecimal() else host


def _limited(receive: Receive) -> Receive:
    """The same body, cut off with an error behind the limit: a length that was not declared is counted."""
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MAX_BODY_BYTES:
            raise PageError(Problem.TOO_LARGE)
        return message

    return limited
