"""Small files that are whole or absent, also after a power failure, and never open to others by accident."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from services.identity.errors import DirectoryMissing, DiskRefused, KeyFileMissing, KeyFileOpenToOthers

PUBLIC = 0o644
PRIVATE = 0o600
_OTHERS = 0o077


def create_file(path: Path, data: bytes, mode: int) -> None:
    """Put `data` at `path`, which must not exist: raises `FileExistsError` then, `DiskRefused` if the disk refuses.

    The file has its mode from its first byte on, and appears under its name only when it is whole and synced.
    """
    try:
        temporary = _write_beside(path, data, mode)
        try:
            # Unlike a rename, a link fails if somebody else was first.
            os.link(temporary, path)
        finally:
            temporary.unlink()
        sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise DiskRefused(path, error) from error


def replace_file(path: Path, data: bytes, mode: int) -> None:
    """Put `data` at `path` in place of what is there; raises `DiskRefused`."""
    try:
        temporary = _write_beside(path, data, mode)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise DiskRefused(path, error) from error


def rename_file(old: Path, new: Path) -> None:
    """Move a file within its folder, in place of what is there; raises `DiskRefused`."""
    try:
        old.replace(new)
        sync_folder(new.parent)
    except OSError as error:
        raise DiskRefused(new, error) from error


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, with its parents; one that exists is left as it is."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DiskRefused(path, error) from error


def read_private(path: Path) -> bytes:
    """The bytes of a secret file.

    Raises `KeyFileMissing`, `KeyFileOpenToOthers` unless nobody but its owner may touch it, or `DiskRefused`.
    """
    try:
        # The mode is asked of the opened file: asked of the name, another file could be put there in between.
        with path.open("rb") as file:
            if (mode := os.fstat(file.fileno()).st_mode & 0o777) & _OTHERS:
                raise KeyFileOpenToOthers(path, mode)
            return file.read()
    except FileNotFoundError as error:
        raise KeyFileMissing(path) from error
    except OSError as error:
        raise DiskRefused(path, error) from error


def read_public(path: Path) -> bytes:
    """The bytes of a public file of the directory; raises `DirectoryMissing` or `DiskRefused`."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DirectoryMissing(path) from error
    except OSError as error:
        raise DiskRefused(path, error) from error


def _write_beside(path: Path, data: bytes, mode: int) -> Path:
    # mkstemp opens with O_EXCL and mode 0600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; raises `OSError`."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
