"""Who calls the auditor's API: its machines by their tokens, its people by their sessions, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from events.canonical import JSON
from services.accounts.account import Account, Power
from services.web.api.caller import keep_pace
from services.web.auditing.house import AuditHouse
from services.web.entry import SESSION_COOKIE, enter_at
from services.web.rendering import language_of

_token = HTTPBearer(auto_error=False, description="A machine's token: `phoihop token add --as auditor`.")
_session = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="The session of a person at the pages.")


@dataclass(frozen=True)
class Inspector:
    """A caller who was let in: the auditor's house, the account, and the language in which it is answered."""

    house: AuditHouse
    account: Account
    lang: str

    async def note(self, name: str, subject: str, about: Mapping[str, JSON] = MappingProxyType({})) -> None:
        """Keep what was looked at."""
        await self.house.note(name, subject, self.account, {"page": "api", **about})


async def _let_in(
    request: Request,
    _token: Annotated[object, Security(_token)],
    _session: Annotated[object, Security(_session)],
    lang: Annotated[Literal["vi", "en"] | None, Query(description="Language of texts; Vietnamese.")] = None,
) -> Inspector:
    del lang  # read by `language_of`, as everywhere; named here so that a wrong one is refused
    house, account = await enter_at(request, Power.SEE, (AuditHouse,), machines=True)
    if not isinstance(house, AuditHouse):
        raise TypeError(f"{house.agency} is not the auditor's house")
    keep_pace(request.app.state.pace, account.author)
    return Inspector(house, account, language_of(request))


Inspecting = Annotated[Inspector, Depends(_let_in)]
