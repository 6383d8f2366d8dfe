"""Documents about the files that events name."""

from __future__ import annotations

from services.agency.attachments.index import NamedAttachment
from services.agency.attachments.store import AttachmentStore
from services.documents import Document


def attachment_row(one: NamedAttachment, store: AttachmentStore) -> Document:
    """A row of `attachments.json`: a file as a document names it, and how far it has come."""
    here = store.has(one.sha256)
    arrived_bytes = one.size_bytes if here else store.arrived(one.sha256)
    state = "here" if here else "too_large" if not one.fits else "under_way" if arrived_bytes else "missing"
    return {
        "event": one.event,
        "type": one.event_type,
        "case": one.case,
        "sender": one.sender,
        "recipients": list(one.recipients),
        "name": one.name,
        "media_type": one.media_type,
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "state": state,
        "arrived_bytes": arrived_bytes,
        "path": str(store.path(one.sha256)) if here else None,
        "confirmed_by": list(one.confirmed),
        "obstacles": [{"agency": agency, "reason": reason} for agency, reason in one.obstacles] if not here else [],
    }
