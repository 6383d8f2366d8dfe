"""How obligations come about and are settled: the few lines that apply the table of event types.

Times are the signed ones of the events, so that both sides of an obligation see it open, late and settled at the same
instants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.instants import format_instant
from events.types.correction import EventRecalled
from events.types.overdue import ReplyOverdue
from projections.obligations import SQL, ObligationKind
from projections.obligations_table import MAKES, NEED_CONTENT, SETTLES, Owed, Settled
from projections.role_terms import RolesOf

if TYPE_CHECKING:
    import sqlite3

    from events.content import Content
    from events.record_entry import RecordEntry

__all__ = ["NEED_CONTENT", "fold_obligations", "fold_refused"]


def fold_obligations(
    cursor: sqlite3.Cursor, entry: RecordEntry, content: Content | None, roles_of: RolesOf, me: str
) -> None:
    """Apply a sent or admitted document event.

    Followed is what `me` owes or is owed. What one event asks of several others besides is answered elsewhere, and
    would stand open here for ever.
    """
    envelope = entry.event.envelope
    signed_at = format_instant(envelope.time)
    if makes := MAKES.get(envelope.event_type):
        for owed in makes(entry, content, roles_of):
            if me in {owed.debtor, owed.creditor}:
                _owe(cursor, owed, envelope.id, envelope.case, envelope.clause, signed_at)
    if settles := SETTLES.get(envelope.event_type):
        for settled in settles(entry, content):
            if settled.event_id is not None:
                _settle(cursor, settled, envelope.id, signed_at)
    if isinstance(content, EventRecalled):
        _recall(cursor, content.event, envelope.sender, envelope.id, signed_at)
    elif isinstance(content, ReplyOverdue):
        values = {"request": content.request, "creditor": envelope.sender, "stated_by": envelope.id}
        cursor.executemany(SQL["state_silence"], [values | {"debtor": agency} for agency in content.unanswered_by])
    if envelope.cause is not None:
        values = {"cause": envelope.cause, "event_type": envelope.event_type, "debtor": envelope.sender}
        values |= {"settled_at": signed_at, "settled_by": envelope.id}
        cursor.executemany(SQL["correct"], [values | {"creditor": agency} for agency in envelope.agencies])


def _owe(
    cursor: sqlite3.Cursor, owed: Owed, event_id: str, case_id: str | None, clause: str | None, since: str
) -> None:
    values = {
        "kind": owed.kind,
        "event_id": event_id,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "case_id": case_id,
        "clause": clause,
        "owed_since": since,
        "due": format_instant(owed.due) if owed.due else None,
    }
    cursor.execute(SQL["owe"], values)
    cursor.execute(SQL["settled_before"], values)


def _settle(cursor: sqlite3.Cursor, settled: Settled, settled_by: str, settled_at: str) -> None:
    values = {
        "kind": settled.kind,
        "event_id": settled.event_id,
        "debtor": settled.debtor,
        "creditor": settled.creditor,
        "settled_at": settled_at,
        "settled_by": settled_by,
        "settled_how": settled.how,
    }
    cursor.execute(SQL["keep_settlement"], values)
    cursor.execute(SQL["settle"], values)


def _recall(cursor: sqlite3.Cursor, event_id: str, sender: str, recalled_by: str, at: str) -> None:
    """What the event asked falls away; what it alone had settled is open again."""
    values = {"event_id": event_id, "sender": sender, "settled_at": at, "settled_by": recalled_by}
    for statement in ("keep_release", "release_recalled", "forget_recalled", "reopen_recalled"):
        cursor.execute(SQL[statement], values)


def fold_refused(cursor: sqlite3.Cursor, event_id: str, refuser: str, *, at: str, by: str | None = None) -> None:
    """`refuser` refused an event: its sender owes a correction, what it asked falls away, what it settled is open.

    `at` is the wire's instant from which the refusal is known here, `by` the message that told of it.
    """
    facts = cursor.execute(SQL["event_facts"], (event_id,)).fetchone()
    if facts is None:
        return
    owed = Owed(ObligationKind.CORRECT, facts["sender"], refuser, None)
    _owe(cursor, owed, event_id, facts["case_id"], facts["clause"], at)
    values = {"event_id": event_id, "recipient": refuser, "settled_at": at, "settled_by": by or event_id}
    cursor.execute(SQL["release_refuser"], values)
    cursor.execute(SQL["forget_settlement"], values)
    cursor.execute(SQL["reopen"], values)
