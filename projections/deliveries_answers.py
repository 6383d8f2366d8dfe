"""How requests are answered: by documents that name them as their cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.deliveries_asking import ANSWERING, ASKING, RECALLS, STATES_SILENCE
from projections.deliveries_state import SQL, FoldState, milliseconds, of_span

if TYPE_CHECKING:
    import sqlite3

    from events.audit.lean_envelope import LeanEnvelope

_LOOK_BACK = ANSWERING | {RECALLS, STATES_SILENCE}
_Word = tuple[int, int, str, str, str]
"""A document that speaks of another: first index, number of recipients, type, sender, when it was signed."""


def fold_answers(cursor: sqlite3.Cursor, state: FoldState, first_index: int, envelope: LeanEnvelope) -> None:
    """What a new document asks for, and what it says to those before it."""
    asking = ASKING.get(envelope.event_type)
    if asking is not None:
        due = None if envelope.due is None else milliseconds(envelope.due)
        if due is None and asking.within is not None:
            due = milliseconds(envelope.time) + of_span(asking.within)
        cursor.executemany(SQL["insert_request"], [(first_index + place, due) for place in range(len(envelope.links))])
    if envelope.event_type in _LOOK_BACK and envelope.cause is not None:
        word = (first_index, len(envelope.links), envelope.event_type, envelope.sender, envelope.time)
        found = cursor.execute(SQL["events_of_id"], (envelope.cause,)).fetchall()
        if not found:
            cursor.execute(SQL["early_word"], (envelope.cause, first_index))
            state.early_words = True
        for row in found:
            _say(cursor, word, tuple(row))
    if state.early_words:
        _hear_early(cursor, first_index, envelope)


def _hear_early(cursor: sqlite3.Cursor, first_index: int, envelope: LeanEnvelope) -> None:
    """What documents before it in the log have said of a new one."""
    about = (first_index, len(envelope.links), envelope.sender, envelope.event_type)
    for (index,) in sorted(map(tuple, cursor.execute(SQL["take_early_words"], (envelope.id,)).fetchall())):
        row = cursor.execute(SQL["word_again"], (index,)).fetchone()
        _say(cursor, tuple(row), about)


def _say(cursor: sqlite3.Cursor, word: _Word, about: tuple[int, int, str, str]) -> None:
    index, recipients, event_type, sender, signed_at = word
    about_index, about_recipients, about_sender, about_type = about
    if event_type == RECALLS and sender == about_sender:
        values = {"event": about_index, "recipients": about_recipients, "signed": milliseconds(signed_at)}
        cursor.execute(SQL["withdraw"], values)
        _settle_again(cursor, cursor.execute(SQL["recall_answer"], values).fetchall())
    elif event_type == STATES_SILENCE and sender == about_sender:
        values = {"event": about_index, "recipients": about_recipients, "signed": milliseconds(signed_at)}
        cursor.execute(SQL["state_silence"], values)
    asking = ASKING.get(about_type)
    if asking is not None and event_type in asking.answers | asking.for_all:
        for_all = int(event_type in asking.for_all)
        cursor.executemany(SQL["insert_answer"], [(index + place, about_index, for_all) for place in range(recipients)])
        cursor.execute(SQL["settle"], {"request": about_index, "recipients": about_recipients})


def answer_refused(cursor: sqlite3.Cursor, log_index: int) -> None:
    """A delivery was refused: if it was to answer something, it does not."""
    _settle_again(cursor, cursor.execute(SQL["answered_by"], (log_index,)).fetchall())


def _settle_again(cursor: sqlite3.Cursor, requests: list[sqlite3.Row]) -> None:
    for request in sorted({row[0] for row in requests}):
        (recipients,) = cursor.execute(SQL["recipients_of"], (request,)).fetchone()
        cursor.execute(SQL["settle"], {"request": request, "recipients": recipients})
