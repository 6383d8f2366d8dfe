"""A file of views as it is held open: one that another process exchanges is noticed at the next call."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from projections import dump
from projections.swap import identity, using

if TYPE_CHECKING:
    import sqlite3

    from projections.store import ViewStore


class ViewsFile(ABC):
    """The file at `path`, opened or made. Raises what opening its store raises."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mutex = threading.Lock()
        with using(path):
            self._open()

    @abstractmethod
    def _open_store(self) -> ViewStore:
        """The store of the file that stands at `path` now, and whatever hangs on it."""

    @abstractmethod
    def _dump(self, cursor: sqlite3.Cursor) -> Iterator[bytes]:
        """Every row as canonical JSON, by key."""

    def _open(self) -> None:
        self._store = self._open_store()
        self._identity = identity(self.path)

    def _refresh(self) -> None:
        with self._mutex:
            if identity(self.path) != self._identity:
                self._store.close()
                self._open()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        with using(self.path):
            self._refresh()
            with self._store.reading() as cursor:
                yield cursor

    # --- comparing ---

    def canonical_dump(self) -> bytes:
        """Every row of every view as canonical JSON, by key: equal bytes are equal views."""
        with self._reading() as cursor:
            return b"".join(self._dump(cursor))

    def digest(self) -> str:
        """SHA-256 of the canonical dump, base64url."""
        with self._reading() as cursor:
            return dump.dump_digest(self._dump(cursor))

    # --- closing ---

    def close(self) -> None:
        """Close every connection; the views can be opened again."""
        with using(self.path):
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
