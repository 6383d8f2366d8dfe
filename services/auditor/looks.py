"""What the auditor's people looked at, exported and checked: kept in the ledger, and no entry of the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.canonical import JSON
from events.instants import format_instant, parse_instant
from services.auditor.ledger import Ledger


@dataclass(frozen=True)
class Look:
    """Somebody's look at something. `by` is `<name>@auditor`; empty where nobody had entered."""

    position: int
    at: datetime
    name: str
    subject: str
    by: str
    about: Mapping[str, JSON]


class Looks:
    """The looks of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, at: datetime, name: str, subject: str, about: Mapping[str, JSON]) -> None:
        """Keep one, in a commit of its own."""
        row = (format_instant(at), name, subject, json.dumps(about, ensure_ascii=False, sort_keys=True))
        with self._ledger.commit():
            self._ledger.connection.execute("INSERT INTO looks (at, name, subject, about) VALUES (?,?,?,?)", row)

    def newest(self, *, before: int | None, limit: int) -> list[Look]:
        """The newest ones before a position."""
        rows = self._ledger.connection.execute(
            "SELECT position, at, name, subject, about FROM looks WHERE :before IS NULL OR position < :before "
            "ORDER BY position DESC LIMIT :limit",
            {"before": before, "limit": limit},
        )
        found = []
        for position, at, name, subject, text in rows:
            about: dict[str, JSON] = json.loads(text)
            by = str(about.pop("by", ""))
            found.append(Look(position, parse_instant(at), name, subject, by, about))
        return found
