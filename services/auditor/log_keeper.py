"""Keeps the log growing: signs a checkpoint when there is something new, and gathers what witnesses say of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from events.note import format_note
from services.auditor.log_writer import LogWriter
from services.auditor.taken import Taken
from services.auditor.witness_policy import load_policy

T = TypeVar("T")


class LogKeeper:
    """The log of a running service. Its writer works in a thread of its own, one call at a time.

    `signed` is called with the note of each new checkpoint, and its recipients where it is told to some alone.
    `folder` is the state folder, in which the witness policy lies.
    """

    def __init__(self, writer: LogWriter, folder: Path, checkpoint_seconds: float, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._folder = folder
        self._checkpoint_seconds = checkpoint_seconds
        self._now = now
        self._thread = ThreadPoolExecutor(1, "auditor-log")
        self._grown = asyncio.Event()
        self._cosigned = asyncio.Event()
        self._sizes: set[int] = set()
        self._is_open = False
        self.may_sign = asyncio.Event()
        """Set once the ledger holds all that it ever held."""
        self.moved = asyncio.Event()
        """Set when a checkpoint is signed or cosigned next. Take it before looking at what one waits for."""
        self.publish: Callable[[str, str | None], None] = lambda _note, _to: None
        self.size = 0
        self.witnessed_size = 0
        self._newest_note: str | None = None
        self._ahead = False
        self._lags = False

    async def open(self) -> None:
        """Verify what lies on disk and finish what was begun. Raises `LogContradicted`, `PolicyUnreadable`."""
        self._policy = await asyncio.to_thread(load_policy, self._folder)
        await self._do(self._writer.open)
        self._is_open = True
        await self._look()
        self._grown.set()
        # What came in before a kill or a failure, and was not judged.
        self._judge(await self._do(self._writer.checkpoints.unjudged))

    async def close(self) -> None:
        """End the writer's work, between two files at the latest."""
        self._writer.stop()
        await asyncio.to_thread(self._thread.shutdown)

    # --- what came in ---

    def take(self, taken: Taken) -> None:
        """Something was taken in: the log grows, or witnesses have spoken."""
        if taken.entries or taken.unheld:
            self._grown.set()
        self._judge(taken.cosigned)

    def _judge(self, sizes: Collection[int]) -> None:
        self._sizes.update(sizes)
        if sizes:
            self._cosigned.set()

    async def directory_changed(self) -> None:
        """Keys may have changed: the policy, if it was made by us, follows; whoever is new hears of the log."""
        self._policy = await asyncio.to_thread(load_policy, self._folder)
        self.publish_newest()

    def publish_newest(self, to: str | None = None) -> None:
        """Tell the newest checkpoint again: to everybody, or to one agency."""
        if self._newest_note is not None:
            self.publish(self._newest_note, to)

    # --- standing work ---

    async def run(self) -> None:
        """Sign checkpoints until cancelled: when the log has grown, and not more often than is set."""
        if not self._is_open:
            await self.open()
            self.publish_newest()  # it may have been signed and not told
        await self.may_sign.wait()
        while True:
            await self._grown.wait()
            self._grown.clear()
            self._is_open = False
            signed = await self._do(lambda: self._writer.advance(self._now()))
            if signed is not None:
                await self._look()
            self._is_open = True
            if signed is None:
                continue
            self.publish_newest()
            if self._lags:
                self._grown.set()
            if not self._ahead:
                await asyncio.sleep(self._checkpoint_seconds)

    async def collect(self) -> None:
        """Judge and write out checkpoints that have got cosignatures, until cancelled."""
        while True:
            await self._cosigned.wait()
            self._cosigned.clear()
            sizes, self._sizes = self._sizes, set()
            try:
                await self._do(partial(self._writer.witness, sizes, self._policy))
            except BaseException:
                self._judge(sizes)
                raise
            await self._look()

    # --- time-stamps ---

    async def unstamped(self, authority: str) -> tuple[int, str] | None:
        """Size and text of the newest checkpoint, unless the authority has stamped it."""
        return await self._do(lambda: self._writer.checkpoints.newest_unstamped(authority))

    async def keep_timestamp(self, size: int, authority: str, response: bytes, at: datetime) -> None:
        """Keep an authority's verified time-stamp."""
        await self._do(lambda: self._writer.keep_timestamp(size, authority, response, at))

    async def _look(self) -> None:
        def look() -> tuple[int, str | None, int]:
            checkpoints = self._writer.checkpoints
            newest = checkpoints.newest()
            note = checkpoints.note(newest.size) if newest is not None else None
            size = newest.size if newest is not None else 0
            text = format_note(note) if note is not None else None
            self._ahead, self._lags = bool(checkpoints.unheld()), self._writer.held > size
            return size, text, checkpoints.newest_witnessed() or 0

        self.size, self._newest_note, self.witnessed_size = await self._do(look)
        moved, self.moved = self.moved, asyncio.Event()
        moved.set()

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
