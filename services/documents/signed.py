"""A signed document with its number: a row of `signed.json`."""

from __future__ import annotations

from events.instants import format_instant
from events.record_entry import RecordEntry
from services.documents import Document


def signed_document(entry: RecordEntry, draft: str | None) -> Document:
    """One signed document; `draft` is the draft it came from."""
    envelope = entry.event.envelope
    return {
        "draft": draft,
        "event": envelope.id,
        "type": envelope.event_type,
        "case": envelope.case,
        "clause": envelope.clause,
        "role": envelope.role,
        "number": envelope.docnumber,
        "symbol": envelope.docsymbol,
        "recipients": [{"agency": r.agency, "count": r.count} for r in envelope.recipients],
        "time": format_instant(envelope.time),
        "position": entry.position,
    }
