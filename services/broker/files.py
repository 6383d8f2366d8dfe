"""Files that hold keys or must never be seen half-written."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.broker.errors import DiskFull, KeyFileMissing, KeyFileOpen

_OTHERS = 0o077


def private_folder(path: Path) -> Path:
    """`path` as a directory of mode 0700, made if it is missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_private(path: Path, text: str) -> None:
    """Put `text` at `path` with mode 0600: all of it or nothing, also when the power fails.

    Raises DiskFull.
    """
    private_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            needed = len(text.encode())
            raise DiskFull(path.parent, shutil.disk_usage(path.parent).free, needed) from error
        raise


def read_private(path: Path) -> str:
    """The text of a key file that nobody else may read.

    Raises KeyFileMissing, KeyFileOpen.
    """
    check_private(path)
    return path.read_text(encoding="utf-8")


def check_private(path: Path) -> None:
    """Raises KeyFileMissing if `path` is not there, KeyFileOpen if others may read it."""
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        raise KeyFileMissing(path) from None
    if mode & _OTHERS:
        raise KeyFileOpen(path, mode)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold an advisory lock on `path`, waiting for whoever has it. For short changes."""
    private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
