"""Attachments on their way: chunks between a holder and a recipient of the event that names them.

The recipient asks by the digest that the event signed; the holder sends chunks; whatever of them arrived counts, and
the next request starts behind it. The whole is held against that digest before anybody sees it. These are messages of
the protocol: what binds the file to its document is the document's own signature.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field as Member
from pydantic import StringConstraints, model_validator

from events.content import Content
from events.values.identifiers import EventId, Sha256
from events.values.instant import Instant
from events.values.labelled import Labelled

MAX_CHUNK_BYTES = 262_144
"""256 KiB of a file in one chunk."""

MAX_ATTACHMENT_BYTES = 20 * 2**20
"""20 MiB: larger files do not travel here."""


ChunkData = Annotated[
    str,
    StringConstraints(
        max_length=-(-MAX_CHUNK_BYTES * 4 // 3),
        pattern=r"^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$",
        min_length=2,
    ),
]
"""1 to 262,144 bytes of a file in base64url without padding."""

Offset = Annotated[int, Member(ge=0, le=MAX_ATTACHMENT_BYTES - 1)]
"""A position in a file, in bytes from 0."""

FileSize = Annotated[int, Member(ge=1, le=MAX_ATTACHMENT_BYTES)]
"""A file's size in bytes."""


class AttachmentRequested(Content):
    """A recipient of `event` asks for an attachment, from a byte on, up to (not including) `to_offset` or its end."""

    MEANING_VI: ClassVar[str] = "Đề nghị gửi tài liệu kèm theo"
    MEANING_EN: ClassVar[str] = "An attachment is asked for"
    PROTOCOL: ClassVar[bool] = True

    event: EventId
    sha256: Sha256
    from_offset: Offset = 0
    to_offset: FileSize | None = None


class AttachmentChunk(Content):
    """A part of an attachment: its bytes from `offset` on, all of them inside the file's `size_bytes`."""

    MEANING_VI: ClassVar[str] = "Một phần tài liệu kèm theo"
    MEANING_EN: ClassVar[str] = "A part of an attachment"
    PROTOCOL: ClassVar[bool] = True

    event: EventId
    sha256: Sha256
    size_bytes: FileSize
    offset: Offset
    data: ChunkData

    @property
    def end_offset(self) -> int:
        """The position behind the last byte: where the next request starts."""
        return self.offset + len(self.data) * 3 // 4

    @model_validator(mode="after")
    def _lies_in_the_file(self) -> Self:
        if self.end_offset > self.size_bytes:
            raise ValueError(f"offset and data end at byte {self.end_offset}, behind size_bytes {self.size_bytes}")
        return self


class AttachmentObstacle(Labelled):
    """Why an attachment does not come."""

    NOT_HELD = "not_held", "không còn lưu giữ", "not held any more"
    NOT_NAMED = "not_named", "văn bản không có tài liệu này", "the event names no such attachment"
    NOT_A_RECIPIENT = "not_a_recipient", "không phải nơi nhận văn bản", "not a recipient of the event"
    DIGEST_DIFFERS = "digest_differs", "nội dung không khớp mã băm đã ký", "the file is not the one that was signed"


class AttachmentUnavailable(Content):
    """The holder cannot or may not send an attachment, and says why: no request goes without an answer."""

    MEANING_VI: ClassVar[str] = "Không gửi được tài liệu kèm theo, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "An attachment does not come, for a stated reason"
    PROTOCOL: ClassVar[bool] = True

    event: EventId
    sha256: Sha256
    reason: AttachmentObstacle


class AttachmentReceived(Content):
    """The recipient has the whole file and found it to be what was signed."""

    MEANING_VI: ClassVar[str] = "Đã nhận đủ và kiểm tra tài liệu kèm theo"
    MEANING_EN: ClassVar[str] = "An attachment has arrived whole and was verified"
    PROTOCOL: ClassVar[bool] = True

    event: EventId
    sha256: Sha256
    size_bytes: FileSize
    verified_at: Instant
