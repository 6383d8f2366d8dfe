"""Exchanging a file of views under those who use it.

Every transaction on the views runs under a shared lock on a file beside them; the swap takes it alone. So no
transaction is ever cut in two, and whoever comes next sees by the file's identity that it was exchanged, and opens the
new one. (`flock` locks a file of its own, because SQLite's own locks would be lost with the file.)
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from projections.errors import RebuildRunning, ViewsUnusable


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def rebuild_path(path: Path) -> Path:
    """Where a rebuild of the views writes until they are swapped in."""
    return _beside(path, ".rebuild")


@contextmanager
def _locked(lock: Path, operation: int) -> Iterator[None]:
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ViewsUnusable(lock, error.strerror or str(error)) from error
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Hold the views in place for the length of a transaction."""
    with _locked(_beside(path, ".lock"), fcntl.LOCK_SH):
        yield


@contextmanager
def rebuilding(path: Path) -> Iterator[None]:
    """Be the one process that rebuilds these views; raises `RebuildRunning` if another is."""
    try:
        # Not the name of the lock beside the new file, which whoever fills that holds as a user.
        with _locked(_beside(path, ".rebuilding.lock"), fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError as error:
        raise RebuildRunning(path) from error


def identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another that took its name; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino)


def remove_views(path: Path) -> None:
    """Remove a file of views that nobody uses, with SQLite's files beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        _beside(path, suffix).unlink(missing_ok=True)


def swap_in(new: Path, path: Path) -> None:
    """Put a finished, closed file of views, no longer in WAL mode, in the place of another.

    At every instant the name holds one whole file. The old file's log is emptied into it first: should the machine
    stop between the exchange and the removal of the log, an empty log changes nothing in the new file.
    """
    with open(new, "rb") as written:  # noqa: PTH123 - a descriptor to sync
        os.fsync(written.fileno())
    with _locked(_beside(path, ".lock"), fcntl.LOCK_EX):
        if path.exists():
            with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:  # it may be damaged: it goes anyway
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        new.replace(path)
        for suffix in ("-wal", "-shm", "-journal"):
            _beside(path, suffix).unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
