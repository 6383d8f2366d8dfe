"""What each process of a replay does: read a stretch of the ledger, examine it, hold it against the log's files.

A worker opens the ledger itself and gives back one block of bytes: nothing large travels between the processes.
"""

from __future__ import annotations

import signal
import sqlite3
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from events.audit.examiner import Examiner
from events.audit.lean_envelope import LeanEnvelope, read_envelope
from events.directory import Directory
from events.errors import Malformed
from events.regulation.regulations import load_rules
from projections.named_sql import named_statements
from services.agency.garbage import collect_rarely
from services.audit.log_comparison import LogComparison

SQL = named_statements((files("services.audit") / "replay.sql").read_text("utf-8"), "replay.sql")
_CACHE_KIB = 8_192


@dataclass(frozen=True)
class Task:
    """What all stretches of a replay have in common. `log_folder` None: the log's files are not looked at."""

    ledger: Path
    directory: Directory
    full: bool
    log_folder: Path | None
    log_size: int


class Worker:
    """One process's part. `stretch` may be called for any range, in any order."""

    def __init__(self, task: Task) -> None:
        self._connection = open_ledger(task.ledger)
        rules = load_rules(task.directory.regulation) if task.full else None
        self._examiner = Examiner(task.directory, rules, self._cited)
        self._files = LogComparison(task.log_folder, task.log_size) if task.log_folder is not None else None

    def stretch(self, begin: int, end: int, sizes: tuple[int, ...]) -> bytes:
        """The block of the events whose first entries stand from `begin` up to `end`."""
        began = time.process_time()
        rows = self._connection.execute(SQL["rows"], {"begin": begin, "end": end}).fetchall()
        first = rows[0][0] if rows else begin
        stretch = self._examiner.examine(rows, first, sizes)
        if self._files is not None:
            self._files.compare(stretch)
        stretch.cpu_seconds = time.process_time() - began
        return stretch.to_bytes()

    def close(self) -> None:
        """Close the ledger."""
        self._connection.close()

    def _cited(self, event_id: str) -> LeanEnvelope | None:
        row = self._connection.execute(SQL["cited"], {"event": event_id}).fetchone()
        try:
            return None if row is None else read_envelope(row[0])
        except Malformed:
            return None


def open_ledger(path: Path) -> sqlite3.Connection:
    """The ledger for reading alone; whoever writes it meanwhile is not hindered."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


_worker: Worker | None = None


def start(task: Task) -> None:
    """Begin a process's work. Ctrl-C is the parent's to notice: it ends the pool."""
    global _worker  # noqa: PLW0603 - a process has one task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Worker(task)
    collect_rarely()


def examine(begin: int, end: int, sizes: tuple[int, ...]) -> bytes:
    """A stretch, in a process that `start` was called in."""
    if _worker is None:
        raise RuntimeError("this process was given no task")
    return _worker.stretch(begin, end, sizes)
