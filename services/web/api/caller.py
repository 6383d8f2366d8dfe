"""Who calls the API: a machine by its token, or a person by the session of the pages; and how fast."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from services.accounts.account import Account, Power
from services.texts import Texts
from services.web.api.pace import Pace
from services.web.entry import SESSION_COOKIE, enter_by
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import language_of

CALLS_PER_SECOND = 50.0
CALLS_AT_ONCE = 200
PASSPHRASES_PER_SECOND = 0.1
PASSPHRASES_AT_ONCE = 5
"""A passphrase is tried 5 times, then once in 10 seconds: whoever sits at a head's open session guesses slowly."""

_token = HTTPBearer(auto_error=False, description="A machine's token: `phoihop token add`.")
_session = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="The session of a person at the pages.")


class TooManyCalls(PageError):
    """The caller calls too often."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(Problem.TOO_MANY)
        self.wait_seconds = math.ceil(wait_seconds)


@dataclass(frozen=True)
class Caller:
    """A caller who was let in: its house, its account, and the language in which it is answered."""

    house: House
    account: Account
    lang: str

    @property
    def texts(self) -> Texts:
        """The program's texts in that language."""
        return Texts(self.lang)


def calling(power: Power) -> Callable[..., Awaitable[Caller]]:
    """A caller with a power. Nothing of a request's body is read before."""

    async def let_in(
        request: Request,
        _token: Annotated[object, Security(_token)],
        _session: Annotated[object, Security(_session)],
        lang: Annotated[Literal["vi", "en"] | None, Query(description="Language of texts; Vietnamese.")] = None,
    ) -> Caller:
        del lang  # read by `language_of`, as everywhere; named here so that a wrong one is refused
        house, account = await enter_by(request, power)
        keep_pace(request.app.state.pace, account.author)
        return Caller(house, account, language_of(request))

    return let_in


def keep_pace(pace: Pace, who: str) -> None:
    """Count a call; raises `TooManyCalls`."""
    if (wait := pace.take(who)) > 0:
        raise TooManyCalls(wait)


Seeing = Annotated[Caller, Depends(calling(Power.SEE))]
Drafting = Annotated[Caller, Depends(calling(Power.DRAFT))]
Signing = Annotated[Caller, Depends(calling(Power.SIGN))]
