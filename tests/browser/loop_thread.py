"""An event loop in a thread of its own: services run there while a test drives the browser in the main thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

_T = TypeVar("_T")


class LoopThread:
    """A running loop; a context manager. What runs in it is asked for with `run` and `call`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="services of the pages", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._loop.shutdown_asyncgens())
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

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
