"""`phoihop bench --audit`: what a replay costs, against this machine's limit for verifying signatures.

The limit is libsodium's Ed25519 verification on all cores, over envelopes of the very history that is replayed. It is
measured before and after each replay, in the same run, and the mean counts: a machine that slows down slows both.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

import psutil
import structlog
from nacl.bindings import crypto_sign_open

from events.audit.signed_by import SigningKeys
from services.audit.replay import Source, replay
from services.audit.verdict import Verdict
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file, log_folder
from services.bench.pool import pool_of
from services.identity.directory_folder import DirectoryFolder

_R = TypeVar("_R")
_SAMPLE = 4_000
_LIMIT_SECONDS = 2.5
_APPENDED_ENTRIES = 100_000
_LOOK_SECONDS = 1.0
_START_SECONDS = 2.0

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


def measure_audit(folder: Path | None, events: int, *, progress: Progress) -> dict[str, Any]:
    """The figures of `phoihop bench --audit --json`: rates in signatures or entries a second, memory in bytes.

    `folder` holds a history of at least `events` events, or one is made there; without it in a throwaway folder.
    """
    if folder is not None:
        return _measure(folder, events, progress)
    with tempfile.TemporaryDirectory(prefix="phoihop-bench-audit-") as place:
        return _measure(Path(place) / "state", events, progress)


def _measure(folder: Path, events: int, progress: Progress) -> dict[str, Any]:
    if not ledger_file(folder).exists():
        progress("history", 0, events)
        _apart(_make, folder, events)
        progress("history", events, events)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="phoihop-bench-log-") as place:
        appended = _apart(_measure_append, folder, Path(place))
    chain = _measure_replay(folder, "signatures", progress, full=False)
    whole = _measure_replay(folder, "replay", progress, full=True)
    return {
        "events": whole.verdict.events,
        "entries": whole.verdict.entries,
        "signatures": whole.verdict.signatures,
        "deliveries": whole.verdict.deliveries,
        "cores": os.cpu_count() or 1,
        "limit_per_second": round(fmean((chain.limit, whole.limit))),
        "chain_per_second": round(chain.verdict.rate),
        "chain_ratio": chain.ratio,
        "chain_cpu_ratio": chain.cpu_ratio,
        "replay_per_second": round(whole.verdict.rate),
        "replay_ratio": whole.ratio,
        "replay_cpu_ratio": whole.cpu_ratio,
        "peak_memory_bytes": max(chain.peak_bytes, whole.peak_bytes),
        "append_per_second": round(appended),
        "verified": chain.verdict.verified and whole.verdict.verified,
        "seconds": round(time.perf_counter() - began, 1),
    }


@dataclass(frozen=True)
class Limit:
    """What libsodium does on all cores together, and what one verification costs of processor time."""

    per_second: float
    cpu_us: float


@dataclass(frozen=True)
class _Measured:
    verdict: Verdict
    limit: float
    limit_cpu_us: float
    peak_bytes: int

    @property
    def ratio(self) -> float:
        return round(self.verdict.rate / self.limit, 3)

    @property
    def cpu_ratio(self) -> float:
        """The same in processor time: what others do on the machine meanwhile counts for less."""
        cost_us = self.verdict.cpu_seconds / max(1, self.verdict.signatures) * 1e6
        return round(self.limit_cpu_us / cost_us, 3)


def _measure_replay(folder: Path, stage: str, progress: Progress, *, full: bool) -> _Measured:
    source = Source(ledger_file(folder), log_folder(folder))
    root = DirectoryFolder.of(folder).root
    before = verify_limit(folder)
    with _watching_memory() as peak:
        verdict = replay(source, root, full=full, progress=lambda done, of, _rate: progress(stage, done, of))
    after = verify_limit(folder)
    limit = fmean((before.per_second, after.per_second))
    return _Measured(verdict, limit, fmean((before.cpu_us, after.cpu_us)), peak[0])


# --- the limit ---


def verify_limit(folder: Path) -> Limit:
    """How fast libsodium verifies signatures on all cores of this machine, those of this history's events."""
    cores = os.cpu_count() or 1
    with pool_of(cores) as pool:
        start = time.time() + _START_SECONDS
        measured = list(pool.map(_verify_for, [folder] * cores, [start] * cores))
    return Limit(sum(rate for rate, _ in measured), fmean(cpu_us for _, cpu_us in measured))


def _verify_for(folder: Path, start: float) -> tuple[float, float]:
    directory = DirectoryFolder.of(folder).load()
    keys = SigningKeys(directory)
    signed: list[tuple[bytes, bytes]] = []
    with closing(sqlite3.connect(f"{ledger_file(folder).absolute().as_uri()}?mode=ro", uri=True)) as ledger:
        for envelope, signature in ledger.execute("SELECT envelope, signature FROM logged LIMIT ?", (_SAMPLE,)):
            key, raw = keys.of(signature)
            if key is not None:
                signed.append((raw + key.header + envelope, key.public_key))
    # All processes begin together, so that each has only its share of the machine.
    time.sleep(max(0.0, start - time.time()))
    began, cpu_began = time.perf_counter(), time.process_time()
    done = 0
    while (passed := time.perf_counter() - began) < _LIMIT_SECONDS:
        for message, public_key in signed:
            crypto_sign_open(message, public_key)
        done += len(signed)
    return done / passed, (time.process_time() - cpu_began) / done * 1e6


# --- the log's growth ---


def _measure_append(folder: Path, place: Path) -> float:
    """Entries a second from the ledger to the signed checkpoint on disk, over the beginning of the history.

    `place` is an empty folder, of whoever outlives this process.
    """
    from services.auditor.append_rate import append_rate  # noqa: PLC0415 - nothing of it belongs to a replay
    from services.identity.signer import FileSigner  # noqa: PLC0415

    directory = DirectoryFolder.of(folder).load()
    signer = FileSigner.of(folder, "auditor", "service")
    target = place / "ledger.sqlite"
    Ledger(target, directory.province, create=True).close()
    with Ledger(target, directory.province) as ledger:
        ledger.connection.execute("ATTACH ? AS old", (str(ledger_file(folder)),))
        with ledger.commit():
            ledger.connection.execute(
                "INSERT INTO logged SELECT * FROM old.logged WHERE first_index < ?", (_APPENDED_ENTRIES,)
            )
        ledger.connection.execute("DETACH old")
    return append_rate(target, directory, signer, place / "log", datetime.now(UTC)).entries_per_second


# --- apart, and watched ---


def _make(folder: Path, events: int) -> None:
    from services.bench.history import make_history  # noqa: PLC0415 - nothing of it belongs to a replay

    make_history(folder, events, end=datetime.now(UTC))


def _apart(work: Callable[..., _R], *arguments: Any) -> _R:
    """In a process of its own: what this loads and leaves in memory is not the replay's."""
    with pool_of(1, _quiet) as pool:
        return pool.submit(work, *arguments).result()


def _quiet() -> None:
    """What a process of a measurement logs must not mix with the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@contextmanager
def _watching_memory() -> Iterator[list[int]]:
    """The most memory that this process and its children hold together, shared pages counted once."""
    peak = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_SECONDS):
            peak[0] = max(peak[0], _held_bytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _held_bytes() -> int:
    own = psutil.Process()
    held = 0
    for process in (own, *own.children(recursive=True)):
        try:
            held += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return held
