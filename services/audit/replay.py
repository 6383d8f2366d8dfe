"""`phoihop audit replay` and `verify`: the whole history from the first event, on all cores.

    verdict = replay(Source.of(folder), root)

1. the directory's versions, by the root key alone
2. stretches of the ledger, each examined by some process (`replay_worker`), joined here in the order of the log
3. the log's files, upper tiles and newest checkpoint
4. every checkpoint against the tree made again, and the witnesses' cosignatures
5. in full: receipts, registers, rules, and every agency's exchange view

Memory does not grow with the history but for 32 bytes for 256 entries, a row for each case and party, and deliveries
without a receipt. Stopped by Ctrl-C, it leaves nothing behind: it only reads.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from events import base64url
from events.audit.default_policy import default_policy
from events.audit.directory_chain import check_directories, check_published
from events.audit.findings import Findings
from events.audit.history import History
from events.audit.lean_envelope import read_envelope
from events.audit.protocol_facts import Fact
from events.audit.said import document_fact
from events.audit.stretch import Row, Stretch
from events.directory import Directory
from events.errors import Malformed
from events.note import VerifierKey
from events.transparency.policy import Policy
from services.audit.log_record import LogRecord
from services.audit.replay_worker import SQL, Task, Worker, examine, open_ledger, start
from services.audit.replayed_views import ReplayedViews
from services.audit.verdict import ReplayedView, Verdict
from services.auditor.ledger import Ledger, LedgerUnusable

STRETCH_ENTRIES = 4_096
_ALONE_BELOW = 8_192
"""A history of fewer entries is replayed in this process: starting others would take longer."""

Progress = Callable[[int, int, float], None]
"""(entries done, of how many, signatures a second so far)."""


@dataclass(frozen=True)
class Source:
    """What is replayed: a ledger, and what lies beside it.

    `log` is the folder with the log's files, None where they are not looked at; `policy` which witnesses are wanted,
    None for the one that a province begins with; `checkpoints` notes of checkpoints that the verifier got elsewhere.
    """

    ledger: Path
    log: Path | None = None
    policy: Policy | None = None
    checkpoints: tuple[str, ...] = ()


def replay(
    source: Source,
    root: VerifierKey,
    *,
    full: bool = True,
    as_of: str | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Verify a history; in full, or only signatures, chains and inclusion.

    `as_of` (an instant as on the wire) limits the exchange views to what was admitted by then. `processes` is how many
    work beside this one; by default as many as the machine has cores. Raises `LedgerUnusable`.
    """
    with closing(_opened(source.ledger)) as connection, _collecting_later():
        return _Replay(source, connection, root, full=full, as_of=as_of).run(processes, progress or _silent)


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise LedgerUnusable(
            what="there is no ledger",
            found=f"{path} does not exist",
            next_step="run the auditor's service first (`phoihop auditor run`), or name its folder with --dir",
        )
    try:
        with closing(open_ledger(path)) as connection:
            found = connection.execute("SELECT value FROM about WHERE name = 'province'").fetchone()
    except sqlite3.DatabaseError as error:
        raise LedgerUnusable(
            what="the ledger cannot be read",
            found=f"{path}: {error}",
            next_step="put the newest copy of the file back in its place",
        ) from error
    # The ledger's own class says whether it is of this program's format.
    Ledger(path, found[0] if found else "", read_only=True).close()
    return open_ledger(path)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Without garbage collection: what is held grows with the history, has no cycles, and is not to be searched."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Replay:
    def __init__(
        self, source: Source, connection: sqlite3.Connection, root: VerifierKey, *, full: bool, as_of: str | None
    ) -> None:
        self._source = source
        self._connection = connection
        self._root = root
        self._full = full
        self._as_of = as_of
        self._findings = Findings()
        self._alone = False
        self._began = time.perf_counter()
        self._cpu_began = time.process_time()

    def run(self, processes: int | None, progress: Progress) -> Verdict:
        found = self._findings.add
        notes = self._connection.execute(SQL["directories"]).fetchall()
        chain = check_directories(notes, self._root, found)
        if not chain:
            return self._without_directory()
        directory = chain[-1]
        record = LogRecord(self._connection, self._source.log, directory, found)
        record.add_shown(self._source.checkpoints)
        views = ReplayedViews(found, self._as_of)
        history = History(
            directory, self._findings, read=self._read, document=views.document, taken=views.taken, stated=views.stated
        )
        first, size = self._extent()
        stretches = self._stretches(directory, record, first, size, processes)
        for stretch in stretches:
            record.roots.update(history.add(stretch))
            record.differ(stretch)
            views.settle()
            progress(history.tree.size, size, history.signatures / (time.perf_counter() - self._began))
        history.finish()
        check_published(chain, self._root, history.directories, history.deliveries.newest_directory, found)
        policy = self._source.policy or default_policy(directory, directory.issued_at)
        record.add_alarms(history.alarms)
        record.finish(history.tree, policy)
        if self._full:
            views.finish()
        return self._verdict(directory, len(chain), history, record, views)

    # --- stretches ---

    def _stretches(
        self, directory: Directory, record: LogRecord, first: int, size: int, processes: int | None
    ) -> Iterator[Stretch]:
        task = Task(self._source.ledger, directory, self._full, self._source.log, record.signed_size)
        ranges = [
            (begin, min(begin + STRETCH_ENTRIES, size), record.sizes_within(begin, begin + STRETCH_ENTRIES))
            for begin in range(first - first % STRETCH_ENTRIES, size, STRETCH_ENTRIES)
        ]
        workers = os.cpu_count() or 1 if processes is None else processes
        self._alone = size < _ALONE_BELOW or workers < 1
        if self._alone:
            with closing(Worker(task)) as worker:
                for each in ranges:
                    yield Stretch.from_bytes(worker.stretch(*each))
            return
        # Fresh processes: a copy of this one would share its locks and the ledger's open file.
        context = get_context("forkserver")
        context.set_forkserver_preload(["services.audit.replay_worker"])
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start, initargs=(task,))
        try:
            ahead: deque[Future[bytes]] = deque()
            for each in ranges:
                ahead.append(pool.submit(examine, *each))
                if len(ahead) > 2 * workers:
                    yield Stretch.from_bytes(ahead.popleft().result())
            while ahead:
                yield Stretch.from_bytes(ahead.popleft().result())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _extent(self) -> tuple[int, int]:
        first, last, _ = self._connection.execute(SQL["extent"]).fetchone()
        if last is None:
            return 0, 0
        (entries,) = self._connection.execute(SQL["last_entries"], {"begin": last}).fetchone()
        return first, last + max(1, entries)

    def _read(self, index: int) -> Fact | None:
        row = self._connection.execute(SQL["one_row"], {"begin": index}).fetchone()
        try:
            if row is None:
                return None
            held = Row._make(row)
            return document_fact(held, read_envelope(held.envelope), base64url.encode(held.digest))
        except Malformed:
            return None

    # --- the verdict ---

    def _without_directory(self) -> Verdict:
        province = self._root.name.split(".")[1] if self._root.name.count(".") == 2 else ""
        return Verdict(
            province, simulated=False, full=self._full, seconds=time.perf_counter() - self._began,
            finding_count=max(1, self._findings.count), findings=tuple(self._findings.kept), by_check=self._by_check(),
        )  # fmt: skip

    def _cpu_seconds(self, history: History) -> float:
        own = time.process_time() - self._cpu_began
        return own if self._alone else own + history.cpu_seconds

    def _by_check(self) -> dict[str, int]:
        return {check.value: count for check, count in sorted(self._findings.by_check.items())}

    def _verdict(
        self, directory: Directory, versions: int, history: History, record: LogRecord, views: ReplayedViews
    ) -> Verdict:
        deliveries = history.deliveries
        replayed = views.views() if self._full else {}
        return Verdict(
            province=directory.province,
            simulated=directory.simulated,
            full=self._full,
            events=history.events,
            entries=history.tree.size,
            signatures=history.signatures,
            documents=history.documents,
            deliveries=deliveries.deliveries,
            receipted=deliveries.receipted,
            refused=deliveries.refused,
            unreceipted=deliveries.unreceipted,
            unlawful_refused=history.unlawful_refused,
            checkpoints=len(record.opened),
            signed_entries=record.signed_size,
            witnessed_entries=record.witnessed_size,
            statements=views.statements,
            directory_versions=versions,
            root=base64url.encode(history.tree.root),
            seconds=time.perf_counter() - self._began,
            cpu_seconds=self._cpu_seconds(history),
            finding_count=self._findings.count,
            findings=tuple(self._findings.kept),
            by_check=self._by_check(),
            views=tuple(
                ReplayedView(
                    name, view.year, view.number, {to: count for to, (count, _) in sorted(view.heads.items())},
                    view.rows, view.digest(),
                )
                for name, view in replayed.items()
            ),
            as_of=self._as_of,
        )  # fmt: skip


def _silent(_done: int, _of: int, _rate: float) -> None:
    """For callers who show no progress."""
