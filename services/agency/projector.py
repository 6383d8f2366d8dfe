"""Keeping the views in step with the record: what is committed is folded, a transaction for many entries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from events.record_entry import Entry
from projections.errors import RecordGap
from projections.role_terms import RolesOf
from projections.views import Views
from projections.writer import BATCH_ENTRIES
from services.agency.follower import Follower
from services.agency.record import Record
from services.agency.writer import Writer

_log = structlog.get_logger(__name__)

Moved = Callable[[list[Entry]], None]


def discard_foreign_views(path: Path, record: Record, roles_of: RolesOf) -> None:
    """Delete views that may show more than the record, which came back from a backup: they are folded anew."""
    if not path.exists():
        return
    foreign = record.restored
    if not foreign:
        with Views(path, roles_of=roles_of) as views:
            foreign = views.position > record.last_position
    if foreign:
        _log.warning("views are of a later record than this one, folding them anew", agency=record.agency)
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


class Projector:
    """Folds the record into the views of one agency. `moved` is called with entries whose views are committed."""

    def __init__(self, record: Record, writer: Writer, views: Views, moved: Moved | None = None) -> None:
        self._record = record
        self._writer = writer
        self._views = views
        self._moved = moved
        self.follower = Follower(record, views.position)
        self._folded = asyncio.Event()

    async def run(self) -> None:
        """Fold until cancelled."""
        self.follower.rewind(self._views.position)
        while True:
            batch = await self.follower.next_batch(BATCH_ENTRIES)
            try:
                await self._writer.between(self._views.apply, batch, self._record.agency)
            except RecordGap:
                # A rebuild elsewhere has exchanged the views by older or newer ones: read again from where they are.
                _log.info("views were exchanged, reading on from their position", agency=self._record.agency)
                self.follower.rewind(self._views.position)
                continue
            # Everybody waiting wakes on the old event; whoever comes later waits on the new one.
            folded, self._folded = self._folded, asyncio.Event()
            folded.set()
            if self._moved is not None:
                self._moved(batch)

    async def folded(self, position: int) -> None:
        """Wait until the views hold the record up to a position."""
        while True:
            folded = self._folded
            if await asyncio.to_thread(lambda: self._views.position) >= position:
                return
            await folded.wait()
