"""Documents about the files that events name."""

from __future__ import annotations

from pydantic import ValidationError

from events.values.document import Attachment
from services.agency.attachments.index import NamedAttachment
from services.agency.attachments.store import AttachmentStore, AttachmentUnfit
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


def attachment_value(name: str, media_type: str, size_bytes: int, sha256: str) -> Attachment:
    """How a document names a file; raises `AttachmentUnfit` for a name or type that none may have."""
    try:
        return Attachment(name=name, media_type=media_type, size_bytes=size_bytes, sha256=sha256)
    except ValidationError as error:
        faults = ", ".join(str(fault["loc"][0]) for fault in error.errors(include_url=False, include_input=False))
        raise AttachmentUnfit(
            what=f"{name[:60]!r} cannot be attached under this name",
            why=f"not as a document may name it: {faults}",
            next_step="give a plain file name, and a type such as image/jpeg",
        ) from error
