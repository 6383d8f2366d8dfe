"""The one writer of a record in a process: commands that wait together are committed together.

A commit costs a sync of the disk, however many events it holds. So commands from many clerks and systems, and batches
of mail, queue here, and one thread writes them; each caller gets its own result or its own error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import structlog

from events.errors import PhoihopError
from events.record_entry import Entry
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction

_log = structlog.get_logger(__name__)
_RESULT = TypeVar("_RESULT")
_COMMANDS_PER_COMMIT = 500

Command = Callable[[RecordTransaction], Any]


class Writer:
    """Runs commands within transactions, in the order given. `committed` hears of each commit's entries, in order."""

    def __init__(self, record: Record, committed: Callable[[list[Entry]], None]) -> None:
        self._record = record
        self._committed = committed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"record-{record.agency}")
        self._queue: list[tuple[Command, asyncio.Future[Any], bool]] = []
        self._draining: asyncio.Task[None] | None = None

    async def run(self, command: Callable[[RecordTransaction], _RESULT]) -> _RESULT:
        """The command's result, once it is durable.

        A `PhoihopError` of the command is its own: nothing that it appended stays, and the others of the same commit
        are not touched; they may be run once more in commits of their own. Any other error rolls the commit back for
        all.
        """
        return await self._enqueue(command, alone=False)

    async def run_alone(self, command: Callable[[RecordTransaction], _RESULT]) -> _RESULT:
        """As `run`, in a commit of its own: if it raises, whatever it appended is rolled back."""
        return await self._enqueue(command, alone=True)

    async def _enqueue(self, command: Callable[[RecordTransaction], _RESULT], *, alone: bool) -> _RESULT:
        future: asyncio.Future[_RESULT] = asyncio.get_running_loop().create_future()
        self._queue.append((command, future, alone))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain(), name=f"writer-{self._record.agency}")
        return await future

    async def between(self, work: Callable[..., _RESULT], *arguments: Any) -> _RESULT:
        """Do other work of the stores in the writer's thread, between its commits.

        Two threads that both fold and store take the interpreter from each other at every statement; one does the
        same in three quarters of the time.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *arguments))

    async def close(self) -> None:
        """Finish what is queued and end the thread."""
        while self._draining is not None:
            await asyncio.shield(self._draining)
        self._thread.shutdown(wait=True)

    async def _drain(self) -> None:
        try:
            while self._queue:
                batch, alone = self._next_commit()
                commit = partial(self._commit, [command for command, _ in batch], alone)
                try:
                    results, entries = await asyncio.get_running_loop().run_in_executor(self._thread, commit)
                except BaseException as error:  # noqa: BLE001 - whatever it is, those who wait must hear it
                    for _, future in batch:
                        if not future.done():
                            future.set_exception(error)
                    continue
                try:
                    self._committed(entries)
                except Exception:  # noqa: BLE001 - what is committed is committed: who waits is told so
                    _log.exception("followers were not told of a commit; they will read it", agency=self._record.agency)
                for (_, future), result in zip(batch, results, strict=True):
                    if future.done():
                        continue
                    if isinstance(result, Exception):
                        future.set_exception(result)
                    else:
                        future.set_result(result)
        finally:
            self._draining = None

    def _next_commit(self) -> tuple[list[tuple[Command, asyncio.Future[Any]]], bool]:
        number = 1
        if not (alone := self._queue[0][2]):
            while number < min(len(self._queue), _COMMANDS_PER_COMMIT) and not self._queue[number][2]:
                number += 1
        taken, self._queue = self._queue[:number], self._queue[number:]
        return [(command, future) for command, future, _ in taken], alone

    def _commit(self, commands: list[Command], alone: bool) -> tuple[list[Any], list[Entry]]:
        try:
            return self._commit_together(commands, alone)
        except _CommandTorn:
            return self._commit_one_by_one(commands)

    def _commit_together(self, commands: list[Command], alone: bool) -> tuple[list[Any], list[Entry]]:
        results: list[Any] = []
        with self._record.writing() as transaction:
            for command in commands:
                before = len(transaction.appended)
                try:
                    results.append(command(transaction))
                except PhoihopError as error:
                    if alone:
                        raise
                    if len(transaction.appended) != before:
                        # Half a command must not be committed, and a part of a transaction cannot be taken back.
                        raise _CommandTorn from error
                    results.append(error)
                except StopIteration as error:
                    # asyncio cannot hand this one over from a thread: everybody would wait for ever.
                    raise RuntimeError("a command took more from an iterator than there is") from error
        return results, transaction.appended

    def _commit_one_by_one(self, commands: list[Command]) -> tuple[list[Any], list[Entry]]:
        results: list[Any] = []
        entries: list[Entry] = []
        for command in commands:
            try:
                (result,), appended = self._commit_together([command], alone=True)
            except Exception as error:  # noqa: BLE001 - each caller gets its own error
                results.append(error)
            else:
                results.append(result)
                entries += appended
        return results, entries


class _CommandTorn(Exception):
    """A command failed after it had appended something."""
