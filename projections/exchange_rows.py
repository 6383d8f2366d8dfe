"""Where the rows of an exchange view lie: packed, by key, in buckets by a digest of the key."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

BUCKETS = 4096


class Rows(Protocol):
    """Where rows lie: packed, by key, and which requests are open in which row."""

    def load(self, key: str) -> bytes | None:
        """The canonical JSON of a row; None if there is none."""

    def save(self, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Put rows: key, canonical JSON, and its SHA-256."""

    def digests(self, bucket: int) -> bytes:
        """The digests of a bucket's rows, joined in the order of their keys."""

    def open(self, asked: bool, request: str, counterpart: str, key: str) -> None:
        """Note that a request is open, in which row: one that the agency was asked, or one that it asks."""

    def settle(self, asked: bool, request: str, counterpart: str) -> str | None:
        """Strike a request off; the key of its row, None if it was not open."""

    def count(self) -> int:
        """How many rows there are."""


class MemoryRows:
    """Rows in memory, for a replay."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[bytes, bytes]] = {}
        self._buckets: dict[int, list[str]] = {}
        self._open: dict[tuple[bool, str, str], str] = {}

    def load(self, key: str) -> bytes | None:
        """As `Rows`."""
        found = self._rows.get(key)
        return found[0] if found else None

    def save(self, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        """As `Rows`."""
        for key, packed, digest in rows:
            if key not in self._rows:
                insort(self._buckets.setdefault(bucket_of(key), []), key)
            # The encoder's bytes keep the room that it wrote into; a copy has their own size.
            self._rows[key] = bytes(memoryview(packed)), digest

    def digests(self, bucket: int) -> bytes:
        """As `Rows`."""
        return b"".join([self._rows[key][1] for key in self._buckets.get(bucket, ())])

    def open(self, asked: bool, request: str, counterpart: str, key: str) -> None:
        """As `Rows`."""
        self._open[asked, request, counterpart] = key

    def settle(self, asked: bool, request: str, counterpart: str) -> str | None:
        """As `Rows`."""
        return self._open.pop((asked, request, counterpart), None)

    def count(self) -> int:
        """As `Rows`."""
        return len(self._rows)

    def keys(self) -> list[str]:
        """The keys of all rows, sorted."""
        return sorted(self._rows)


def bucket_of(key: str) -> int:
    """The bucket of a row: the first 12 bits of SHA-256 of its key."""
    first, second = sha256(key.encode("ascii")).digest()[:2]
    return first << 4 | second >> 4
