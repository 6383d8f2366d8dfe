"""What a witness works with: the agency's record and key, its clock, the log's tiles, and how it is set."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from events.audit.log_keys import usable_keys
from events.directory import KeyRecord
from events.signature import Signer
from events.signed_event import SignedEvent
from services.agency.context import Context
from services.agency.record import Record
from services.agency.writer import Writer
from services.witness.notebook import Notebook
from services.witness.settings import WitnessSettings
from services.witness.tile_fetch import LogTiles


@dataclass(frozen=True, slots=True)
class Means:
    """All that a witness needs of its service.

    `tiles` is None without an address. `ask_newest` asks the auditor for its newest checkpoint; `send_again` has the
    broker store events for one recipient once more. `connected` says whether the broker is there, `published` up to
    which position of the record it has what was sent.
    """

    record: Record
    writer: Writer
    service: Signer
    context: Callable[[], Context]
    now: Callable[[], datetime]
    settings: WitnessSettings
    tiles: LogTiles | None
    ask_newest: Callable[[], Awaitable[None]]
    send_again: Callable[[Iterable[SignedEvent], str], Awaitable[None]]
    connected: Callable[[], bool]
    published: Callable[[], int]
    pulse: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever there may be something to do before the next tick."""

    @property
    def notebook(self) -> Notebook:
        """What is remembered, to be read."""
        return Notebook.of(self.record)

    @property
    def me(self) -> str:
        """The agency's id."""
        return self.record.agency

    @property
    def key(self) -> KeyRecord | None:
        """The service's key as the directory lists it; None if what it signs now counts nowhere."""
        context = self.context()
        counting = usable_keys(context.directory, context.me, self.now())
        return next((key for key in counting if key.kid == self.service.kid), None)

    @staticmethod
    def clock_seconds() -> float:
        """The running time by which the witness is patient: it does not jump with the calendar's clock."""
        return asyncio.get_running_loop().time()
