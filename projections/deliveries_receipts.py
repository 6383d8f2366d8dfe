"""What receipts and refusals add to deliveries: admitted or refused, when, under which incoming number, and why."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome
from projections.deliveries_answers import answer_refused
from projections.deliveries_state import ADMITTED, REFUSED, SQL, FoldState, milliseconds, of_moment

if TYPE_CHECKING:
    import sqlite3

    from events.audit.lean_envelope import LeanEnvelope

_OUTCOME = {ReceiptOutcome.ADMITTED: ADMITTED, ReceiptOutcome.REFUSED: REFUSED}


def fold_receipt(
    cursor: sqlite3.Cursor, state: FoldState, first_index: int, envelope: LeanEnvelope, content: EventReceived
) -> None:
    """The sender of the receipt has taken in what its recipients sent it."""
    cursor.execute(SQL["insert_receipt"], (first_index, envelope.id, envelope.sender, envelope.time))
    recipient = state.code(cursor, "agency", envelope.sender)
    for agency in envelope.agencies:
        of_pair = {
            "sender": state.code(cursor, "agency", agency),
            "recipient": recipient,
            "receipt": first_index,
            "receipted": milliseconds(envelope.time),
        }
        for entry in content.entries:
            _fold_entry(cursor, state, of_pair, entry)
        told = {entry.count for entry in content.entries}
        for count in content.refused:
            if count not in told:
                for row in cursor.execute(SQL["refused_count"], of_pair | {"pair_count": count}).fetchall():
                    answer_refused(cursor, row[0])
        _cover(cursor, state, of_pair, content.upto_count)


def _fold_entry(cursor: sqlite3.Cursor, state: FoldState, of_pair: dict[str, int], entry: ReceiptEntry) -> None:
    said: dict[str, Any] = of_pair | {
        "pair_count": entry.count,
        "digest": entry.digest,
        "outcome": _OUTCOME[entry.outcome],
        "admitted": of_moment(entry.admitted_at),
        "incoming_number": entry.incoming_number,
    }
    key = (of_pair["sender"], of_pair["recipient"], entry.count, entry.digest)
    row = cursor.execute(SQL["delivery_of_digest"], key).fetchone()
    if row is None:
        cursor.execute(SQL["early_receipt"], said)
        state.early = True
    else:
        _receipt(cursor, said | {"log_index": row[0]})


def _receipt(cursor: sqlite3.Cursor, said: dict[str, Any]) -> None:
    cursor.execute(SQL["receipt_entry"], said)
    if said["outcome"] == REFUSED:
        answer_refused(cursor, said["log_index"])


def _cover(cursor: sqlite3.Cursor, state: FoldState, of_pair: dict[str, int], upto_count: int) -> None:
    cursor.execute(SQL["cover_up_to"], of_pair | {"upto_count": upto_count})
    pair = (of_pair["sender"], of_pair["recipient"])
    if upto_count > state.receipted.get(pair, (0, 0, 0))[0]:
        cursor.execute(SQL["receipted_up_to"], of_pair | {"upto_count": upto_count})
        state.receipted[pair] = (upto_count, of_pair["receipt"], of_pair["receipted"])


def fold_refusal(
    cursor: sqlite3.Cursor, state: FoldState, first_index: int, envelope: LeanEnvelope, content: EventRefused
) -> None:
    """The sender of the refusal says why it refused what its recipient sent.

    Without a count the event was not even verified there: the reason is noted, and the outcome stays open. Without an
    event's id there is nothing to note it on.
    """
    if content.event is None:
        return
    for agency in envelope.agencies:
        said: dict[str, Any] = {
            "sender": state.code(cursor, "agency", agency),
            "recipient": state.code(cursor, "agency", envelope.sender),
            "digest": content.digest,
            "counted": int(content.count is not None),
            "check_number": content.check,
            "reason": content.reason,
            "clause": content.clause,
            "explanation": content.explanation,
            "stated_in": first_index,
            "stated": milliseconds(envelope.time),
        }
        key = (content.event, content.digest, said["sender"], said["recipient"])
        row = cursor.execute(SQL["delivery_of_event"], key).fetchone()
        if row is None:
            cursor.execute(SQL["early_refusal"], said)
            state.early = True
        else:
            _refuse(cursor, said | {"log_index": row[0]})


def _refuse(cursor: sqlite3.Cursor, said: dict[str, Any]) -> None:
    cursor.execute(SQL["insert_refusal"], said)
    if said["counted"]:
        cursor.execute(SQL["refuse"], said)
        answer_refused(cursor, said["log_index"])


def cover_late(
    cursor: sqlite3.Cursor, state: FoldState, log_index: int, pair: tuple[int, int], count: int, digest: str
) -> None:
    """A new delivery: what was said of it before it came, by a receipt, a refusal or a later cumulative receipt."""
    if state.early:
        receipts = cursor.execute(SQL["take_early_receipt"], (*pair, digest, count)).fetchall()
        refusals = cursor.execute(SQL["take_early_refusal"], (*pair, digest)).fetchall()
        # A recipient may have said both: the first word stands, as it does of a document that was there already.
        words = [(row["receipt"], _receipt, row) for row in receipts]
        words += [(row["stated_in"], _refuse, row) for row in refusals]
        for _, apply, row in sorted(words, key=itemgetter(0)):
            apply(cursor, dict(row) | {"log_index": log_index})
    upto_count, receipt, receipted = state.receipted.get(pair, (0, 0, 0))
    if count <= upto_count:
        cursor.execute(SQL["cover_one"], (receipt, receipted, log_index))
