"""The file of one agency's accounts: SQLite, readable by its owner alone."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from services.accounts.account import NameUnknown


class AccountsFile:
    """One connection, used by any thread, one statement or change at a time."""

    def __init__(self, path: Path, agency: str) -> None:
        self.agency = agency
        self._mutex = threading.Lock()
        path.touch(mode=0o600, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript((files("services.accounts") / "schema.sql").read_text("utf-8"))
        self._connection.execute("INSERT OR IGNORE INTO about VALUES ('agency', ?)", (agency,))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of what is written inside, or nothing."""
        with self._mutex:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """The rows of a query."""
        with self._mutex:
            return self._connection.execute(statement, values).fetchall()


def token_hash(token: str) -> bytes:
    """What is kept of a secret token."""
    return hashlib.sha256(token.encode()).digest()


def must_exist(name: str, done: int) -> None:
    """Raise `NameUnknown` unless something was changed."""
    if not done:
        raise NameUnknown(what=f"there is no {name!r}", why="nothing has this name here", next_step="list them")
