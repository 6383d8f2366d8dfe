"""How inbox and drafts move: by the facts that stay in the house.

| name | subject | data read here |
| --- | --- | --- |
| `MessageParked` | envelope digest | `sender`, `type`, `event`, `explanation` |
| `MessageUnparked` | envelope digest | |
| `MessageQuarantined` | digest of the bytes | `claimed_sender`, `reason`, `explanation` |
| `QuarantineResolved` | digest of the bytes | `by` |
| `DraftSaved` | draft id | the members of `Draft.to_json`; `author` |
| `DraftEdited` | draft id | the members of `Draft.to_json`; `by` |
| `DraftReturned` | draft id | `by`, `remark` |
| `DraftSigned` | draft id | `event` |
| `DraftDiscarded` | draft id | |

Any other name belongs to no view and is passed over. What the data lacks stays empty: a local fact is not refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from events.instants import format_instant
from projections.drafts import SQL as DRAFTS
from projections.inbox import SQL as INBOX

if TYPE_CHECKING:
    import sqlite3

    from events.record_entry import LocalEntry

Fold = Callable[["sqlite3.Cursor", str, Mapping[str, Any], str], None]
"""(cursor, subject, data, recorded at) → nothing; moves the view."""


def _hold(state: str, sender: str) -> Fold:
    def fold(cursor: sqlite3.Cursor, subject: str, data: Mapping[str, Any], at: str) -> None:
        values = {
            "digest": subject,
            "state": state,
            "at": at,
            "sender": data.get(sender),
            "event_type": data.get("type"),
            "event_id": data.get("event"),
            "reason": data.get("reason"),
            "explanation": data.get("explanation"),
        }
        cursor.execute(INBOX["hold"], values)

    return fold


def _release(state: str, resolution: str) -> Fold:
    def fold(cursor: sqlite3.Cursor, subject: str, data: Mapping[str, Any], at: str) -> None:
        values = {"digest": subject, "state": state, "at": at, "resolution": data.get("by", resolution)}
        cursor.execute(INBOX["release"], values)

    return fold


def _write_draft(statement: str, by: str) -> Fold:
    def fold(cursor: sqlite3.Cursor, subject: str, data: Mapping[str, Any], at: str) -> None:
        values = {
            "draft_id": subject,
            "event_type": data.get("type"),
            "case_id": data.get("case"),
            "recipients": " ".join(data.get("recipients", ())),
            "clause": data.get("clause"),
            "by": data.get(by),
            "at": at,
        }
        cursor.execute(DRAFTS[statement], values)

    return fold


def _send_draft_back(cursor: sqlite3.Cursor, subject: str, data: Mapping[str, Any], at: str) -> None:
    values = {"draft_id": subject, "by": data.get("by"), "remark": data.get("remark"), "at": at}
    cursor.execute(DRAFTS["send_back"], values)


def _finish_draft(state: str) -> Fold:
    def fold(cursor: sqlite3.Cursor, subject: str, data: Mapping[str, Any], at: str) -> None:
        values = {"draft_id": subject, "state": state, "signed_event": data.get("event"), "at": at}
        cursor.execute(DRAFTS["finish"], values)

    return fold


FOLDS: Mapping[str, Fold] = {
    "MessageParked": _hold("parked", "sender"),
    "MessageUnparked": _release("parked", "arrived"),
    "MessageQuarantined": _hold("quarantined", "claimed_sender"),
    "QuarantineResolved": _release("quarantined", "resolved"),
    "DraftSaved": _write_draft("save", "author"),
    "DraftEdited": _write_draft("edit", "by"),
    "DraftReturned": _send_draft_back,
    "DraftSigned": _finish_draft("signed"),
    "DraftDiscarded": _finish_draft("discarded"),
}
"""Local fact → fold."""


def fold_local(cursor: sqlite3.Cursor, entry: LocalEntry) -> None:
    """Apply a local entry."""
    if fold := FOLDS.get(entry.name):
        data = entry.data if isinstance(entry.data, dict) else {}
        fold(cursor, entry.subject, data, format_instant(entry.recorded_at))
