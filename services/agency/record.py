"""The record of one agency: what it sent, admitted and refused, for ever. The agency's own store is the record.

One file, `record.sqlite`, that the service and the command line may have open at the same time. Every write is one
transaction that takes the lock first; every committed entry survives a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from events.record_entry import Entry
from services.agency.case_states import CaseStates
from services.agency.entry_codec import decode_entry
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.agency.recorder import RecordMissing, RecordOfNewerVersion, RecordRecorder, RecordUnavailable

FORMAT_VERSION = 1
"""Of the store; a newer program migrates, an older one refuses."""

_WHICH_FILE = "file"


class Record:
    """An open record. Methods may be called from any thread, one writer at a time.

    `restored` is true when the file is not the one it was made as (a backup put back, a copied folder): then numbers
    may already have been used, and nothing is signed before `phoihop agency recover`.
    """

    def __init__(self, path: Path, agency: str, province: str, *, create: bool = False) -> None:
        """Open the record at `path`, or make it where it is missing and `create` allows it.

        A record is made once, when the agency is set up. One that is missing later was lost, and starting with an
        empty one would use counts and numbers again.

        Raises `RecordUnavailable`: missing, cannot be opened, belongs to another agency, or written by a newer version.
        """
        self.path = path
        self.agency = agency
        self._states = CaseStates(agency)
        is_new = not path.exists() or path.stat().st_size == 0
        if is_new and not create:
            raise RecordMissing(
                what=f"the record {path} is missing",
                why="an agency's record is made when it is set up and never again, since peers count what it has sent",
                next_step="restore its last backup there, then run `phoihop agency recover`; without one, `--lost`",
            )
        if is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._recorder = RecordRecorder(path)
        with self._recorder.writing() as cursor:
            if is_new:
                path.chmod(0o600)
            for statement in self._recorder.create_table_statements:
                cursor.execute(statement)
            cursor.execute("SELECT name, value FROM about")
            about = dict(tuple(row) for row in cursor.fetchall())
            mine = {"format": str(FORMAT_VERSION), "agency": agency, "province": province}
            if not about:
                about = mine | {_WHICH_FILE: _file_identity(path)}
                cursor.executemany("INSERT INTO about VALUES (?,?)", about.items())
            _check_about(path, about, mine)
        self.restored = about[_WHICH_FILE] != _file_identity(path)

    @contextmanager
    def writing(self) -> Iterator[RecordTransaction]:
        """A transaction on the record; all that it appended is durable when the block ends."""
        with self._recorder.writing() as cursor:
            transaction = RecordTransaction(cursor, self._recorder, self._states, restored=self.restored)
            yield transaction
            transaction.flush()
        transaction.committed()

    @contextmanager
    def reading(self) -> Iterator[RecordReading]:
        """One state of the record as the rules see it; from any thread, beside whoever writes.

        Raises `RecordUnavailable`, for an attempt to write too.
        """
        # States remembered are the writer's own: here a case is folded from its last snapshot.
        with self._recorder.reading() as cursor:
            yield RecordReading(cursor, self.path, CaseStates(self.agency))

    def entries(self, after: int = 0, limit: int = 500, upto: int | None = None) -> list[Entry]:
        """The entries behind a position, in order, at most `limit`."""
        return [
            decode_entry(int(n.id), n.topic, n.state)
            for n in self._recorder.select_notifications(after, limit, upto, inclusive_of_start=False)
        ]

    def all_entries(self, after: int = 0) -> Iterator[Entry]:
        """Every entry behind a position, in order, read in pages: memory stays flat."""
        while page := self.entries(after):
            yield from page
            after = page[-1].position

    @property
    def last_position(self) -> int:
        """The position of the newest entry; 0 when there is none."""
        return self._recorder.max_notification_id() or 0

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Rows of one of the record's indexes, read in one state of the store."""
        with self._recorder.reading() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall())

    def correspondents(self) -> set[str]:
        """Everybody to or from whom a document went."""
        return {row[0] for row in self.rows(_PEERS_IN_LINKS)}

    def entry_at(self, position: int) -> Entry:
        """The entry at a position; raises `LookupError` if there is none."""
        found = self.entries(position - 1, 1, position)
        if not found:
            raise LookupError(f"the record has no entry {position}")
        return found[0]

    def cursor_position(self, name: str) -> int:
        """How far a follower of the record has come."""
        rows = self.rows("SELECT position FROM cursors WHERE name = ?", (name,))
        return rows[0][0] if rows else 0

    @property
    def signing_held(self) -> bool:
        """Whether documents may not be signed before recovery."""
        return self.restored or bool(self.rows("SELECT 1 FROM about WHERE name = 'recovery'"))

    @property
    def unsettled(self) -> frozenset[str]:
        """Peers that were away when the record was recovered: nothing is signed to them until they agree."""
        rows = self.rows("SELECT value FROM about WHERE name = 'without'")
        return frozenset(rows[0][0].split()) if rows else frozenset()

    def accept_as_own(self) -> None:
        """After recovery: this file is the record from now on."""
        with self._recorder.writing() as cursor:
            cursor.execute("UPDATE about SET value = ? WHERE name = ?", (_file_identity(self.path), _WHICH_FILE))
            cursor.execute("DELETE FROM about WHERE name = 'recovery'")
        self.restored = False

    def backup(self, target: Path) -> None:
        """Write a consistent copy while the record is in use; raises `RecordUnavailable`.

        The copy is another file, so opening it in the record's place is noticed and leads to recovery.
        """
        if target.exists():
            raise RecordUnavailable(
                what=f"{target} exists", why="a backup never overwrites", next_step="name a new file"
            )
        try:
            target.touch(mode=0o600, exist_ok=False)  # never open to others, not even while it is written
            with (
                closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(target)) as copy,
            ):
                source.backup(copy)
                # A file system may give the copy the number of the lost file: it must never pass for that one.
                copy.execute("UPDATE about SET value = 'backup' WHERE name = ?", (_WHICH_FILE,))
                copy.commit()
        except (sqlite3.Error, OSError) as error:
            target.unlink(missing_ok=True)
            raise RecordUnavailable(
                what=f"the backup to {target} was not written", why=str(error), next_step="check space and rights there"
            ) from error

    def close(self) -> None:
        """Close the store's connections."""
        self._recorder.datastore.close()


def _file_identity(path: Path) -> str:
    # A copy or a restored backup is a new inode; a record that was only ever written to keeps its own.
    status = path.stat()
    return f"{status.st_dev}:{status.st_ino}"


def _check_about(path: Path, about: dict[str, str], mine: dict[str, str]) -> None:
    if int(about["format"]) > FORMAT_VERSION:
        raise RecordOfNewerVersion(
            what=f"{path} was written by a newer version of phoihop",
            why=f"its format is {about['format']}, this program knows {FORMAT_VERSION}",
            next_step="update phoihop on this machine",
        )
    for name in ("agency", "province"):
        if about[name] != mine[name]:
            raise RecordUnavailable(
                what=f"{path} is the record of another {name}",
                why=f"it belongs to {about[name]}, not {mine[name]}",
                next_step="check --dir and --as",
            )


_PEERS_IN_LINKS = """
WITH RECURSIVE peers(peer) AS (
    SELECT MIN(peer) FROM pair_links
    UNION ALL
    SELECT (SELECT MIN(peer) FROM pair_links WHERE peer > peers.peer) FROM peers WHERE peer IS NOT NULL
)
SELECT peer FROM peers WHERE peer IS NOT NULL
"""
"""Each peer once, by leaps through the primary key instead of a scan of every link."""
