"""The files of one agency, each under the SHA-256 of its bytes: `attachments/<sha256>`, mode 0600.

What is still on its way lies under `attachments/partial/`, and its size is how far it has come. A file gets its name
only when it is whole, synced and has been held against the digest, so whatever has a name is what was signed.
"""

from __future__ import annotations

import hashlib
import os
from io import BufferedReader
from pathlib import Path

from events.types.attachment import MAX_ATTACHMENT_BYTES
from services.errors import CannotRun, UsageFault
from services.identity.disk import PRIVATE, make_private_folder, replace_file, sync_folder
from services.identity.errors import DiskRefused

FOLDER = "attachments"
_PARTIAL = "partial"


class AttachmentUnfit(UsageFault):
    """The file cannot travel: empty, or over 20 MiB, or not readable."""


class AttachmentDiffers(CannotRun):
    """The bytes are not those whose digest was signed."""


class AttachmentStore:
    """The files of the agency whose folder `agency_folder` is. Opening it changes nothing."""

    def __init__(self, agency_folder: Path) -> None:
        self.folder = agency_folder / FOLDER
        self._verified: set[str] = set()

    def path(self, sha256: str) -> Path:
        """Where a whole file lies, or would."""
        return self.folder / sha256

    def has(self, sha256: str) -> bool:
        """Whether the whole file is here."""
        return self.path(sha256).is_file()

    def put(self, source: Path) -> tuple[str, int]:
        """Take in a file of the house; its digest and size. Raises `AttachmentUnfit`, `DiskRefused`."""
        try:
            with source.open("rb") as file:
                data = file.read(MAX_ATTACHMENT_BYTES + 1)
        except OSError as error:
            raise _unfit(source, error.strerror or str(error)) from error
        return self.keep(data, source)

    def keep(self, data: bytes, name: object) -> tuple[str, int]:
        """Take in a file's bytes; their digest and size. `name` is for the error alone. Raises as `put`."""
        if not data:
            raise _unfit(name, "it is empty")
        if len(data) > MAX_ATTACHMENT_BYTES:
            raise _unfit(name, f"it has more than {MAX_ATTACHMENT_BYTES} bytes (20 MiB)")
        make_private_folder(self.folder)
        sha256 = hashlib.sha256(data).hexdigest()
        replace_file(self.path(sha256), data, PRIVATE)
        return sha256, len(data)

    def read(self, sha256: str, offset: int, length: int) -> bytes:
        """A part of a whole file. Raises `FileNotFoundError`; `AttachmentDiffers` if the disk has altered it."""
        path = self.path(sha256)
        with path.open("rb") as file:
            if sha256 not in self._verified:
                if _digest(file) != sha256:
                    path.unlink(missing_ok=True)  # It is not the file that the name says: others may have it still.
                    raise _differs(sha256)
                self._verified.add(sha256)
            file.seek(offset)
            return file.read(length)

    def size(self, sha256: str) -> int:
        """The size of a whole file in bytes. Raises `FileNotFoundError`."""
        return self.path(sha256).stat().st_size

    # --- on its way ---

    def arrived(self, sha256: str) -> int:
        """How many bytes of a file on its way are here."""
        try:
            return self._partial(sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, sha256: str, offset: int, data: bytes) -> int:
        """Add bytes that begin where the arrived ones end; others are passed over. How many are here now, synced.

        Raises `DiskRefused`.
        """
        path = self._partial(sha256)
        make_private_folder(path.parent)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE)
            with os.fdopen(descriptor, "ab") as file:
                here = os.fstat(descriptor).st_size
                if offset != here:
                    return here
                file.write(data)
                file.flush()
                os.fsync(descriptor)
                return here + len(data)
        except OSError as error:
            raise DiskRefused(path, error) from error

    def finish(self, sha256: str) -> None:
        """Hold the arrived bytes against the digest and give them their name.

        Raises `AttachmentDiffers` if they are others; they are discarded then. `DiskRefused` if the disk refuses.
        """
        path = self._partial(sha256)
        with path.open("rb") as file:
            found = _digest(file)
        if found != sha256:
            path.unlink()
            raise _differs(sha256)
        self._name(sha256)

    def discard(self, sha256: str) -> None:
        """Begin a file on its way anew."""
        self._partial(sha256).unlink(missing_ok=True)

    # --- inside ---

    def _partial(self, sha256: str) -> Path:
        return self.folder / _PARTIAL / sha256

    def _name(self, sha256: str) -> None:
        partial, target = self._partial(sha256), self.path(sha256)
        try:
            partial.chmod(PRIVATE)
            partial.replace(target)
            for folder in (target.parent, partial.parent):
                sync_folder(folder)
        except OSError as error:
            raise DiskRefused(target, error) from error
        self._verified.add(sha256)


def _digest(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _unfit(source: object, why: str) -> AttachmentUnfit:
    return AttachmentUnfit(
        what=f"{source} cannot be attached", why=why, next_step="attach a file of 1 byte to 20 MiB that can be read"
    )


def _differs(sha256: str) -> AttachmentDiffers:
    return AttachmentDiffers(
        what=f"the attachment {sha256[:12]}… is not the one that was signed",
        why="its bytes have another SHA-256 digest",
        next_step="nothing: it is fetched again from whoever has it",
    )
