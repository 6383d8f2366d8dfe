"""The fold over the auditor's ledger: one event of the log moves the views. It reads no clock and no network.

Documents are read by their envelopes alone: contents are not the auditor's, and one that is opened to it later would
make the views depend on when they were folded. Of the protocol's messages receipts and refusals are read.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from events import base64url
from events.audit.data_member import parse_data_member
from events.audit.lean_envelope import LeanEnvelope, read_envelope
from events.catalogue import content_model
from events.errors import Malformed, UnknownEventType
from events.types.protocol import EventReceived, EventRefused
from projections.deliveries_answers import fold_answers
from projections.deliveries_receipts import cover_late, fold_receipt, fold_refusal
from projections.deliveries_state import SQL, STRETCH_ENTRIES, FoldState, milliseconds

if TYPE_CHECKING:
    import sqlite3

    from events.audit.logged_event import LoggedEvent
    from events.content import Content

_READ = {EventReceived.__name__, EventRefused.__name__}


def fold_logged(cursor: sqlite3.Cursor, state: FoldState, event: LoggedEvent) -> tuple[LeanEnvelope, str]:
    """Apply one event of the log; gives its envelope and its digest as text.

    Raises `Malformed` for an envelope that is none: then the ledger is damaged, since nothing else gets into it.
    """
    envelope = read_envelope(event.envelope)
    digest = base64url.encode(hashlib.sha256(event.envelope).digest())
    if not envelope.is_protocol:
        _fold_document(cursor, state, event, envelope, digest)
    elif envelope.event_type in _READ:
        _fold_protocol(cursor, state, event, envelope)
    return envelope, digest


def _fold_document(
    cursor: sqlite3.Cursor, state: FoldState, event: LoggedEvent, envelope: LeanEnvelope, digest: str
) -> None:
    first = event.first_index
    cursor.execute(
        SQL["insert_event"],
        (
            first, len(envelope.links), envelope.id, digest, envelope.event_type, envelope.sender, envelope.role,
            envelope.case, envelope.clause, envelope.cause, envelope.basis, f"{envelope.docnumber:02d}",
            envelope.docsymbol, envelope.time, envelope.due, event.stored_at, event.stream_sequence,
        ),
    )  # fmt: skip
    sender = state.code(cursor, "agency", envelope.sender)
    event_type = state.code(cursor, "event_type", envelope.event_type)
    clause = None if envelope.clause is None else state.code(cursor, "clause", envelope.clause)
    signed = milliseconds(envelope.time)
    pairs = [(sender, state.code(cursor, "agency", agency)) for agency in envelope.agencies]
    cursor.executemany(
        SQL["insert_delivery"],
        [
            (first + place, place, *pair, event_type, clause, signed, link[1])
            for place, (pair, link) in enumerate(zip(pairs, envelope.links, strict=True))
        ],
    )
    for place, (pair, link) in enumerate(zip(pairs, envelope.links, strict=True)):
        stretch = (first + place) // STRETCH_ENTRIES
        state.tally[*pair, event_type, -1 if clause is None else clause, stretch] += 1
        state.counts.setdefault(pair, []).append(link[1])
    fold_answers(cursor, state, first, envelope)
    for place, (pair, link) in enumerate(zip(pairs, envelope.links, strict=True)):
        cover_late(cursor, state, first + place, pair, link[1], digest)


def _fold_protocol(cursor: sqlite3.Cursor, state: FoldState, event: LoggedEvent, envelope: LeanEnvelope) -> None:
    try:
        content = _content(event, envelope)
    except (Malformed, UnknownEventType) as error:
        # Authentic, yet it says nothing that can be read: that is shown, and holds up nothing else.
        cursor.execute(SQL["insert_unread"], (event.first_index, envelope.id, envelope.event_type, str(error)))
        return
    if isinstance(content, EventReceived):
        fold_receipt(cursor, state, event.first_index, envelope, content)
    elif isinstance(content, EventRefused):
        fold_refusal(cursor, state, event.first_index, envelope, content)


def _content(event: LoggedEvent, envelope: LeanEnvelope) -> Content:
    if event.data is None:
        raise Malformed("payload", "the auditor was given the envelope alone")
    _, content = parse_data_member(event.data)
    return content_model(envelope.event_type, envelope.version).from_bytes(content)
