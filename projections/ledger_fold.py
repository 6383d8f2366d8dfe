"""How the ledger moves: rows for an event as it is sent or received, and what receipts and refusals add to them.

Own receipts mark what was received from a peer; a peer's receipts mark what was sent to it. A receipt or refusal may
reach the record before the event it speaks of (after a restore from an old backup); then it waits in `early_receipt`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.instants import format_instant
from events.record_entry import EntryKind
from events.types.protocol import ReceiptOutcome
from projections.ledger import SQL

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import datetime

    from events.record_entry import RecordEntry
    from events.types.protocol import EventReceived, EventRefused, ReceiptEntry

_INSERT_EVENT = SQL["insert_event"]
_INSERT_PENDING = SQL["insert_pending"]
_INSERT_ELSEWHERE = SQL["insert_elsewhere"]
_INSERT_RECEIVED = SQL["insert_received"]


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)


def fold_event(cursor: sqlite3.Cursor, entry: RecordEntry, me: str) -> bool:
    """Enter a document event and its recipients; false if the record held it before, and then nothing is changed."""
    envelope = entry.event.envelope
    position = entry.position
    cursor.execute(
        _INSERT_EVENT,
        (
            position,
            envelope.id,
            entry.kind.value,
            envelope.event_type,
            envelope.sender,
            envelope.role,
            envelope.case,
            envelope.clause,
            envelope.cause,
            envelope.docnumber,
            envelope.docsymbol,
            format_instant(envelope.time),
            _instant(envelope.due),
            format_instant(entry.recorded_at),
        ),
    )
    if cursor.rowcount == 0:
        return False
    if entry.kind is EntryKind.SENT:
        for recipient in envelope.recipients:
            agency, count = recipient.agency, recipient.count
            cursor.execute(_INSERT_PENDING, (position, agency, me, count))
    else:
        for recipient in envelope.recipients:
            agency, count = recipient.agency, recipient.count
            # What never came here and stands in a record that was taken over was neither admitted nor refused here.
            if agency == me and entry.kind is not EntryKind.INHERITED:
                cursor.execute(_INSERT_RECEIVED, (position, agency, envelope.sender, count, *_reception(entry)))
            else:
                cursor.execute(_INSERT_ELSEWHERE, (position, agency, envelope.sender, count))
    return True


def _reception(entry: RecordEntry) -> tuple[Any, ...]:
    refusal = entry.refusal
    return (
        "admitted" if entry.kind is EntryKind.ADMITTED else "refused",
        _instant(entry.stored_at),
        entry.stream_sequence,
        format_instant(entry.recorded_at),
        entry.incoming_number,
        entry.directory_version,
        int(entry.late),
        *((refusal.check, refusal.reason, refusal.clause, refusal.explanation) if refusal else (None,) * 4),
    )


def take_early(cursor: sqlite3.Cursor, position: int, event_id: str) -> tuple[str, ...]:
    """Apply what recipients said of an own event before the record held it; gives the recipients that refused it."""
    early = cursor.execute(SQL["is_early"], (event_id,)).fetchall()
    if not early:
        return ()
    cursor.execute(SQL["take_early"], {"position": position, "event_id": event_id})
    cursor.execute(SQL["drop_early"], {"event_id": event_id})
    return tuple(sorted(row["recipient"] for row in early if row["outcome"] == "refused"))


def fold_own_receipt(cursor: sqlite3.Cursor, receipt_id: str, content: EventReceived, me: str, sender: str) -> None:
    """This agency receipted what `sender` sent it, up to a count."""
    cursor.execute(
        SQL["cover_up_to"],
        {"receipt_id": receipt_id, "sender": sender, "recipient": me, "pair_count": content.upto_count},
    )


def fold_receipt(
    cursor: sqlite3.Cursor, receipt_id: str, content: EventReceived, me: str, recipient: str
) -> tuple[str, ...]:
    """`recipient` receipted what this agency sent it; gives the ids of the events that it says it refused."""
    rows = [_receipt_row(entry, receipt_id, me, recipient) for entry in content.entries]
    if rows:
        cursor.executemany(SQL["receipt_entry"], rows)
        if cursor.rowcount < len(rows):
            _keep_early(cursor, rows)
    refused = {entry.event for entry in content.entries if entry.outcome is ReceiptOutcome.REFUSED}
    told = {entry.count for entry in content.entries}
    for count in content.refused:
        if count not in told:
            refused.update(_refused_count(cursor, receipt_id, me, recipient, count))
    cursor.execute(
        SQL["cover_up_to"],
        {"receipt_id": receipt_id, "sender": me, "recipient": recipient, "pair_count": content.upto_count},
    )
    return tuple(sorted(refused))


def _receipt_row(entry: ReceiptEntry, receipt_id: str, me: str, recipient: str) -> dict[str, Any]:
    return {
        "event_id": entry.event,
        "sender": me,
        "recipient": recipient,
        "receipt_id": receipt_id,
        "outcome": entry.outcome.value,
        "stored_at": _instant(entry.stored_at),
        "stream_sequence": entry.stream_sequence,
        "admitted_at": format_instant(entry.admitted_at),
        "incoming_number": entry.incoming_number,
        "directory_version": entry.directory_version,
        "late": int(entry.late),
    }


def _keep_early(cursor: sqlite3.Cursor, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if not _is_disclosed(cursor, row["event_id"], row["sender"], row["recipient"]):
            cursor.execute(SQL["early_receipt"], row)


def _is_disclosed(cursor: sqlite3.Cursor, event_id: str, sender: str, recipient: str) -> bool:
    return cursor.execute(SQL["is_disclosed"], (event_id, sender, recipient)).fetchone() is not None


def _refused_count(cursor: sqlite3.Cursor, receipt_id: str, me: str, recipient: str, count: int) -> Iterator[str]:
    cursor.execute(
        SQL["receipt_refused_count"],
        {"receipt_id": receipt_id, "sender": me, "recipient": recipient, "pair_count": count},
    )
    for row in cursor.execute(SQL["event_of_count"], (me, recipient, count)).fetchall():
        yield row["event_id"]


def stands_refused(cursor: sqlite3.Cursor, event_id: str, me: str, recipient: str) -> bool:
    """Whether an event of this agency was addressed to `recipient` and stands as refused by it."""
    row = cursor.execute(SQL["outcome_of"], (event_id, me, recipient)).fetchone()
    return row is not None and row["outcome"] == "refused"


def fold_refusal(cursor: sqlite3.Cursor, content: EventRefused, me: str, recipient: str) -> None:
    """`recipient` says why it refused an event of this agency.

    Without a count the event was not even verified there: it used up no count, so its outcome stays pending and only
    the reason is noted. Without an event id there is nothing to note it on.
    """
    if content.event is None:
        return
    values = {
        "event_id": content.event,
        "sender": me,
        "recipient": recipient,
        "counted": int(content.count is not None),
        "refusal_check": content.check,
        "refusal_reason": content.reason,
        "refusal_clause": content.clause,
        "refusal_explanation": content.explanation,
    }
    if _is_disclosed(cursor, content.event, me, recipient):
        cursor.execute(SQL["refuse"], values)
    else:
        cursor.execute(SQL["early_refusal"], values)
