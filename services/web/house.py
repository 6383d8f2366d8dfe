"""One agency's running service, as its pages and its API ask of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from events.calendar.falling_due import FallingDue
from events.canonical import JSON
from events.directory import Directory
from projections.views import Views
from services.accounts.account import Account
from services.accounts.store import Accounts
from services.agency.context import Context
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.agency.service import AgencyService
from services.identity.directory_folder import DirectoryFolder
from services.reports.duties import calendar_duties
from services.web.feed import Feed

_T = TypeVar("_T")

VIEWS_PATIENCE_SECONDS = 1.0
"""How long a page after one's own action waits for it to show; views that are far behind are shown as they are."""


@dataclass
class House:
    """An agency's service, its accounts, and who is told when something is new.

    Pages see their own house alone: there is no way from one house to another's views.
    """

    service: AgencyService
    accounts: Accounts
    feed: Feed = field(default_factory=Feed)

    def __post_init__(self) -> None:
        # Kept: what was verified once is not verified again. The folder's chain grows as it is read.
        self._directories = DirectoryFolder.of(self.service.folder.root)
        self._reading_chain = threading.Lock()

    @property
    def agency(self) -> str:
        """The agency's id."""
        return self.service.agency

    @property
    def context(self) -> Context:
        """Who this is, the newest directory and the rules."""
        return self.service.context

    @property
    def directory(self) -> Directory:
        """The newest directory."""
        return self.service.context.directory

    def now(self) -> datetime:
        """The service's clock."""
        return self.service.now()

    async def ask(self, question: Callable[[Views], _T]) -> _T:
        """What the views answer; they are read outside the loop."""
        return await asyncio.to_thread(question, self.service.views)

    async def caught_up(self, patience_seconds: float) -> bool:
        """Wait until the views show what the record holds now; whether they did so in time."""
        upto = await asyncio.to_thread(lambda: self.service.record.last_position)
        try:
            async with asyncio.timeout(patience_seconds):
                await self.service.projector.folded(upto)
        except TimeoutError:
            return False
        return True

    async def duties(self, until: datetime) -> tuple[FallingDue, ...]:
        """What falls due by the calendar, for anybody, as shows by an instant."""
        return calendar_duties(await self.chain(), until)

    async def chain(self) -> tuple[Directory, ...]:
        """Every version of the directory, from the first on."""
        return await asyncio.to_thread(self._read_chain)

    def _read_chain(self) -> tuple[Directory, ...]:
        with self._reading_chain:
            return self._directories.chain()

    async def look(self, question: Callable[[RecordReading], _T]) -> _T:
        """What the record answers, as of one moment; it is read outside the loop, beside whoever writes."""
        return await asyncio.to_thread(self._look, question)

    def _look(self, question: Callable[[RecordReading], _T]) -> _T:
        with self.service.record.reading() as record:
            return question(record)

    async def write(self, command: Callable[[RecordTransaction], _T]) -> _T:
        """One commit of the record."""
        return await self.service.writer.run(command)

    async def note(self, name: str, subject: str, person: Account | None, about: dict[str, JSON]) -> None:
        """Keep who did what as a local event: views of a case, exports, refused entries."""
        who: dict[str, JSON] = {"by": person.author} if person is not None else {}
        now = self.now()
        await self.write(lambda transaction: transaction.append_local(name, subject, about | who, now))
