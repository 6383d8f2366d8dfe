"""The auditor's views at hand for questions: brought up to the ledger first, so that no answer is older than it.

The auditor's service keeps them up as well; a batch that both fold is folded once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events import base64url
from events.audit.logged_event import LoggedEvent
from events.directory import Directory
from events.instants import format_instant
from projections.deliveries import DeliveryViews, reached, rebuild_deliveries
from projections.deliveries_told import QUESTIONS
from projections.errors import RecordGap
from services.auditor.ledger import Ledger
from services.auditor.places import auditor_folder, ledger_file
from services.identity.directory_folder import DirectoryFolder

Progress = Callable[[int, int], None]
"""Told how many entries of the log are folded, of how many."""

BATCH_EVENTS = 2_000
"""Events a transaction: enough that the commit costs little, few enough that nobody waits long for it."""

_LOGGED = """SELECT first_index, envelope, signature, stream_sequence, stored_at, data
FROM logged WHERE first_index >= ? ORDER BY first_index LIMIT ?"""


def views_file(folder: Path) -> Path:
    """The auditor's views under a state folder, beside the ledger."""
    return auditor_folder(folder) / "audit-views.sqlite"


@dataclass(frozen=True)
class Standing:
    """Up to where an answer reaches: the log's entries that were folded, and the latest instant one was stored.

    `times_proven` is false where the directory declares a simulated clock: order is proven then, times are not.
    `unread` receipts and refusals are of no form that this program knows.
    """

    log_size: int
    events: int
    documents: int
    stored_until: datetime | None
    directory_version: int
    clock: str
    unread: int

    @property
    def times_proven(self) -> bool:
        """Whether the times in the answer are those of real clocks."""
        return self.clock != "simulated"

    def to_json(self) -> dict[str, int | str | bool | None]:
        """All of it as JSON."""
        return {
            "log_size": self.log_size,
            "events": self.events,
            "documents": self.documents,
            "stored_until": None if self.stored_until is None else format_instant(self.stored_until),
            "directory_version": self.directory_version,
            "clock": self.clock,
            "times_proven": self.times_proven,
            "unread": self.unread,
        }


@dataclass(frozen=True)
class Book:
    """What a question works with. `cursor` sees one commit of the views throughout."""

    directories: DirectoryFolder
    directory: Directory
    ledger: Ledger
    cursor: sqlite3.Cursor
    standing: Standing


@contextmanager
def open_book(folder: Path, progress: Progress | None = None) -> Iterator[Book]:
    """The auditor's views of a state folder, brought up to its ledger.

    Raises `DirectoryMissing`, `DirectoryInvalid`, `LedgerUnusable`, `DeliveriesUnusable`, `DeliveriesOfNewerVersion`.
    """
    directories = DirectoryFolder.of(folder)
    directory = directories.load()
    with (
        Ledger(ledger_file(folder), directory.province, read_only=True) as ledger,
        DeliveryViews(views_file(folder)) as views,
    ):
        catch_up(views, ledger, progress)
        with views.reading() as cursor:
            size = views.position_of(cursor)
            yield Book(directories, directory, ledger, cursor, _standing(cursor, size, directory))


def _standing(cursor: sqlite3.Cursor, size: int, directory: Directory) -> Standing:
    last = reached(cursor)
    unread = cursor.execute(QUESTIONS["unread"]).fetchone()[0]
    return Standing(
        log_size=size,
        events=0 if last is None else last.events,
        documents=0 if last is None else last.documents,
        stored_until=None if last is None else last.stored_until,
        directory_version=directory.version,
        clock=directory.clock,
        unread=unread,
    )


def read_logged(ledger: Ledger, from_index: int) -> list[LoggedEvent]:
    """A batch of the log's events from an index on, each with the data that came with it and none opened later."""
    return [LoggedEvent(*row) for row in ledger.connection.execute(_LOGGED, (from_index, BATCH_EVENTS))]


def catch_up(views: DeliveryViews, ledger: Ledger, progress: Progress | None = None) -> int:
    """Fold what the views lack; gives the position reached. Views of another ledger are folded anew."""
    if are_foreign(views, ledger):
        return rebuild_deliveries(_batches(ledger, progress), views.path)
    position = views.position()
    while (reached := fold_on(views, ledger, position)) is not None:
        position = reached
        if progress is not None:
            progress(position, ledger.size)
    return position


def fold_on(views: DeliveryViews, ledger: Ledger, position: int) -> int | None:
    """Fold the next batch from a position on; gives the position reached, None if there is nothing behind it."""
    batch = read_logged(ledger, position)
    if not batch:
        return None
    try:
        return views.apply(batch)
    except RecordGap as gap:
        # Others have just put views in their place that reach less far: read on from where these are.
        return gap.position


def _batches(ledger: Ledger, progress: Progress | None) -> Iterator[list[LoggedEvent]]:
    position = 0
    while batch := read_logged(ledger, position):
        yield batch
        position = batch[-1].first_index + 1
        if progress is not None:
            progress(position, ledger.size)


def are_foreign(views: DeliveryViews, ledger: Ledger) -> bool:
    """Whether the views were folded from another ledger than this, or from more of it than it holds now."""
    last = views.reached()
    if last is None:
        return False
    found = ledger.by_digest(base64url.decode(last.digest))
    return found is None or found.first_index != last.first_index
