"""Ending tasks for good."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN_SECONDS = 1.0


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until all have ended, whatever they raise.

    Before Python 3.12 `asyncio.wait_for` loses a cancellation that meets its result (CPython issue 86296), and nats-py
    waits by it everywhere: who was told to end and goes on is told again. A task's own clearing up has a second for it.
    """
    told = list(tasks)
    pending = set(told)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*told, return_exceptions=True)
