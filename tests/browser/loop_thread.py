"""An event loop in a thread of its own: services run there while a test drives the browser in the main thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

_T = TypeVar("_T")


class LoopThread:
    """A running loop; a context manager. What runs in it is asked for with `run` and `call`."""

    _loop: asyncio.AbstractEventLoop
    _stop: asyncio.Event

    def __init__(self) -> None:
        self._runs = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="services of the pages")

    def __enter__(self) -> Self:
        self._thread.start()
        self._runs.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def run(self, work: Coroutine[Any, Any, _T], within_seconds: float = 30.0) -> _T:
        """The result of a coroutine of the loop; raises what it raises, and `TimeoutError`, which cancels it."""

        async def bounded() -> _T:
            async with asyncio.timeout(within_seconds):
                return await work

        return asyncio.run_coroutine_threadsafe(bounded(), self._loop).result()

    def call(self, work: Callable[[], _T]) -> _T:
        """The result of a function called in the loop's thread."""

        async def called() -> _T:
            return work()

        return self.run(called())

    async def _live(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._runs.set()
        await self._stop.wait()
