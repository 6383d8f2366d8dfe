"""A benchmark's processes: started fresh, driven through a pipe, and measured by the operating system."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import resource
import sys
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from typing import Any, Self

import structlog

Work = Callable[["Line", dict[str, Any]], Awaitable[None]]
"""What a process does: it talks through its line until it is told to stop."""


_ORDERLY_SECONDS = 10.0


class Line:
    """One end of a pipe, awaited without blocking the event loop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def receive(self) -> Any:
        """The next message of the other end; raises `EOFError` when it is gone."""
        return await asyncio.to_thread(self._connection.recv)

    def send(self, message: Any) -> None:
        """Say something to the other end."""
        self._connection.send(message)


class Worker:
    """A process that runs a `Work`; an async context manager. Ends with the block, orderly or not."""

    def __init__(self, work: Work, **settings: Any) -> None:
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        self.line = Line(mine)
        self._theirs = theirs
        self._process = context.Process(target=_run, args=(work, theirs, settings), daemon=True)

    async def __aenter__(self) -> Self:
        self._process.start()
        self._theirs.close()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # Whoever breaks off a measurement, by Ctrl-C or a fault, waits for nothing that is measured no more.
        if kind is None:
            await asyncio.to_thread(self._process.join, _ORDERLY_SECONDS)
        if self._process.is_alive():
            self._process.kill()
        await asyncio.to_thread(self._process.join)

    async def ask(self, message: Any) -> Any:
        """Say something and wait for the answer; raises `RuntimeError` with the reason if the process failed."""
        self.line.send(message)
        return await self.answer()

    async def answer(self) -> Any:
        """The next thing that the process says; raises `RuntimeError` if it failed."""
        try:
            said = await self.line.receive()
        except EOFError:
            raise RuntimeError("a benchmark process ended before it was done; its error stands above") from None
        if isinstance(said, Failure):
            raise RuntimeError(said.reason)  # noqa: TRY004 - it is the other process that failed
        return said


class Failure:
    """What a process says instead of an answer when it cannot go on."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def peak_memory_bytes() -> int:
    """The most memory that this process had resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _run(work: Work, connection: Connection, settings: dict[str, Any]) -> None:
    # Standard output belongs to the figures of the process that started this one.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    line = Line(connection)
    try:
        asyncio.run(work(line, settings))  # type: ignore[arg-type]
    except KeyboardInterrupt:
        pass
    except Exception as error:  # noqa: BLE001 - the other end must hear of it, whatever it is
        line.send(Failure(f"{type(error).__name__}: {error}"))
