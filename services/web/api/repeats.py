"""Calls that may be repeated after a lost answer: the header `Idempotency-Key`.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/: the same key and the same request bring the
same answer; another request under the key is refused (422), and so is one while the first is under way (409). Only what
had an effect is kept: a call that failed did nothing, and its key is free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from services.agency.kept_answers import KeptAnswer, keep_answer, kept_answer
from services.agency.record_transaction import RecordTransaction
from services.web.api.answers import answered
from services.web.api.caller import Caller, CallLater
from services.web.problems import PageError, Problem

_KEY = r"""^("[ !#-\[\]-~]{1,255}"|[!#-+\--\[\]-~]{1,255})$"""
"""A string of RFC 9651 without escapes; its quotation marks may be left out."""

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=_KEY,
        max_length=257,
        description="A name that the caller gives this call, such as a UUID: repeated under it within 7 days, the call "
        "has no second effect and is answered the same.",
    ),
]

_ASK_AGAIN_SECONDS = 1.0

Made = tuple[dict[str, Any], str | None]
"""The document of what a call made, and where that is found."""


@dataclass(frozen=True)
class Call:
    """One call under way. `key` is None where the caller named none."""

    caller: Caller
    key: str | None
    request: bytes

    def once(self, make: Callable[[RecordTransaction], Made]) -> Callable[[RecordTransaction], KeptAnswer]:
        """The command that makes something, or finds that it was made. Raises `PageError` for another request."""

        def command(transaction: RecordTransaction) -> KeptAnswer:
            who, now = self.caller.account.author, self.caller.house.now()
            if self.key is not None and (kept := kept_answer(transaction, who, self.key, now)) is not None:
                if kept.request != self.request:
                    raise PageError(Problem.OTHER_REQUEST)
                return kept
            document, location = make(transaction)
            answer = KeptAnswer(self.request, 201, document, location)
            if self.key is not None:
                keep_answer(transaction, who, self.key, answer, now)
            return answer

        return command


@contextmanager
def called(request: Request, caller: Caller, key: str | None, *asked: object) -> Iterator[Call]:
    """A call while it is under way; `asked` is what it says, without any secret.

    Raises `CallLater` where another under the same key is not answered yet.
    """
    name = None if key is None else key.strip('"')
    said = json.dumps([request.method, request.url.path, *asked], sort_keys=True).encode("utf-8")
    call = Call(caller, name, hashlib.sha256(said).digest())
    if name is None:
        yield call
        return
    # One process serves an agency: what is under way is under way here.
    under_way: set[tuple[str, str]] = request.app.state.under_way
    mark = (caller.account.author, name)
    if mark in under_way:
        raise CallLater(Problem.UNDER_WAY, _ASK_AGAIN_SECONDS)
    under_way.add(mark)
    try:
        yield call
    finally:
        under_way.discard(mark)


def made(request: Request, answer: KeptAnswer) -> Response:
    """The answer to a call that made something, now or before."""
    place = {} if answer.location is None else {"location": answer.location}
    return answered(request, answer.document, status=answer.status, headers=place)
