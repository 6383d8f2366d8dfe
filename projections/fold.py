"""The fold: one entry of the record moves every view. It reads no clock, no random number and no network.

Contents are read only of the types whose content a view needs; of the others the signed envelope says enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.catalogue import read_content
from events.instants import format_instant
from events.record_entry import EntryKind, LocalEntry, RecordEntry
from events.types.protocol import EventReceived, EventRefused
from projections import (
    calendar_fold,
    case_fold,
    figures_fold,
    focal_points_fold,
    ledger_fold,
    obligations_fold,
    succession_fold,
)
from projections.local_fold import fold_local

if TYPE_CHECKING:
    import sqlite3

    from events.record_entry import Entry
    from projections.case_store import CaseStore
    from projections.role_terms import RolesOf

NEED_CONTENT = (
    case_fold.NEED_CONTENT
    | obligations_fold.NEED_CONTENT
    | figures_fold.NEED_CONTENT
    | calendar_fold.NEED_CONTENT
    | focal_points_fold.NEED_CONTENT
)
"""The document types whose content some view reads."""

PROTOCOL_READ = frozenset({"EventReceived", "EventRefused"})
"""The protocol messages that say something of a delivery; the others concern the chain, not the views."""


def fold_entry(cursor: sqlite3.Cursor, cases: CaseStore, entry: Entry, me: str, roles_of: RolesOf) -> None:
    """Apply one entry.

    Raises `Malformed` or `UnknownEventType` if the record holds an admitted content that cannot be read: then the
    record is damaged or newer than this program, and guessing would make a wrong view.
    """
    if isinstance(entry, LocalEntry):
        fold_local(cursor, entry)
    elif entry.event.envelope.is_protocol:
        # A refused message of the protocol says nothing, and need not even be readable.
        if entry.kind is not EntryKind.REFUSED and entry.event.envelope.event_type in PROTOCOL_READ:
            _fold_protocol(cursor, cases, entry, me)
    else:
        _fold_document(cursor, cases, entry, me, roles_of)


def _fold_document(cursor: sqlite3.Cursor, cases: CaseStore, entry: RecordEntry, me: str, roles_of: RolesOf) -> None:
    if not ledger_fold.fold_event(cursor, entry, me):
        return
    envelope = entry.event.envelope
    refused = entry.kind is EntryKind.REFUSED
    needed = not refused and envelope.event_type in NEED_CONTENT
    content = read_content(entry.event) if needed else None
    moved = case_fold.fold_case(cursor, cases, entry, content, me)
    if moved is not None:
        figures_fold.fold_case_moment(cursor, entry, *moved)
    if refused:
        obligations_fold.fold_refused(cursor, envelope.id, me, at=format_instant(entry.recorded_at))
        return
    figures_fold.fold_figures(cursor, entry, content)
    calendar_fold.fold_calendar(cursor, entry, content)
    focal_points_fold.fold_focal_point(cursor, entry, content)
    owing = succession_fold.pass_over(cursor, entry) if entry.heirs else entry
    obligations_fold.fold_obligations(cursor, owing, content, roles_of, me)
    if entry.heirs:
        succession_fold.settle_merged(cursor, entry)
    if entry.kind is EntryKind.SENT:
        for refuser in ledger_fold.take_early(cursor, entry.position, envelope.id):
            obligations_fold.fold_refused(cursor, envelope.id, refuser, at=format_instant(envelope.time))


def _fold_protocol(cursor: sqlite3.Cursor, cases: CaseStore, entry: RecordEntry, me: str) -> None:
    envelope = entry.event.envelope
    content = read_content(entry.event)
    at = format_instant(envelope.time)
    if entry.kind is EntryKind.SENT:
        if isinstance(content, EventReceived):
            for peer in envelope.agencies:
                ledger_fold.fold_own_receipt(cursor, envelope.id, content, me, peer)
    elif isinstance(content, EventReceived):
        for event_id in ledger_fold.fold_receipt(cursor, envelope.id, content, me, envelope.sender):
            if not ledger_fold.stands_refused(cursor, event_id, me, envelope.sender):
                continue
            obligations_fold.fold_refused(cursor, event_id, envelope.sender, at=at, by=envelope.id)
    elif isinstance(content, EventRefused):
        ledger_fold.fold_refusal(cursor, content, me, envelope.sender)
        case_fold.fold_refusal(cursor, cases, entry, content, me)
        # Only its addressee refuses an event, and not after it was receipted as admitted.
        if content.event is not None and ledger_fold.stands_refused(cursor, content.event, me, envelope.sender):
            obligations_fold.fold_refused(cursor, content.event, envelope.sender, at=at, by=envelope.id)
