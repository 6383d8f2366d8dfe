"""The files of the demonstration: laid among the actor's attachments before it signs a document that names them."""

from __future__ import annotations

from importlib import resources

from events.attachments import attachments_of
from events.content import Content
from services.agency.attachments.store import AttachmentStore
from services.errors import CannotRun


class EnclosureMissing(CannotRun):
    """The scenario names an attachment of which there is no such file."""


def lay_ready(content: Content, store: AttachmentStore) -> None:
    """Put the files that a document names among the actor's attachments, those that are not there yet.

    Raises `EnclosureMissing` where `services/demo/files` has no file of that name with the signed digest and size.
    """
    for one in attachments_of(content):
        if store.has(one.sha256):
            continue
        file = resources.files("services.demo.files").joinpath(one.name)
        with resources.as_file(file) as path:
            kept = store.put(path) if path.is_file() else None
        if kept != (one.sha256, one.size_bytes):
            raise EnclosureMissing(
                what=f"the demonstration has no attachment {one.name}",
                why="services/demo/files holds no file of that name with the digest and size that the scenario states",
                next_step="put the file there, or correct sha256 and size_bytes in the scenario",
            )
