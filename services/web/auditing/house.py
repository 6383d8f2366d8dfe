"""The auditor's house: its ledger and its views, as its pages ask them; and who may enter.

It needs no running service: what the service has taken in lies in the folder.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Self, TypeVar

from events.canonical import JSON
from events.directory import Directory
from events.regulation.regulations import load_rules
from services.accounts.account import Account
from services.accounts.store import Accounts
from services.audit.questions.book import Book, open_book
from services.audit.questions.upkeep import Upkeep
from services.auditor.ledger import Ledger
from services.auditor.looks import Look, Looks
from services.auditor.places import ledger_file
from services.broker.names import AUDITOR
from services.identity.directory_folder import DirectoryFolder
from services.web.feed import Feed

_T = TypeVar("_T")


@dataclass
class AuditHouse:
    """The auditor of a state folder, its accounts, and who is told when something is new. `clock` is the service's.

    Raises `LedgerUnusable` where the auditor's service has not run on the folder yet.
    """

    folder: Path
    accounts: Accounts
    clock: Callable[[], datetime]
    feed: Feed = field(default_factory=Feed)
    agency: ClassVar[str] = AUDITOR

    def __post_init__(self) -> None:
        # Kept: what was verified once is not verified again. The folder's chain grows as it is read.
        self._directories = DirectoryFolder.of(self.folder)
        self._reading_chain = threading.Lock()
        self._ledger = Ledger(ledger_file(self.folder), self.directory.province)
        self._looks = Looks(self._ledger)
        load_rules(self.directory.regulation)  # proof cards judge by them; read once, before anybody waits
        self._at_looks = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    @property
    def directory(self) -> Directory:
        """The newest directory."""
        with self._reading_chain:
            return self._directories.load()

    def now(self) -> datetime:
        """The service's clock."""
        return self.clock()

    async def ask(self, question: Callable[[Book], _T]) -> _T:
        """What ledger and views answer, brought up to date first; outside the loop."""

        def answer() -> _T:
            with open_book(self.folder) as book:
                return question(book)

        return await asyncio.to_thread(answer)

    async def note(self, name: str, subject: str, person: Account | None, about: dict[str, JSON]) -> None:
        """Keep who did what: looks at a case or an event, exports, checks of packages, refused entries."""
        who: dict[str, JSON] = {"by": person.author} if person is not None else {}
        now = self.now()

        def keep() -> None:
            with self._at_looks:
                self._looks.add(now, name, subject, about | who)

        await asyncio.to_thread(keep)

    async def follow(self, upkeep: Upkeep) -> None:
        """Tell open pages how many entries are new whenever the service has folded some; until cancelled."""
        known = await self.ask(lambda book: book.standing.log_size)
        while True:
            await upkeep.moved.wait()
            upkeep.moved.clear()
            self.feed.add(max(0, upkeep.position - known))
            known = max(known, upkeep.position)

    async def looks(self, *, before: int | None, limit: int) -> list[Look]:
        """What was kept, the newest first."""

        def read() -> list[Look]:
            with self._at_looks:
                return self._looks.newest(before=before, limit=limit)

        return await asyncio.to_thread(read)
