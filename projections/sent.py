"""What this agency sent, newest first, each document with what became of it at every recipient."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from projections.inbox import NEWEST
from projections.ledger import SQL, Delivery
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3


class SentState(StrEnum):
    """Which of the own documents are wanted."""

    AWAITING = "awaiting"
    """Some recipient has not receipted it."""
    REFUSED = "refused"
    """Some recipient has refused it."""


@dataclass(frozen=True)
class SentDocument(Row):
    """An own document; `deliveries` are its rows of the ledger, by recipient."""

    position: int
    event_id: str
    event_type: str
    case_id: str | None
    clause: str | None
    docnumber: str
    docsymbol: str
    signed_at: datetime
    due: datetime | None
    deliveries: tuple[Delivery, ...]


def sent(
    cursor: sqlite3.Cursor, me: str, *, state: SentState | None, before: int | None, limit: int
) -> tuple[SentDocument, ...]:
    """Documents that `me` sent, all or those in a state; `before` a record position pages backwards."""
    statement = {None: "sent", SentState.AWAITING: "sent_awaiting", SentState.REFUSED: "sent_refused"}[state]
    values = {"me": me, "before": before or NEWEST, "limit": limit}
    rows = cursor.execute(SQL[statement], values).fetchall()
    by_position: dict[int, list[Delivery]] = defaultdict(list)
    positions = json.dumps([row["position"] for row in rows])
    for delivery in Delivery.from_rows(cursor.execute(SQL["deliveries_of"], {"positions": positions}).fetchall()):
        by_position[delivery.position].append(delivery)
    return tuple(SentDocument.from_columns(row, deliveries=tuple(by_position[row["position"]])) for row in rows)
