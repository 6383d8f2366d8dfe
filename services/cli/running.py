"""What runs until it is told to stop: signals become an orderly end, and the log goes to standard error."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import structlog

from services.cli.exit_codes import INTERRUPTED, OK

_STOPPING = (signal.SIGINT, signal.SIGTERM)


def configure_log(*, verbose: bool = False, quiet: bool = False) -> None:
    """Log to standard error: lines for a person at a terminal, JSON for anything else; `quiet` keeps to warnings."""
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    renderer: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


async def until_stopped(work: Coroutine[Any, Any, None]) -> int:
    """Run `work` until it ends or SIGINT or SIGTERM comes; gives the exit code.

    A signal cancels `work`, whose context managers then drain and close in order; a second one changes nothing, so
    an impatient Ctrl-C cannot cut a commit short. SIGTERM is an ordinary end (0), Ctrl-C is 130 as in shells.
    """
    task = asyncio.ensure_future(work)
    received: list[signal.Signals] = []

    def stop(which: signal.Signals) -> None:
        received.append(which)
        if len(received) == 1:
            task.cancel()

    loop = asyncio.get_running_loop()
    for which in _STOPPING:
        loop.add_signal_handler(which, stop, which)
    try:
        await task
    except asyncio.CancelledError:
        if not received:
            raise
    finally:
        for which in _STOPPING:
            loop.remove_signal_handler(which)
    return INTERRUPTED if received and received[0] is signal.SIGINT else OK
