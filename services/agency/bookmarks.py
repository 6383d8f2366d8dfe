"""How far the followers of the record have come, what policies have done, with whom recovery is unfinished."""

from __future__ import annotations

from eventsourcing.sqlite import SQLiteCursor


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
