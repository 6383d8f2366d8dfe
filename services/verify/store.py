"""An agency's record, opened read-only and walked entry by entry.

Of the store only the `entries` table is believed to be what it is, and the two tables of held messages are read for
where something lies. The indexes are not looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from events.errors import PhoihopError
from events.record_entry import Entry
from events.signed_event import SignedEvent, parse_signed_event
from services.agency.entry_codec import decode_entry
from services.verify.verdict import Finding, FindingKind


class Stored(NamedTuple):
    """One row of the record: where it stands, in which history, and the entry."""

    position: int
    history: str
    version: int
    entry: Entry


@dataclass(frozen=True)
class Held:
    """Events that lie in an agency's store without having an outcome, by envelope digest."""

    parked: frozenset[bytes]
    quarantined: frozenset[bytes]


class RecordFile:
    """One record under read-only access. Faults of the file itself become findings, not errors."""

    def __init__(self, path: Path, agency: str, findings: list[Finding]) -> None:
        self._path = path
        self._agency = agency
        self._findings = findings

    def walk(self) -> Iterator[Stored]:
        """Every entry in the order of its position, in one state of the store."""
        if not self._path.is_file():
            self._fault(f"the record {self._path.name} is missing")
            return
        expected = 1
        versions: dict[str, int] = {}
        try:
            with closing(self._open()) as store:
                rows = store.execute(
                    "SELECT rowid, originator_id, originator_version, topic, state FROM entries ORDER BY rowid"
                )
                for position, history, version, topic, state in rows:
                    if position != expected:
                        self._fault(f"entries {expected} to {position - 1} are missing", position)
                    expected = position + 1
                    # A history counts its entries: one taken out or moved shows even where positions were closed up.
                    if version != versions.get(history, 0) + 1:
                        self._fault(f"history {history} goes from {versions.get(history, 0)} to {version}", position)
                    versions[history] = version
                    if (entry := self._decoded(position, topic, state)) is not None:
                        yield Stored(position, history, version, entry)
        except sqlite3.Error as error:
            self._fault(f"the store cannot be read: {error}")

    def held(self) -> Held:
        """What is parked or in quarantine."""
        try:
            with closing(self._open()) as store:
                return Held(
                    _digests(store.execute("SELECT payload, signature FROM parked")),
                    _digests(store.execute("SELECT payload, signature FROM quarantine")),
                )
        except sqlite3.Error as error:
            self._fault(f"held messages cannot be read: {error}")
            return Held(frozenset(), frozenset())

    def _open(self) -> sqlite3.Connection:
        store = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
        store.execute("PRAGMA query_only=ON")
        store.execute("BEGIN")
        return store

    def _decoded(self, position: int, topic: str, state: bytes) -> Entry | None:
        try:
            return decode_entry(position, topic, state)
        except (PhoihopError, KeyError, TypeError, ValueError, AttributeError) as error:
            self._fault(f"the entry is not what was once written: {error}", position)
            return None

    def _fault(self, what: str, position: int | None = None) -> None:
        self._findings.append(Finding(FindingKind.STORE, self._agency, what, position=position))


def _digests(rows: Iterator[tuple[bytes, str | None]] | sqlite3.Cursor) -> frozenset[bytes]:
    found = set()
    for payload, signature in rows:
        event = _event(payload, signature)
        if event is not None:
            found.add(event.digest)
    return frozenset(found)


def _event(payload: bytes, signature: str | None) -> SignedEvent | None:
    try:
        return parse_signed_event(payload, signature or "")
    except PhoihopError:
        return None
