"""The files that some documents of the record name, and whether they are here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.attachments import attachments_of
from events.catalogue import read_content
from events.record_entry import EntryKind, RecordEntry
from services.agency.attachments.store import AttachmentStore

if TYPE_CHECKING:
    from events.values.document import Attachment
    from services.agency.service import AgencyService

_MARK = b'"sha256":"'
"""Stands in every content that names a file, and costs less to look for than to parse."""


@dataclass(frozen=True)
class NamedFile:
    """A file as a document names it. `here`: whether the whole file lies here."""

    event_id: str
    event_type: str
    sender: str
    file: Attachment
    here: bool


def files_named(service: AgencyService, positions: Iterable[int]) -> list[NamedFile]:
    """The files that the documents at these positions of the record name; refused documents are left out.

    Blocks on the record: call it in a thread.
    """
    store = AttachmentStore(service.folder.path)
    found = []
    for position in positions:
        entry = service.record.entry_at(position)
        if not isinstance(entry, RecordEntry) or entry.kind is EntryKind.REFUSED:
            continue
        if _MARK not in entry.event.content_bytes:
            continue
        envelope = entry.event.envelope
        for file in attachments_of(read_content(entry.event)):
            here = store.has(file.sha256)
            found.append(NamedFile(envelope.id, envelope.event_type, envelope.sender, file, here))
    return found
