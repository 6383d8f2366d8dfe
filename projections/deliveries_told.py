"""Who told whom what: one row for each document and recipient, with what its recipient says became of it.

Who it is from, to whom, of which case and clause, and when it was signed stands in the envelope; when it was stored is
the broker's word to the auditor; when it was admitted, and under which incoming number, is the recipient's signed word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from projections.deliveries_state import WordKind, of_moment
from projections.named_sql import named_sql
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

QUESTIONS = named_sql("deliveries_questions.sql")
_NO_CODE = -1


class Outcome(StrEnum):
    """What the log shows of one delivery."""

    PENDING = "pending"
    """No receipt of its recipient covers it."""
    ARRIVED = "arrived"
    """A cumulative receipt covers it, and says no more."""
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Told(Row):
    """One delivery. `log_index` is that of its entry in the transparency log, `first_index` the document's first.

    `pair_count` is the sender's running count to the recipient, `admitted_at` when the recipient says it admitted or
    refused it, `receipt_id` the `EventReceived` that covers it.
    """

    log_index: int
    first_index: int
    event_id: str
    digest: str
    event_type: str
    sender: str
    role: str
    recipient: str
    case_id: str | None
    clause: str | None
    cause: str | None
    basis: str | None
    docnumber: str
    docsymbol: str
    due: datetime | None
    signed_at: datetime
    stored_at: datetime | None
    stream_sequence: int | None
    pair_count: int
    outcome: Outcome
    admitted_at: datetime | None
    incoming_number: int | None
    receipt_id: str | None
    receipted_at: datetime | None
    refusal_check: int | None
    refusal_reason: str | None
    refusal_clause: str | None
    refusal_explanation: str | None

    def admitted_by(self, moment: datetime) -> bool:
        """Whether its recipient says that it had admitted it by a moment."""
        return self.outcome is Outcome.ADMITTED and self.admitted_at is not None and self.admitted_at <= moment


@dataclass(frozen=True)
class Step(Told):
    """One delivery in the course of a case.

    `answers` is the document that it answers. `asks` tells a request, which `answered_by` answers for this recipient;
    `withdrawn_at` is when its sender recalled it. Documents are named by id, and by number and symbol.
    """

    answers: str | None = None
    answers_document: str | None = None
    asks: bool = False
    answered_by: str | None = None
    answered_by_document: str | None = None
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class ToldFilter:
    """Which deliveries are wanted; a member that is None does not narrow.

    `since` ≤ instant < `until`; with `by_admission` the instant is that of admission, and what was not admitted does
    not count, else it is that of signing.
    """

    sender: str | None = None
    recipient: str | None = None
    event_type: str | None = None
    case_id: str | None = None
    clause: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    by_admission: bool = False


def count_told(cursor: sqlite3.Cursor, wanted: ToldFilter) -> int:
    """How many deliveries there are of those wanted."""
    if wanted.case_id is not None:
        statement = "count_told_of_case"
    else:
        statement = "count_tallied" if wanted.since is None and wanted.until is None else "count_told"
    count: int = cursor.execute(QUESTIONS[statement], filter_values(cursor, wanted)).fetchone()[0]
    return count


def told(cursor: sqlite3.Cursor, wanted: ToldFilter, *, after: int = -1, limit: int) -> Iterator[Told]:
    """The deliveries wanted behind a log index, in the order of the log, one by one; at most `limit`."""
    statement = "told" if wanted.case_id is None else "told_of_case"
    values = filter_values(cursor, wanted) | {"after": after, "limit": limit}
    return (Told.from_columns(row) for row in cursor.execute(QUESTIONS[statement], values))


def told_of_event(cursor: sqlite3.Cursor, event_id: str) -> tuple[Told, ...]:
    """Whom a document told."""
    return Told.from_rows(cursor.execute(QUESTIONS["told_of_event"], {"event_id": event_id}).fetchall())


def told_with_agency(cursor: sqlite3.Cursor, agency: str, case_id: str, at: datetime) -> tuple[Told, ...]:
    """What an agency told in a case up to a moment, and what others told it."""
    values = {"case_id": case_id, "agency": code(cursor, "agency", agency), "at": of_moment(at)}
    return Told.from_rows(cursor.execute(QUESTIONS["told_with_agency"], values).fetchall())


def told_at(cursor: sqlite3.Cursor, log_indexes: Sequence[int]) -> dict[int, Told]:
    """The deliveries at these places of the log."""
    rows = cursor.execute(QUESTIONS["told_at"], {"log_indexes": json.dumps(list(log_indexes))}).fetchall()
    return {row["log_index"]: Told.from_columns(row) for row in rows}


def timeline(cursor: sqlite3.Cursor, case_id: str, *, after: int = -1, limit: int) -> Iterator[Step]:
    """The deliveries of a case behind a log index, in the order of the log."""
    values = {"case_id": case_id, "after": after, "limit": limit}
    for row in cursor.execute(QUESTIONS["timeline"], values):
        yield Step.from_columns(row)


# --- words ---


def code(cursor: sqlite3.Cursor, kind: WordKind, text: str) -> int:
    """The code of a word of the views; one that no row has where there is none."""
    row = cursor.execute(QUESTIONS["code"], (kind, text)).fetchone()
    return _NO_CODE if row is None else int(row[0])


def words(cursor: sqlite3.Cursor, kind: WordKind) -> tuple[str, ...]:
    """Every agency, event type or clause of the log."""
    return tuple(row[0] for row in cursor.execute(QUESTIONS["words"], (kind,)))


def filter_values(cursor: sqlite3.Cursor, wanted: ToldFilter) -> dict[str, Any]:
    """What the statements that narrow deliveries take: codes and milliseconds, null where nothing narrows."""
    since, until = (None if moment is None else of_moment(moment) for moment in (wanted.since, wanted.until))
    signed, admitted = ((None, None), (since, until)) if wanted.by_admission else ((since, until), (None, None))
    return {
        "sender": _code(cursor, "agency", wanted.sender),
        "recipient": _code(cursor, "agency", wanted.recipient),
        "event_type": _code(cursor, "event_type", wanted.event_type),
        "clause": _code(cursor, "clause", wanted.clause),
        "case_id": wanted.case_id,
        "signed_from": signed[0],
        "signed_until": signed[1],
        "admitted_from": admitted[0],
        "admitted_until": admitted[1],
    }


def _code(cursor: sqlite3.Cursor, kind: WordKind, text: str | None) -> int | None:
    return None if text is None else code(cursor, kind, text)
