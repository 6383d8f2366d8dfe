"""The checkpoints in the ledger: each signed once, with the cosignatures and time-stamps that it has got since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from events.audit.log_keys import log_keys
from events.directory import Directory
from events.errors import PolicyUnmet
from events.instants import format_instant
from events.note import MAX_SIGNATURES, Note, format_note, parse_note
from events.transparency.approval import approve
from events.transparency.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from events.transparency.cosignature import Cosignature
from events.transparency.policy import Policy
from services.auditor.ledger import Ledger


class Checkpoints:
    """The tables about checkpoints of one ledger. Writing methods are called inside `Ledger.commit`."""

    def __init__(self, ledger: Ledger) -> None:
        self._connection = ledger.connection

    # --- the log's own ---

    def newest(self) -> Checkpoint | None:
        """The largest checkpoint ever signed; None if there is none."""
        row = self._connection.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        return parse_checkpoint(parse_note(row[0]).text) if row else None

    def sizes(self) -> list[int]:
        """The sizes of all checkpoints, ascending."""
        return [row[0] for row in self._connection.execute("SELECT size FROM checkpoints ORDER BY size")]

    def signed_note(self, size: int) -> str | None:
        """The note as the log signed it; None for a size of which there is no checkpoint."""
        row = self._connection.execute("SELECT note FROM checkpoints WHERE size = ?", (size,)).fetchone()
        return str(row[0]) if row else None

    def note(self, size: int) -> Note | None:
        """The note with every cosignature that was collected for it, in the order of the witnesses' names."""
        signed = self.signed_note(size)
        if signed is None:
            return None
        lines = self._connection.execute(
            "SELECT line FROM cosignatures WHERE size = ? ORDER BY witness LIMIT ?", (size, MAX_SIGNATURES - 1)
        )
        return parse_note(signed + "".join(f"{line}\n" for (line,) in lines))

    def add(self, size: int, note: str, now: datetime) -> None:
        """Keep a checkpoint that was just signed, or found again."""
        self._connection.execute("INSERT INTO checkpoints VALUES (?,?,?)", (size, note, format_instant(now)))

    # --- witnesses ---

    def add_cosignature(self, size: int, agency: str, line: str, cosignature: Cosignature) -> bool:
        """Keep a verified cosignature; false if this witness has cosigned this checkpoint already.

        The first is kept: a witness that went on cosigning one checkpoint could make its note grow without end.
        """
        cosigned = "SELECT 1 FROM cosignatures WHERE size = ? AND witness = ?"
        if self._connection.execute(cosigned, (size, agency)).fetchone():
            return False
        at = format_instant(cosignature.time)
        self._connection.execute("INSERT INTO cosignatures VALUES (?,?,?,?)", (size, agency, line, at))
        return True

    def judge(self, sizes: Iterable[int], policy: Policy, directory: Directory) -> None:
        """Note which of these checkpoints the policy takes as witnessed."""
        for size in sizes:
            note = self.note(size)
            if note is None:
                continue
            try:
                approval = approve(note, policy, log_keys(directory))
            except PolicyUnmet:
                continue
            seconds = approval.witnessed_at_seconds
            at = None if seconds is None else format_instant(datetime.fromtimestamp(seconds, UTC))
            self._connection.execute("INSERT OR IGNORE INTO witnessed VALUES (?,?)", (size, at))

    def unjudged(self) -> list[int]:
        """The sizes of the cosigned checkpoints behind the newest witnessed one: they may have their quorum."""
        rows = self._connection.execute(
            "SELECT DISTINCT size FROM cosignatures WHERE size > (SELECT coalesce(MAX(size), 0) FROM witnessed)"
        )
        return [size for (size,) in rows]

    def newest_witnessed(self) -> int | None:
        """The size of the newest checkpoint whose cosignatures make up the quorum."""
        row = self._connection.execute("SELECT MAX(size) FROM witnessed").fetchone()
        return None if row[0] is None else int(row[0])

    # --- time-stamps ---

    def newest_unstamped(self, authority: str) -> tuple[int, str] | None:
        """Size and text of the newest checkpoint, unless this authority has stamped it already."""
        newest = self.newest()
        if newest is None:
            return None
        stamped = "SELECT 1 FROM timestamps WHERE size = ? AND authority = ?"
        if self._connection.execute(stamped, (newest.size, authority)).fetchone():
            return None
        return newest.size, format_checkpoint(newest)

    def add_timestamp(self, size: int, authority: str, response: bytes, at: datetime) -> None:
        """Keep an authority's verified response."""
        row = (size, authority, response, format_instant(at))
        self._connection.execute("INSERT OR IGNORE INTO timestamps VALUES (?,?,?,?)", row)

    # --- found again ---

    def add_unheld(self, note: str, size: int) -> None:
        """Keep a checkpoint with the log's own signature that is not held here."""
        self._connection.execute("INSERT OR IGNORE INTO unheld_checkpoints VALUES (?,?)", (note, size))

    def unheld(self) -> list[Checkpoint]:
        """Those checkpoints, the smallest first."""
        rows = self._connection.execute("SELECT note FROM unheld_checkpoints ORDER BY size, note").fetchall()
        return [parse_checkpoint(parse_note(note).text) for (note,) in rows]

    def settle_unheld(self, size: int, root: bytes, now: datetime) -> None:
        """Take over the checkpoints of this size, whose root was found to be the tree's."""
        rows = self._connection.execute("SELECT note FROM unheld_checkpoints WHERE size = ?", (size,)).fetchall()
        for (text,) in rows:
            note = parse_note(text)
            if parse_checkpoint(note.text).root == root:
                if self.signed_note(size) is None:
                    self.add(size, format_note(note), now)
                self._connection.execute("DELETE FROM unheld_checkpoints WHERE note = ?", (text,))
