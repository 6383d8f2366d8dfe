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


VIEWS_PATIENCE_SECONDS = 5.0
"""How long a question waits for the views to show what the record held when it was asked."""


class CallLater(PageError):
    """The call may be made again after some seconds: too many came, or the same is under way, or the views lag."""

    def __init__(self, problem: Problem, wait_seconds: float) -> None:
        super().__init__(problem)
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
    """Count a call; raises `CallLater`."""
    if (wait := pace.take(who)) > 0:
        raise CallLater(Problem.TOO_MANY, wait)


Seeing = Annotated[Caller, Depends(calling(Power.SEE))]


async def up_to_date(caller: Seeing) -> Caller:
    """A caller who asks the views: no answer is older than the record was then. Raises `CallLater`."""
    if not await caller.house.caught_up(VIEWS_PATIENCE_SECONDS):
        raise CallLater(Problem.VIEWS_BEHIND, VIEWS_PATIENCE_SECONDS)
    return caller


Viewing = Annotated[Caller, Depends(up_to_date)]
Drafting = Annotated[Caller, Depends(calling(Power.DRAFT))]
Signing = Annotated[Caller, Depends(calling(Power.SIGN))]
