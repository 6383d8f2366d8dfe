"""The index of attachments: which documents name which files, which of them are missing here, who has confirmed them.

A fold over the record in a file of its own, `attachments/index.sqlite`. Entries and position are written in one
transaction, so service and command line may both bring it up to date.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources

from events.attachments import attachments_of
from events.catalogue import read_content
from events.instants import format_instant
from events.record_entry import Entry, EntryKind, RecordEntry
from events.types.attachment import MAX_ATTACHMENT_BYTES, AttachmentReceived, AttachmentUnavailable
from services.agency.attachments.store import AttachmentStore
from services.agency.record import Record
from services.identity.disk import PRIVATE, make_private_folder

_SCHEMA = resources.files("services.agency.attachments").joinpath("index.sql").read_text("utf-8")
_ENTRIES_AT_ONCE = 500
_LOCK_SECONDS = 30.0
_MARK = b'"sha256":"'
"""Stands in every content that names a file, and costs less to look for than to parse."""


@dataclass(frozen=True)
class NamedAttachment:
    """An attachment as a document names it, and who has confirmed it or could not send it."""

    event: str
    sha256: str
    event_type: str
    case: str | None
    sender: str
    recipients: tuple[str, ...]
    name: str
    media_type: str
    size_bytes: int
    confirmed: tuple[str, ...] = ()
    obstacles: tuple[tuple[str, str], ...] = ()

    @property
    def fits(self) -> bool:
        """Whether it is small enough to travel."""
        return self.size_bytes <= MAX_ATTACHMENT_BYTES


class AttachmentIndex:
    """The index beside a store of files. Raises `sqlite3.Error` where its file cannot be used."""

    def __init__(self, store: AttachmentStore, record: Record) -> None:
        self._store = store
        self._record = record
        self._path = store.folder / "index.sqlite"
        make_private_folder(store.folder)
        self._path.touch(mode=PRIVATE)
        with self._connected() as connection:
            connection.executescript(_SCHEMA)

    def catch_up(self) -> None:
        """Fold what the record has and the index lacks; an index of another record is made anew."""
        with self._connected() as connection:
            if not self._is_of_this_record(connection):
                for table in ("about", "named", "missing", "confirmed", "obstacles"):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        while self._fold_some():
            pass

    def look_for_files(self) -> None:
        """Find out anew which of the named files are here: somebody may have put some there, or taken some away."""
        with self._connected() as connection:
            digests = [row[0] for row in connection.execute("SELECT DISTINCT sha256 FROM named")]
            connection.execute("DELETE FROM missing")
            connection.executemany("INSERT INTO missing VALUES (?)", [(d,) for d in digests if not self._store.has(d)])

    def missing(self) -> list[NamedAttachment]:
        """The files that are not here, as each document names them; those that are too large are left out."""
        with self._connected() as connection:
            return [
                _named(row)
                for row in connection.execute(
                    "SELECT n.* FROM missing m JOIN named n ON n.sha256 = m.sha256 WHERE n.size_bytes <= ? "
                    "ORDER BY n.position",
                    (MAX_ATTACHMENT_BYTES,),
                )
            ]

    def unconfirmed(self, me: str) -> list[NamedAttachment]:
        """What others have sent and is here whole, and this agency has not confirmed yet."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT n.* FROM named n WHERE n.sender != ? AND NOT EXISTS (SELECT 1 FROM missing m WHERE m.sha256 = "
                "n.sha256) AND NOT EXISTS (SELECT 1 FROM confirmed c WHERE c.event_id = n.event_id AND c.sha256 = "
                "n.sha256 AND c.agency = ?) ORDER BY n.position",
                (me, me),
            ).fetchall()
        return [_named(row) for row in rows]

    def arrived(self, sha256: str) -> None:
        """A file is here whole."""
        with self._connected() as connection:
            connection.execute("DELETE FROM missing WHERE sha256 = ?", (sha256,))
            connection.execute("DELETE FROM obstacles WHERE sha256 = ?", (sha256,))

    def lost(self, sha256: str) -> None:
        """A file is not here any more."""
        with self._connected() as connection:
            connection.execute("INSERT OR IGNORE INTO missing VALUES (?)", (sha256,))

    def all_named(self) -> list[NamedAttachment]:
        """Every attachment of every document, newest first, with who confirmed it and what stood in its way."""
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM named ORDER BY position DESC, sha256").fetchall()
            confirmed = connection.execute("SELECT event_id, sha256, agency FROM confirmed ORDER BY agency").fetchall()
            obstacles = connection.execute("SELECT sha256, agency, reason FROM obstacles ORDER BY agency").fetchall()
        by_whom: dict[tuple[str, str], list[str]] = {}
        for event, sha256, agency in confirmed:
            by_whom.setdefault((event, sha256), []).append(agency)
        why: dict[str, list[tuple[str, str]]] = {}
        for sha256, agency, reason in obstacles:
            why.setdefault(sha256, []).append((agency, reason))
        return [
            _named(row, by_whom.get((row["event_id"], row["sha256"]), ()), why.get(row["sha256"], ())) for row in rows
        ]

    # --- inside ---

    def _fold_some(self) -> bool:
        with self._connected() as connection:
            position = _position(connection)
            entries = self._record.entries(position, _ENTRIES_AT_ONCE)
            for entry in entries:
                if isinstance(entry, RecordEntry) and entry.kind is not EntryKind.REFUSED:
                    self._take(connection, entry)
            if entries:
                last = {"position": str(entries[-1].position), "entry": _name_of(entries[-1])}
                connection.executemany("INSERT OR REPLACE INTO about VALUES (?,?)", last.items())
        return len(entries) == _ENTRIES_AT_ONCE

    def _take(self, connection: sqlite3.Connection, entry: RecordEntry) -> None:
        if _MARK not in entry.event.content_bytes:
            return
        envelope, content = entry.event.envelope, read_content(entry.event)
        match content:
            case AttachmentReceived():
                seen = (content.event, content.sha256, envelope.sender, format_instant(content.verified_at))
                connection.execute("INSERT OR IGNORE INTO confirmed VALUES (?,?,?,?)", seen)
            case AttachmentUnavailable() if entry.kind is EntryKind.ADMITTED:
                why = (content.sha256, envelope.sender, content.reason.value)
                connection.execute("INSERT OR REPLACE INTO obstacles VALUES (?,?,?)", why)
        for one in attachments_of(content):
            connection.execute(
                "INSERT OR IGNORE INTO named VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    envelope.id, one.sha256, entry.position, envelope.event_type, envelope.case, envelope.sender,
                    " ".join(envelope.agencies), one.name, one.media_type, one.size_bytes,
                ),
            )  # fmt: skip
            if not self._store.has(one.sha256):
                connection.execute("INSERT OR IGNORE INTO missing VALUES (?)", (one.sha256,))

    def _is_of_this_record(self, connection: sqlite3.Connection) -> bool:
        position = _position(connection)
        if position == 0:
            return True
        noted: str = connection.execute("SELECT value FROM about WHERE name = 'entry'").fetchone()[0]
        try:
            return _name_of(self._record.entry_at(position)) == noted
        except LookupError:
            return False

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_LOCK_SECONDS, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            if connection.in_transaction:
                connection.execute("COMMIT")


def _position(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM about WHERE name = 'position'").fetchone()
    return int(row[0]) if row else 0


def _name_of(entry: Entry) -> str:
    return entry.event.envelope.id if isinstance(entry, RecordEntry) else f"{entry.name} {entry.subject}"


def _named(
    row: sqlite3.Row, confirmed: Sequence[str] = (), obstacles: Sequence[tuple[str, str]] = ()
) -> NamedAttachment:
    return NamedAttachment(
        row["event_id"], row["sha256"], row["event_type"], row["case_id"], row["sender"],
        tuple(row["recipients"].split()), row["name"], row["media_type"], row["size_bytes"],
        tuple(confirmed), tuple(obstacles),
    )  # fmt: skip
