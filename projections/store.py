"""The SQLite file of an agency's views: connections, schema, and position and rows in one commit.

`ViewStore` subclasses the library's tracking recorder: the position of the last entry folded lies in the library's
tracking table, and moves in the transaction that moves the views.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from eventsourcing.persistence import PersistenceError, Tracking
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore, SQLiteTrackingRecorder

from projections.errors import ViewsOfNewerVersion, ViewsUnusable
from projections.named_sql import read_sql

SCHEMA_VERSION = 14
"""Raised with every change of `schema.sql` or of a fold. An older file is emptied and folded again."""

APPLICATION_NAME = "record"
"""The name under which the library tracks the position."""

BUSY_TIMEOUT_SECONDS = 30


class _ViewsPool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        # The library passes cached_statements=True, which SQLite's binding takes as the number 1: every other
        # statement would be compiled again. So the connection is made here.
        connection = sqlite3.connect(
            self.db_name,
            timeout=self.lock_timeout or BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # A view lost to a power failure is folded again; in WAL mode NORMAL never leaves a damaged file.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")
        self.is_journal_mode_wal = True
        return SQLiteConnection(sqlite_conn=connection, max_age=self.max_age)


class _ViewsDatastore(SQLiteDatastore):
    def __init__(self, path: Path) -> None:
        super().__init__(str(path), lock_timeout=BUSY_TIMEOUT_SECONDS)
        self.pool.close()
        self.pool = _ViewsPool(db_name=str(path), lock_timeout=BUSY_TIMEOUT_SECONDS)


class ViewStore(SQLiteTrackingRecorder):
    """One file of views, opened or made. Raises `ViewsOfNewerVersion` or `ViewsUnusable`.

    Another kind of views names its own schema, version and errors.
    """

    schema: ClassVar[str] = "schema.sql"
    version: ClassVar[int] = SCHEMA_VERSION
    unusable: ClassVar[type[ViewsUnusable]] = ViewsUnusable
    of_newer_version: ClassVar[type[ViewsOfNewerVersion]] = ViewsOfNewerVersion

    def __init__(self, path: Path) -> None:
        self.path = path
        _make_private(path)
        super().__init__(_ViewsDatastore(path))
        try:
            with self.reading() as cursor:
                current = self._version(cursor) == self.version
            if not current:
                with self.writing() as cursor:
                    self._prepare(cursor)
        except BaseException:
            self.close()
            raise

    def _version(self, cursor: sqlite3.Cursor) -> int:
        found: int = cursor.execute("PRAGMA user_version").fetchone()[0]
        if found > self.version:
            raise self.of_newer_version(self.path, found, self.version)
        return found

    def _prepare(self, cursor: sqlite3.Cursor) -> None:
        if self._version(cursor) == self.version:  # another process was quicker
            return
        # Everything in the file is a fold: an older schema is not altered but dropped, and the record read again.
        held = cursor.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        )
        for kind, name in held.fetchall():
            cursor.execute(f'DROP {kind} "{name}"')
        for statement in (*self.create_table_statements, *_statements(read_sql(self.schema))):
            cursor.execute(statement)
        cursor.execute(f"PRAGMA user_version = {self.version}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """A transaction that holds the write lock from its start; commits at the end, or rolls back."""
        with self._transaction("BEGIN IMMEDIATE", "COMMIT") as cursor:
            yield cursor

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """A transaction in which every query sees the same commit."""
        with self._transaction("BEGIN", "ROLLBACK") as cursor:
            yield cursor

    @contextmanager
    def _transaction(self, begin: str, end: str) -> Iterator[sqlite3.Cursor]:
        try:
            with self.datastore.get_connection(commit=end == "COMMIT") as connection:
                cursor: sqlite3.Cursor = connection.cursor().__enter__()
                try:
                    cursor.execute(begin)
                    yield cursor
                    cursor.execute(end)
                finally:
                    if cursor.connection.in_transaction:
                        cursor.connection.rollback()
                    cursor.close()
        except (sqlite3.Error, PersistenceError) as error:
            raise self.unusable(self.path, str(error)) from error

    def position(self, cursor: sqlite3.Cursor) -> int:
        """The position of the last entry folded, 0 before the first."""
        row = cursor.execute(self.select_max_tracking_id_statement, [APPLICATION_NAME]).fetchone()
        return row[0] or 0

    def move_to(self, cursor: sqlite3.Cursor, position: int) -> None:
        """Record the position in the running transaction; it can only grow."""
        tracked: Any = cursor  # the library's thin wrapper and the cursor have the same two methods
        self._insert_tracking(tracked, Tracking(APPLICATION_NAME, position))

    def leave_wal_mode(self) -> None:
        """Bring everything into the one file, so that it can be moved; nothing may be open beside this store."""
        # The pool's other connections would keep the log alive: this one closes them, and works alone.
        self.datastore.close()
        try:
            with closing(sqlite3.connect(self.path)) as alone:
                (mode,) = alone.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.Error as error:
            raise self.unusable(self.path, str(error)) from error
        if mode != "delete":
            raise self.unusable(self.path, "its log cannot be folded in: something else has it open")

    def close(self) -> None:
        """Close every connection."""
        self.datastore.close()


def _make_private(path: Path) -> None:
    # The views hold what only this agency may read; SQLite gives its other files the mode of this one.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ViewsUnusable(path, error.strerror or str(error)) from error


def _statements(script: str) -> Iterator[str]:
    # executescript() would commit the running transaction.
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
