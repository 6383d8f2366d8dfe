"""Which files a document names: its attachments and the scan of its paper original."""

from __future__ import annotations

from events.content import Content
from events.types.document import Document
from events.values.document import Attachment


def attachments_of(content: Content | None) -> tuple[Attachment, ...]:
    """The files that belong to a document, each digest once, in the order in which the document names them."""
    if not isinstance(content, Document):
        return ()
    named = [*content.attachments, *([content.paper.scan] if content.paper is not None else [])]
    return tuple({one.sha256: one for one in named}.values())
