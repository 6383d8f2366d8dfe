"""The exchange view of an agency in a file of its own, beside its record: moved on from where it stood.

Deleting the file loses nothing. It is not a part of `views.sqlite`: it is folded when a statement is due and not with
every entry, and in the order of the registers, which after a recovery need not be the order of the record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Self

from projections.exchange_rows import BUCKETS, bucket_of
from projections.exchange_view import ExchangeView, Received, Sent
from projections.named_sql import named_sql, read_sql

SQL = named_sql("exchange.sql")
VERSION = "1"
"""Raised with every change of the fold; a file of another version is folded again."""

_EMPTY = sha256(b"").digest()


class _StoredRows:
    """`projections.exchange_rows.Rows` in SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def load(self, key: str) -> bytes | None:
        row = self._connection.execute(SQL["load"], (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def save(self, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        self._connection.executemany(SQL["save"], ((key, bucket_of(key), data, digest) for key, data, digest in rows))

    def digests(self, bucket: int) -> bytes:
        return b"".join(digest for (digest,) in self._connection.execute(SQL["digests"], (bucket,)))

    def open(self, asked: bool, request: str, counterpart: str, key: str) -> None:
        self._connection.execute(SQL["open"], (asked, request, counterpart, key))

    def settle(self, asked: bool, request: str, counterpart: str) -> str | None:
        row = self._connection.execute(SQL["settle"], (asked, request, counterpart)).fetchone()
        return None if row is None else str(row[0])

    def count(self) -> int:
        return int(self._connection.execute(SQL["count"]).fetchone()[0])


class ExchangeStore:
    """The file at `path` for `agency`, whose record is the one named `record`: another one's view is folded again."""

    def __init__(self, path: Path, agency: str, record: str) -> None:
        self._about = {"agency": agency, "record": record, "version": VERSION}
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(read_sql("exchange_schema.sql"))
        held = dict(self._connection.execute(SQL["about"]))
        if held and any(held.get(name) != value for name, value in self._about.items()):
            for table in ("about", "head", "exchange_row", "bucket", "open_request"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of the schema
        self._load()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _load(self) -> None:
        held = dict(self._connection.execute(SQL["about"]))
        heads = self._connection.execute(SQL["heads"]).fetchall()
        known = dict(self._connection.execute(SQL["buckets"]).fetchall())
        self.sent_upto = int(held.get("sent_year", "0")), int(held.get("sent_number", "0"))
        """Year and number of the outgoing register up to which documents sent are folded."""
        self.received_from = {agency: received for agency, _, _, received in heads}
        """The last count that was taken in from each sender."""
        self.view = ExchangeView(
            self._about["agency"],
            _StoredRows(self._connection),
            year=int(held.get("year", "0")),
            number=int(held.get("number", "0")),
            heads={agency: (count, digest) for agency, count, digest, _ in heads if count},
            buckets=[known.get(bucket, _EMPTY) for bucket in range(BUCKETS)],
        )

    def fold(
        self,
        received: list[tuple[int, Received]],
        sent: list[Sent],
        sent_upto: tuple[int, int],
    ) -> None:
        """Fold documents in one commit: received ones with their sender's count, in the order of their numbers."""
        with self._commit():
            before = list(self.view.buckets)
            self.view.fold([each for _, each in received], sent)
            self.view.flush()
            for count, each in received:
                self.received_from[each.sender] = max(count, self.received_from.get(each.sender, 0))
            self.sent_upto = max(self.sent_upto, sent_upto)
            changed = [
                (n, new) for n, (old, new) in enumerate(zip(before, self.view.buckets, strict=True)) if old != new
            ]
            self._connection.executemany(SQL["save_bucket"], changed)
            self._save_heads()

    def _save_heads(self) -> None:
        view = self.view
        about = self._about | {
            "year": str(view.year),
            "number": str(view.number),
            "sent_year": str(self.sent_upto[0]),
            "sent_number": str(self.sent_upto[1]),
        }
        self._connection.executemany(SQL["save_about"], about.items())
        agencies = sorted({*view.heads, *self.received_from})
        self._connection.executemany(
            SQL["save_head"],
            [(name, *view.heads.get(name, (0, "")), self.received_from.get(name, 0)) for name in agencies],
        )

    @contextmanager
    def _commit(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            self._load()
            raise
        self._connection.execute("COMMIT")
