"""The SQLite store of one agency's record: the eventsourcing library's recorder, made strict about durability.

What it adds to the library's own: `synchronous=FULL`, so that a committed entry survives a power cut; transactions
that take the write lock at once (`BEGIN IMMEDIATE`), so that reading a head and writing its successor cannot be
interleaved with another process; and positions that are never given twice.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from services.errors import CannotRun

LOCK_TIMEOUT_SECONDS = 30
"""How long a writer waits for another process (the command line beside the service) to finish its transaction."""

_ROOM_BYTES = 1024 * 1024
"""With less than this free a disk counts as full."""
_SYNCHRONOUS_FULL = 2
"""As SQLite numbers it."""
_STATEMENTS_KEPT = 256

_SCHEMA = resources.files("services.agency").joinpath("record_schema.sql").read_text("utf-8")


class RecordUnavailable(CannotRun):
    """The agency's record cannot be opened or written: disk full, locked, damaged, or of another version."""


class RecordMissing(RecordUnavailable):
    """There is no record where the agency's should be."""


class RecordOfNewerVersion(RecordUnavailable):
    """A newer program wrote the record; this one could misread it."""


class RecordDiskFull(RecordUnavailable):
    """The disk takes no more of the record; nothing that was promised is lost."""


class _DurablePool(SQLiteConnectionPool):
    """Connections that sync every commit and keep prepared statements (the library's own keep one)."""

    def _create_connection(self) -> SQLiteConnection:
        connection = sqlite3.connect(
            self.db_name,
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            cached_statements=_STATEMENTS_KEPT,
            timeout=LOCK_TIMEOUT_SECONDS,
        )
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "wal_autocheckpoint=4000"):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("PRAGMA synchronous").fetchone()[0] != _SYNCHRONOUS_FULL:
            raise RecordUnavailable(
                what="the record's store does not sync every commit",
                why="this SQLite build ignores PRAGMA synchronous=FULL",
                next_step="run with the sqlite3 of a standard Python",
            )
        return SQLiteConnection(connection, self.max_age)


class RecordRecorder(SQLiteApplicationRecorder):
    """The event store and its indexes in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        datastore = SQLiteDatastore(
            f"file:{path}?mode=rwc", lock_timeout=LOCK_TIMEOUT_SECONDS, pool_size=2, originator_id_type="text"
        )
        datastore.pool.close()
        datastore.pool = _DurablePool(db_name=f"file:{path}?mode=rwc", lock_timeout=LOCK_TIMEOUT_SECONDS, pool_size=2)
        super().__init__(datastore, events_table_name="entries")
        self.insert_events_statement = (
            "INSERT INTO entries (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        """The statements of `record_schema.sql`."""
        lines = (line for line in _SCHEMA.splitlines() if not line.startswith("--"))
        return [statement for statement in "\n".join(lines).split(";") if statement.strip()]

    @contextmanager
    def writing(self) -> Iterator[SQLiteCursor]:
        """A transaction that holds the write lock from its start; commits at the end, rolls back on any error.

        Raises `RecordUnavailable` if the store cannot be written.
        """
        with translated_errors(self.path), self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            with cursor:
                cursor.execute("BEGIN IMMEDIATE")
                try:
                    yield cursor
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()

    @contextmanager
    def reading(self) -> Iterator[SQLiteCursor]:
        """A transaction that sees one state of the store and writes nothing."""
        with translated_errors(self.path), self.datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA query_only = 1")
            try:
                yield cursor
            finally:
                cursor.execute("PRAGMA query_only = 0")

    def insert(self, cursor: SQLiteCursor, events: Sequence[StoredEvent]) -> int:
        """Insert stored events within a transaction, in one statement; the position of the last.

        The library inserts one by one to learn each position. Here they are known: they follow one another without
        gaps, since whoever inserts holds the write lock.
        """
        rows = [(event.originator_id, event.originator_version, event.topic, event.state) for event in events]
        cursor.executemany(self.insert_events_statement, rows)
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        row = cursor.fetchone()
        return int(row[0]) if row else 0


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn the errors of the store at `path` into one that an operator can act on."""
    try:
        yield
    except (sqlite3.Error, PersistenceError) as error:
        text = str(error)
        # SQLite maps a file beside the store; where that cannot grow it says only "disk I/O error".
        if "full" in text or ("I/O" in text and _no_room(path)):
            raise RecordDiskFull(
                what="the agency's record cannot be written",
                why=text,
                next_step="free space on its disk; nothing was lost, the work resumes by itself",
            ) from error
        if "locked" in text or "busy" in text:
            next_step = "look for another phoihop process that holds the record for longer than half a minute"
        elif "readonly" in text or "unable to open" in text:
            next_step = "check that the folder exists and that this user may write to it"
        else:
            next_step = (
                "move the file away and keep it, put the last backup in its place and run `phoihop agency recover`"
            )
        raise RecordUnavailable(what="the agency's record cannot be used", why=text, next_step=next_step) from error


def _no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM_BYTES
    except OSError:
        return False
