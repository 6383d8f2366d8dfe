"""The auditor's ledger on SQLite: appended in one commit a batch, read in the order of the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

from events.audit.logged_event import LoggedEvent
from services.errors import CannotRun

FORMAT = "1"
_BUSY_SECONDS = 30.0
_HELD = "SELECT first_index, envelope, signature, stream_sequence, stored_at, data FROM held"


class LedgerUnusable(CannotRun):
    """The ledger's file is missing, or of another format or province; `found` says which."""

    def __init__(self, what: str, found: str, next_step: str) -> None:
        super().__init__(what=what, why=found, next_step=next_step)
        self.found = found


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An authentic event to be appended: as `LoggedEvent`, before it has its place in the log."""

    digest: bytes
    event_id: str
    entries: int
    envelope: bytes
    signature: str
    stream_sequence: int | None
    stored_at: str | None
    data: bytes | None


class Ledger:
    """The ledger of one province. One connection: use it from one thread.

    Raises `LedgerUnusable` where the file is missing (unless `create`), or of another format or province.
    """

    def __init__(self, path: Path, province: str, *, create: bool = False, read_only: bool = False) -> None:
        if not create and not path.exists():
            raise LedgerUnusable(
                what="there is no ledger",
                found=f"{path} does not exist",
                next_step="run the auditor's service first (`phoihop auditor run`), or name its folder with --dir",
            )
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        self._connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False
        )
        if not read_only:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript((files("services.auditor") / "ledger_schema.sql").read_text("utf-8"))
            with self.commit():
                self._connection.executemany(
                    "INSERT OR IGNORE INTO about VALUES (?,?)", [("format", FORMAT), ("province", province)]
                )
        about = dict(self._connection.execute("SELECT name, value FROM about"))
        if about != {"format": FORMAT, "province": province}:
            self._connection.close()
            raise LedgerUnusable(
                what="the ledger cannot be used",
                found=f"{path} says {about}, wanted is format {FORMAT} of {province}",
                next_step="name the folder of this province's auditor with --dir",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for what has its own statements."""
        return self._connection

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One transaction: all of what is written inside, or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @property
    def size(self) -> int:
        """How many entries the log has."""
        row = self._connection.execute(
            "SELECT first_index + entries FROM logged ORDER BY first_index DESC LIMIT 1"
        ).fetchone()
        return int(row[0]) if row else 0

    def append(self, events: Sequence[NewEvent], taken_at: str) -> list[LoggedEvent]:
        """Append events in this order; one that is held already is passed over. Call it inside `commit`."""
        index = self.size
        appended = []
        for event in events:
            changed = self._connection.execute(
                "INSERT OR IGNORE INTO logged VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    index, event.entries, event.digest, event.event_id, event.stream_sequence, event.stored_at,
                    taken_at, event.envelope, event.signature, event.data,
                ),
            ).rowcount  # fmt: skip
            if changed:
                appended.append(
                    LoggedEvent(
                        index, event.envelope, event.signature, event.stream_sequence, event.stored_at, event.data
                    )
                )
                index += event.entries
        return appended

    def keep_message(self, event: NewEvent) -> bool:
        """Keep an authentic message that is no entry of the log; false if it is held. Call it inside `commit`."""
        row = (event.digest, event.stream_sequence, event.stored_at, event.envelope, event.signature, event.data)
        return bool(
            self._connection.execute(
                "INSERT OR IGNORE INTO messages (digest, stream_sequence, stored_at, envelope, signature, data) "
                "VALUES (?,?,?,?,?,?)",
                row,
            ).rowcount
        )

    def read(self, from_index: int = 0, limit: int = 10_000) -> list[LoggedEvent]:
        """At most `limit` events whose first entry stands at `from_index` or behind, in the log's order."""
        rows = self._connection.execute(
            f"{_HELD} WHERE first_index >= ? ORDER BY first_index LIMIT ?",
            (from_index, limit),
        )
        return [LoggedEvent(*row) for row in rows]

    def by_digest(self, digest: bytes) -> LoggedEvent | None:
        """The event with an envelope's digest."""
        row = self._connection.execute(f"{_HELD} WHERE digest = ?", (digest,)).fetchone()
        return LoggedEvent(*row) if row else None

    def holds(self, digest: bytes) -> bool:
        """Whether the log has an event, or `messages` a message, with an envelope's digest."""
        held = "SELECT 1 FROM logged WHERE digest = :d UNION ALL SELECT 1 FROM messages WHERE digest = :d"
        return self._connection.execute(held, {"d": digest}).fetchone() is not None

    def by_id(self, event_id: str) -> list[LoggedEvent]:
        """The events with an id: more than one where somebody used it twice."""
        rows = self._connection.execute(
            f"{_HELD} WHERE event_id = ? ORDER BY first_index",
            (event_id,),
        )
        return [LoggedEvent(*row) for row in rows]

    # --- the directory ---

    def directory_version(self) -> int:
        """The newest version of the directory that is held; 0 if none is."""
        return int(self._connection.execute("SELECT COALESCE(MAX(version), 0) FROM directories").fetchone()[0])

    def keep_directory(self, version: int, note: str) -> None:
        """Keep a version's signed note. Call it inside `commit`."""
        self._connection.execute("INSERT OR IGNORE INTO directories VALUES (?,?)", (version, note))
