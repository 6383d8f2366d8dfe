"""Keeping the auditor's views up with the ledger while the service runs, so that questions need not fold much."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from projections.deliveries import DeliveryViews
from services.audit.questions.book import are_foreign, catch_up, fold_on, views_file
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file

T = TypeVar("T")


class Upkeep:
    """The views of one state folder. They have a thread and a connection to the ledger of their own."""

    def __init__(self, folder: Path, province: str) -> None:
        self._folder = folder
        self._province = province
        self._grown = asyncio.Event()
        self._grown.set()
        self.position = 0
        self.moved = asyncio.Event()
        """Set whenever something was folded; whoever waits for that clears it."""

    def grown(self) -> None:
        """The ledger holds more than before."""
        self._grown.set()

    async def run(self) -> None:
        """Fold until cancelled, which waits for the batch at hand."""
        stopped = threading.Event()
        # Left in reverse order: first the thread ends, then what it works with is closed.
        with ExitStack() as stack, ThreadPoolExecutor(1, "auditor-views") as thread:

            async def do(work: Callable[[], T]) -> T:
                return await asyncio.get_running_loop().run_in_executor(thread, work)

            try:
                views, ledger = await do(lambda: self._open(stack, stopped))
                self.moved.set()
                while True:
                    await self._grown.wait()
                    self._grown.clear()
                    while (reached := await do(lambda: fold_on(views, ledger, self.position))) is not None:
                        self.position = reached
                        self.moved.set()
            finally:
                stopped.set()

    def _open(self, stack: ExitStack, stopped: threading.Event) -> tuple[DeliveryViews, Ledger]:
        ledger = stack.enter_context(Ledger(ledger_file(self._folder), self._province, read_only=True))
        views = stack.enter_context(DeliveryViews(views_file(self._folder)))

        def between(_done: int, _of: int) -> None:
            if stopped.is_set():
                raise asyncio.CancelledError

        if are_foreign(views, ledger):
            catch_up(views, ledger, between)
        self.position = views.position()
        return views, ledger
