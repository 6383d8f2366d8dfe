"""Refused attempts, kept where they belong, and never so many that a stranger fills the disk.

Within a window of time so many of one person are kept, so many from one address and so many of all strangers together.
What goes beyond is counted, and the count is kept when the window ends: nothing is passed over in silence.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from starlette.requests import Request

from events.canonical import JSON
from services.accounts.account import Account
from services.web.addresses import neighbourhood

if TYPE_CHECKING:
    from services.web.entry import AnyHouse

_log = structlog.get_logger(__name__)

WINDOW_SECONDS = 60.0
MOST_OF_A_PERSON = 30
MOST_OF_AN_ADDRESS = 10
MOST_OF_STRANGERS = 30
"""Of all addresses together: some 10 MB a day at most, however long somebody tries."""
_MOST_NAMES = 1_000
_STRANGER = "stranger"
"""Subject of what somebody did who named nobody."""


@dataclass(frozen=True)
class Refusal:
    """One refused attempt. `why` is a stable token; `person` whose session or token it was, also of one that ended."""

    why: str
    person: Account | None = None
    name: str = "AccessRefused"
    subject: str = ""
    about: dict[str, JSON] = field(default_factory=dict)


@dataclass
class _Window:
    """What one house was told since its window began."""

    of_one: Counter[str] = field(default_factory=Counter)
    of_strangers: int = 0
    beyond: Counter[str] = field(default_factory=Counter)

    def has_room(self, who: str, *, stranger: bool) -> bool:
        """Count an attempt; whether it is kept itself."""
        if stranger and (self.of_strangers >= MOST_OF_STRANGERS or len(self.of_one) >= _MOST_NAMES):
            return False
        if self.of_one[who] >= (MOST_OF_AN_ADDRESS if stranger else MOST_OF_A_PERSON):
            return False
        self.of_one[who] += 1
        self.of_strangers += stranger
        return True


class Refusals:
    """The refused attempts at this process's houses. Used from one event loop."""

    def __init__(self, *, window_seconds: float = WINDOW_SECONDS) -> None:
        self._window_seconds = window_seconds
        self._windows: dict[str, tuple[AnyHouse, _Window, asyncio.TimerHandle]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def keep(self, request: Request, house: AnyHouse, refusal: Refusal) -> None:
        """Keep a refused attempt at a house, or count it."""
        person = refusal.person
        address = request.client.host if request.client is not None else ""
        who = neighbourhood(request) if person is None else person.author
        window = self._window(house)
        if not window.has_room(who, stranger=person is None):
            window.beyond[refusal.why] += 1
            return
        subject = refusal.subject or (_STRANGER if person is None else person.name)
        about: dict[str, JSON] = {
            "why": refusal.why,
            "path": printable(request.url.path, 200),
            "method": printable(request.method, 10),
            "address": printable(address, 64),
        }
        await house.note(refusal.name, subject, person, about | refusal.about)

    async def close(self) -> None:
        """Keep the counts of the windows that are open."""
        while self._windows:
            house, _, timer = next(iter(self._windows.values()))
            timer.cancel()
            await self._end(house)
        await asyncio.gather(*self._ending)

    def _window(self, house: AnyHouse) -> _Window:
        if (found := self._windows.get(house.agency)) is not None:
            return found[1]
        window = _Window()
        timer = asyncio.get_running_loop().call_later(self._window_seconds, self._begin_end, house)
        self._windows[house.agency] = (house, window, timer)
        return window

    def _begin_end(self, house: AnyHouse) -> None:
        task = asyncio.create_task(self._end(house), name=f"refusals-{house.agency}")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end(self, house: AnyHouse) -> None:
        # Its time may run out in the moment in which serving ends: whoever comes first keeps the count.
        ended = self._windows.pop(house.agency, None)
        if ended is None or not (window := ended[1]).beyond:
            return
        about: dict[str, JSON] = {"more": window.beyond.total(), "why": dict(sorted(window.beyond.items()))}
        try:
            await house.note("RefusalsCounted", _STRANGER, None, about)
        except Exception:  # noqa: BLE001 - nobody waits for it: what the record cannot take, the log says
            _log.exception("refused attempts were counted and not kept", agency=house.agency, **about)


def printable(text: str, longest: int) -> str:
    """A stranger's text cut short, what cannot be shown replaced."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[:longest])
