"""How far the followers of the record have come, what policies have done, with whom recovery is unfinished."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from eventsourcing.sqlite import SQLiteCursor

from events.instants import format_instant, whole_milliseconds


class Bookmarks:
    """The bookmarks of one record. A part of `RecordTransaction`."""

    cursor: SQLiteCursor
    unsettled: frozenset[str]

    def has_reacted(self, policy: str, event_id: str) -> bool:
        """Whether a policy's wish about an event was carried out."""
        self.cursor.execute("SELECT 1 FROM reactions WHERE policy = ? AND event_id = ?", (policy, event_id))
        return self.cursor.fetchone() is not None

    def note_reaction(self, policy: str, event_id: str) -> None:
        """Note that a policy's wish about an event was carried out, in the commit that carries it out."""
        self.cursor.execute("INSERT OR IGNORE INTO reactions VALUES (?,?)", (policy, event_id))

    def note_waiting(self, policy: str, event_id: str, now: datetime, reason: str) -> None:
        """Note that a policy's reaction to an event waits, and why; since when it waits stays as it was."""
        self.cursor.execute(
            "INSERT INTO reactions_waiting VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET reason = excluded.reason",
            (policy, event_id, format_instant(whole_milliseconds(now)), reason),
        )

    def note_done(self, policy: str, event_id: str) -> None:
        """Note that a policy's reaction to an event waits no more."""
        self.cursor.execute("DELETE FROM reactions_waiting WHERE policy = ? AND event_id = ?", (policy, event_id))

    def forget_waiting(self, policies: Collection[str]) -> None:
        """Forget what waits for policies other than these: they were switched off."""
        marks = ",".join("?" * len(policies))
        self.cursor.execute(f"DELETE FROM reactions_waiting WHERE policy NOT IN ({marks})", tuple(policies))  # noqa: S608

    def move_cursor(self, name: str, position: int) -> None:
        """Note how far a follower of the record has come."""
        self.cursor.execute("INSERT OR REPLACE INTO cursors VALUES (?,?)", (name, position))

    def note_unsettled(self, peers: frozenset[str]) -> None:
        """Note to whom nothing is signed for the present."""
        self.unsettled = peers
        if peers:
            self.cursor.execute("INSERT OR REPLACE INTO about VALUES ('without', ?)", (" ".join(sorted(peers)),))
        else:
            self.cursor.execute("DELETE FROM about WHERE name = 'without'")
