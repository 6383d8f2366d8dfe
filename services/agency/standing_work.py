"""Work that stands as long as the service runs: a failure is logged, and the work begins again from what is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from services.ending_tasks import end_tasks

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0


class StandingWork:
    """The standing tasks of one agency. `failing` names those that failed last time, with the reason."""

    def __init__(self, agency: str) -> None:
        self._agency = agency
        self._tasks: set[asyncio.Task[Any]] = set()
        self.failing: dict[str, str] = {}

    def begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep `work` running; it must begin from what is durable each time it is called."""
        self._add(asyncio.create_task(self._stand(name, work), name=f"{self._agency}-{name}"))

    def once(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Have `work` done once, beside everything else; a failure is logged."""
        self._add(asyncio.create_task(self._do(name, work), name=f"{self._agency}-{name}"))

    async def stop(self) -> None:
        """Cancel everything and wait until it has ended."""
        await end_tasks(self._tasks)

    def _add(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stand(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            begun_at = asyncio.get_running_loop().time()
            if await self._do(name, work):
                return
            if asyncio.get_running_loop().time() - begun_at > _LONGEST_PAUSE_SECONDS:
                pause_seconds = _FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(_LONGEST_PAUSE_SECONDS, 2 * pause_seconds)

    async def _do(self, name: str, work: Callable[[], Awaitable[None]]) -> bool:
        try:
            await work()
        except (Exception, asyncio.CancelledError) as error:
            # What the work waited for may have been cancelled, and not the work itself: that is a failure like others.
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling()):
                raise
            self.failing[name] = f"{type(error).__name__}: {error}"
            _log.exception("work failed, will begin again", agency=self._agency, work=name)
            return False
        self.failing.pop(name, None)
        return True
