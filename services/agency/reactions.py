"""Reactions under way: what a policy could not do yet is tried again, ever more rarely, and holds up nothing else.

Reactions of one turn are carried out one after the other, since a service must not be restored before it was stopped.
Turns do not wait for one another: while a technical system is down, everything else goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from services.ending_tasks import end_tasks

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long a reaction that failed is left alone: `first_seconds`, doubled each time, up to the longest."""

    first_seconds: float = 2.0
    longest_seconds: float = 120.0

    def after(self, failures: int) -> float:
        """The pause behind so many failures in a row."""
        return min(self.longest_seconds, self.first_seconds * 2.0 ** min(failures - 1, 30))


class NotYet(Exception):  # not of the project's tree: it never leaves the reactor
    """What is asked for may be done later: nothing is signed for the present. `str` says why."""


@dataclass(frozen=True)
class Reaction:
    """What one policy is to do about the event at a position of the record. `carry_out` may be called again."""

    policy: str
    event_id: str
    position: int
    turn: str
    carry_out: Callable[[], Awaitable[None]]


class ReactionsUnderWay:
    """The reactions of one agency that are not done. Used from one event loop.

    `note` keeps in the record that a reaction waits, and why.
    """

    def __init__(
        self, agency: str, note: Callable[[Reaction, str], Awaitable[None]], patience: Patience | None = None
    ) -> None:
        self._agency = agency
        self._note = note
        self._patience = patience or Patience()
        self._turns: dict[str, deque[Reaction]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._signing_opened = asyncio.Event()
        self.failing: dict[str, str] = {}
        """What failed last time, by `<policy> <event>`, with the reason."""

    def begin(self, reaction: Reaction) -> None:
        """Carry a reaction out as soon as its turn has come, as often as it takes."""
        if (turn := self._turns.get(reaction.turn)) is not None:
            turn.append(reaction)
            return
        self._turns[reaction.turn] = deque([reaction])
        task = asyncio.create_task(self._take_turns(reaction.turn), name=f"{self._agency}-reaction-{reaction.turn}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def oldest(self) -> int | None:
        """The position of the first event about which something is still to be done; None if all is done."""
        return min((reaction.position for turn in self._turns.values() for reaction in turn), default=None)

    def signing_may_be_open(self) -> None:
        """Try at once what waits because nothing was signed."""
        self._signing_opened.set()
        self._signing_opened = asyncio.Event()

    async def stop(self) -> None:
        """Leave everything as it is, until the tasks have ended; what is not done stays in `oldest`."""
        await end_tasks(self._tasks)

    # --- inside ---

    async def _take_turns(self, turn: str) -> None:
        waiting = self._turns[turn]
        while waiting:
            await self._persist(waiting[0])
            waiting.popleft()
        del self._turns[turn]

    async def _persist(self, reaction: Reaction) -> None:
        name, failures = f"{reaction.policy} {reaction.event_id}", 0
        while True:
            opened = self._signing_opened  # from before the try: what opens meanwhile is not missed
            try:
                await reaction.carry_out()
            except Exception as error:  # noqa: BLE001 - a hook is foreign code: its failure must not lose the task
                failures += 1
                reason = str(error) or type(error).__name__
                if self.failing.get(name) != reason:
                    self.failing[name] = reason
                    _log.warning(
                        "reaction failed, will be tried again",
                        agency=self._agency, policy=reaction.policy, event_id=reaction.event_id, reason=reason,
                        exc_info=not isinstance(error, NotYet),
                    )  # fmt: skip
                    await self._keep(reaction, reason)
                await self._pause(failures, opened if isinstance(error, NotYet) else None)
            else:
                self.failing.pop(name, None)
                return

    async def _pause(self, failures: int, opened: asyncio.Event | None) -> None:
        pause_seconds = self._patience.after(failures)
        if opened is None:
            await asyncio.sleep(pause_seconds)
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_seconds):
                await opened.wait()

    async def _keep(self, reaction: Reaction, reason: str) -> None:
        try:
            await self._note(reaction, reason)
        except Exception as error:  # noqa: BLE001 - where the record takes nothing, what waits is still tried again
            _log.warning("a reaction's state is not kept", agency=self._agency, reason=str(error))
