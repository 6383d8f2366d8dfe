"""Files in a form: an upload goes into the agency's attachments at once, and the form names it by its digest."""

from __future__ import annotations

import asyncio
import mimetypes
import re
import tempfile
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from events.values.text import without_invisible
from services.agency.attachments.store import AttachmentStore
from services.web.acting.filled_in import Sent
from services.web.house import House

_CHUNK_BYTES = 1 << 20
_UNFIT = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


async def take_in_upload(house: House, upload: Any) -> dict[str, Any] | None:
    """Store an uploaded file; how a document names it, or None if no file was chosen. Raises `AttachmentUnfit`."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    store = AttachmentStore(house.service.folder.path)
    with tempfile.TemporaryDirectory(dir=house.service.folder.path) as folder:
        received = Path(folder) / "upload"
        with received.open("wb") as file:
            while piece := await upload.read(_CHUNK_BYTES):
                await asyncio.to_thread(file.write, piece)
        sha256, size_bytes = await asyncio.to_thread(store.put, received)
    name = _UNFIT.sub("_", without_invisible(upload.filename)).strip(" .")[:200] or "file"
    guessed = upload.content_type or mimetypes.guess_type(name)[0] or ""
    media_type = guessed if _MEDIA_TYPE.fullmatch(guessed) else "application/octet-stream"
    return {"name": name, "media_type": media_type, "sha256": sha256, "size_bytes": size_bytes}


def attachments_of_form(sent: Sent) -> list[dict[str, Any]]:
    """The files that the form names already, but for those that were taken out of it."""
    columns = [sent.get(f"attached.{part}", []) for part in ("name", "media_type", "sha256", "size_bytes")]
    taken_out = set(sent.get("detach", ()))
    return [
        {"name": name, "media_type": media_type, "sha256": sha256, "size_bytes": int(size)}
        for name, media_type, sha256, size in zip(*columns, strict=False)
        if _DIGEST.fullmatch(sha256) and size.isdecimal() and len(size) < 12 and sha256 not in taken_out
    ]
