"""How many live connections a person has open: each is one that the server keeps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.types import Receive, Scope, Send

from services.web.problems import PageError, Problem

MOST_OF_A_PERSON = 40
"""Browsers open six to one server at once, or some tens through a proxy that speaks HTTP/2."""


class OpenPages:
    """The live connections of one application, by person. Used from one event loop."""

    def __init__(self, *, most_of_a_person: int = MOST_OF_A_PERSON) -> None:
        self._most = most_of_a_person
        self.of = Counter[str]()

    def take(self, who: str) -> None:
        """Count one more. Raises `PageError` where there are as many as may be."""
        if self.of[who] >= self._most:
            raise PageError(Problem.TOO_MANY)
        self.of[who] += 1

    def give_back(self, who: str) -> None:
        """Count one less."""
        self.of[who] -= 1
        if not self.of[who]:
            del self.of[who]


class CountedStream(EventSourceResponse):
    """A stream of events whose place, taken already, is given back when it ends, however it does."""

    def __init__(self, *args: Any, counted: tuple[OpenPages, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until either side ends it."""
        pages, who = self._counted
        try:
            await super().__call__(scope, receive, send)
        finally:
            pages.give_back(who)
