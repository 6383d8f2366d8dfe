"""Answers that a caller may ask for again by a key of its own: kept in the commit of the effect that they tell of.

A caller that lost an answer repeats its call under the same key. Either the effect and its answer are both here, or
neither is. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from events.instants import format_instant
from services.agency.record_transaction import RecordTransaction

KEPT_FOR = timedelta(days=7)
"""How long an answer is kept: longer than a caller is likely to be cut off from a service on its own network."""

_FIND = "SELECT request, status, location, document FROM kept_answers WHERE caller = ? AND key = ? AND answered_at > ?"
_FORGET = "DELETE FROM kept_answers WHERE answered_at <= ?"
_KEEP = "INSERT OR REPLACE INTO kept_answers VALUES (?,?,?,?,?,?,?)"


@dataclass(frozen=True)
class KeptAnswer:
    """An answer: an HTTP status, a document, and where what was made is found. `request` is what it answered."""

    request: bytes
    status: int
    document: dict[str, Any]
    location: str | None = None


def kept_answer(transaction: RecordTransaction, caller: str, key: str, now: datetime) -> KeptAnswer | None:
    """What this caller was answered under this key, if that is not too long ago."""
    transaction.cursor.execute(_FIND, (caller, key, format_instant(now - KEPT_FOR)))
    row = transaction.cursor.fetchone()
    return None if row is None else KeptAnswer(bytes(row[0]), row[1], json.loads(row[3]), row[2])


def keep_answer(transaction: RecordTransaction, caller: str, key: str, answer: KeptAnswer, now: datetime) -> None:
    """Keep an answer with what the transaction does, and forget those that are too old."""
    document = json.dumps(answer.document, ensure_ascii=False, separators=(",", ":"))
    row = (caller, key, answer.request, answer.status, answer.location, document, format_instant(now))
    transaction.cursor.execute(_FORGET, (format_instant(now - KEPT_FOR),))
    transaction.cursor.execute(_KEEP, row)
