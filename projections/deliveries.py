"""The auditor's views: `audit-views.sqlite`, moved along the log and asked who told whom what, and when.

Everything here blocks on SQLite; call it through `asyncio.to_thread` from a loop. Any number of threads and processes
may ask while one moves the views. Instants in answers are aware; the order of answers is the log's, if nothing else is
said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from projections import dump
from projections.deliveries_state import SQL
from projections.deliveries_store import SCHEMA_VERSION, DeliveryStore
from projections.rows import Row
from projections.swap import rebuild_path, rebuilding, remove_views, swap_in, using
from projections.views_file import ViewsFile

if TYPE_CHECKING:
    import sqlite3

    from events.audit.logged_event import LoggedEvent
    from projections.deliveries_writer import DeliveryWriter

KEYS = MappingProxyType(
    {
        "answer": "log_index, request",
        "counted": "sender, recipient",
        "delivery": "log_index",
        "early_receipt": "sender, recipient, digest",
        "early_refusal": "sender, recipient, digest",
        "early_word": "cause, first_index",
        "event": "first_index",
        "odd_count": "sender, recipient, pair_count",
        "reached": "one",
        "receipt": "log_index",
        "receipted_pair": "sender, recipient",
        "refusal": "log_index",
        "request": "log_index",
        "stretch": "stretch",
        "tally": "sender, recipient, event_type, clause, stretch",
        "unread": "log_index",
        "word": "code",
    }
)
"""Table → its key, in the order of the dump. A test holds this against the schema."""


@dataclass(frozen=True)
class Reached(Row):
    """How far the log was folded: `first_index` and `digest` are the last event's; instants None before the first."""

    first_index: int
    digest: str
    events: int
    documents: int
    stored_until: datetime | None
    signed_until: datetime


class DeliveryViews(ViewsFile):
    """The auditor's views, opened or made. Raises `DeliveriesOfNewerVersion` or `DeliveriesUnusable`.

    A file that another process has exchanged is noticed at the next call and opened instead.
    """

    _store: DeliveryStore

    def _open_store(self) -> DeliveryStore:
        self._writer: DeliveryWriter | None = None
        return DeliveryStore(self.path)

    def _dump(self, cursor: sqlite3.Cursor) -> Iterator[bytes]:
        return dump.dump_pieces(cursor, self._store.position(cursor), KEYS, SCHEMA_VERSION)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """A transaction for questions: all of them see the same commit."""
        with self._reading() as cursor:
            yield cursor

    def apply(self, events: Sequence[LoggedEvent]) -> int:
        """Fold events of the ledger in one transaction; gives the position reached. As `DeliveryWriter.apply`."""
        with using(self.path):
            self._refresh()
            return self._writing().apply(events)

    def _writing(self) -> DeliveryWriter:
        from projections.deliveries_writer import DeliveryWriter  # noqa: PLC0415 - the catalogue, which no question needs

        with self._mutex:
            if self._writer is None:
                self._writer = DeliveryWriter(self._store)
            return self._writer

    def position(self) -> int:
        """The size of the log up to which it was folded."""
        with self.reading() as cursor:
            return self.position_of(cursor)

    def position_of(self, cursor: sqlite3.Cursor) -> int:
        """The same, as a transaction sees it."""
        return self._store.position(cursor)

    def reached(self) -> Reached | None:
        """The last event folded; None before the first."""
        with self.reading() as cursor:
            return reached(cursor)

    def leave_wal_mode(self) -> None:
        """Bring everything into the one file, so that it can be moved."""
        self._store.leave_wal_mode()


def reached(cursor: sqlite3.Cursor) -> Reached | None:
    """The last event folded, as `DeliveryViews.reached`."""
    row = cursor.execute(SQL["reached"]).fetchone()
    return None if row is None else Reached.from_columns(row)


def rebuild_deliveries(batches: Iterable[Sequence[LoggedEvent]], path: Path) -> int:
    """Fold the whole ledger into a new file and put it in the place of `path`; gives the position reached.

    Until the last instant the old views stand; an interruption leaves them. Raises `RebuildRunning`, `RecordGap`,
    `DeliveriesUnusable`.
    """
    with rebuilding(path):
        new = rebuild_path(path)
        remove_views(new)  # what a killed rebuild left
        position = 0
        try:
            with DeliveryViews(new) as views:
                for batch in batches:
                    position = views.apply(batch)
                views.leave_wal_mode()
            swap_in(new, path)
        finally:
            remove_views(new)
    return position
