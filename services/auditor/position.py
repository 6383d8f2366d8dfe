"""How far the auditor's mail was read."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from events.instants import format_instant
from services.auditor.ledger import Ledger


class Position(NamedTuple):
    """Where the mail stands.

    `durable` says when the broker made the consumer it is read from, `stream_sequence` is the last message's that was
    taken in.
    """

    durable: str
    stream_sequence: int


def read_position(ledger: Ledger) -> Position | None:
    """The position that the ledger was left at; None before the first message."""
    row = ledger.connection.execute("SELECT durable, stream_sequence FROM intake").fetchone()
    return Position(*row) if row else None


def note_position(ledger: Ledger, position: Position, now: datetime) -> None:
    """Note the position. Call it inside `Ledger.commit`."""
    ledger.connection.execute("INSERT OR REPLACE INTO intake VALUES (1,?,?,?)", (*position, format_instant(now)))
