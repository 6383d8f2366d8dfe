"""The pair chains within a transaction: heads and links to and from each peer, and those that are being added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsourcing.sqlite import SQLiteCursor

from events.instants import format_instant, parse_instant
from events.recipients import GENESIS
from events.record_entry import EntryKind, RecordEntry

OUT, IN = 0, 1
"""Directions of pair links and registers."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a pair chain: its count (0 before the first) and its envelope's digest."""

    count: int
    digest: bytes


class PairLinks:
    """The chains as they stand, this transaction's own links included. A part of `RecordTransaction`."""

    def __init__(self, cursor: SQLiteCursor) -> None:
        self.cursor = cursor
        self._heads: dict[tuple[str, int], Head] = {}
        self._times: dict[tuple[str, int], datetime | None] = {}
        self._link_rows: list[tuple[str, int, int, int | None, bytes | None, str | None, int]] = []

    def head(self, peer: str, direction: int) -> Head:
        """The last link of the chain to (`OUT`) or from (`IN`) a peer."""
        key = (peer, direction)
        if key not in self._heads:
            self.cursor.execute(
                "SELECT count, digest FROM pair_links WHERE peer = ? AND direction = ? ORDER BY count DESC LIMIT 1", key
            )
            row = self.cursor.fetchone()
            self._heads[key] = Head(row[0], row[1] or b"") if row else Head(0, GENESIS)
        return self._heads[key]

    def last_time(self, peer: str, direction: int) -> datetime | None:
        """The time of the last event to or from a peer that was not refused."""
        key = (peer, direction)
        if key not in self._times:
            self.cursor.execute(
                "SELECT time FROM pair_links WHERE peer = ? AND direction = ? AND refused = 0 AND time IS NOT NULL "
                "ORDER BY count DESC LIMIT 1",
                key,
            )
            row = self.cursor.fetchone()
            self._times[key] = parse_instant(row[0]) if row else None
        return self._times[key]

    def digest_at(self, peer: str, direction: int, count: int) -> bytes | None:
        """The envelope digest of the event that has a count; None if there is none."""
        for row in reversed(self._link_rows):
            if row[:3] == (peer, direction, count):
                return row[4]
        self.cursor.execute(
            "SELECT digest FROM pair_links WHERE peer = ? AND direction = ? AND count = ?", (peer, direction, count)
        )
        row = self.cursor.fetchone()
        return row[0] if row else None

    def digests(self, peer: str, direction: int, first: int, last: int) -> dict[int, bytes]:
        """Count and envelope digest of the links of a range, both ends included."""
        self.cursor.execute(
            "SELECT count, digest FROM pair_links WHERE peer = ? AND direction = ? AND count BETWEEN ? AND ? "
            "AND digest IS NOT NULL",
            (peer, direction, first, last),
        )
        found = {row[0]: row[1] for row in self.cursor.fetchall()}
        own = (row for row in self._link_rows if row[:2] == (peer, direction) and first <= row[2] <= last)
        return found | {row[2]: row[4] for row in own if row[4] is not None}

    def link_is_held(self, peer: str, direction: int, count: int) -> bool:
        """Whether a count of the chain is taken, by an event or by a declared gap."""
        if any(row[:3] == (peer, direction, count) for row in self._link_rows):
            return True
        self.cursor.execute(
            "SELECT 1 FROM pair_links WHERE peer = ? AND direction = ? AND count = ?", (peer, direction, count)
        )
        return self.cursor.fetchone() is not None

    def lost_counts(self, peer: str, first: int, last: int, *, but_declared: bool = False) -> list[int]:
        """Counts sent to a peer, of a range with both ends, whose events this record does not hold.

        Those that were declared lost are among them, unless `but_declared`.
        """
        self.cursor.execute(
            "SELECT count FROM pair_links WHERE peer = ? AND direction = ? AND (? OR position IS NOT NULL) "
            "AND count BETWEEN ? AND ?",
            (peer, OUT, but_declared, first, last),
        )
        held = {row[0] for row in self.cursor.fetchall()}
        held |= {row[2] for row in self._link_rows if row[:2] == (peer, OUT) and row[3] is not None}
        return [count for count in range(first, last + 1) if count not in held]

    def append_gap(self, sender: str, counts: range, last_digest: bytes | None) -> None:
        """Note that a range of a sender's counts is lost for good; `last_digest` is its last count's, if known."""
        for count in counts:
            digest = last_digest if count == counts[-1] else None
            self._link_rows.append((sender, IN, count, None, digest, None, 0))
        self._heads[sender, IN] = Head(counts[-1], last_digest or b"")

    def _link(self, peer: str, direction: int, count: int, entry: RecordEntry) -> None:
        event = entry.event
        refused = entry.kind is EntryKind.REFUSED
        time = format_instant(event.envelope.time)
        self._link_rows.append((peer, direction, count, entry.position, event.digest, time, int(refused)))
        # Recovery brings own events back in any order: the head is the highest count.
        if count > self.head(peer, direction).count:
            self._heads[peer, direction] = Head(count, event.digest)
        if not refused:
            self._times[peer, direction] = event.envelope.time

    def _write_links(self) -> None:
        self.cursor.executemany("INSERT INTO pair_links VALUES (?,?,?,?,?,?,?)", self._link_rows)
