"""Kills the log's writer at every step it takes: `python -m tests.faults.log_writer_kills <network> <ledger> <folder>`.

Each life is a process of its own, ended by SIGKILL before one of its file writes, renames, syncs, commits or removals;
the next life goes on where that left off, one step further. Prints `{"lives": …}` as JSON when the last one came
through.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.auditor import log_folder
from services.auditor.ledger import Ledger
from services.auditor.log_folder import LogFolder
from services.auditor.log_writer import LogWriter
from services.identity.directory_folder import DirectoryFolder
from services.identity.signer import FileSigner

PROVINCE = "lao-cai"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SIZES = (200, 300, 513, 700)


def grow(whole: Path, ledger: Path, size: int) -> None:
    Ledger(ledger, PROVINCE, create=True).close()
    with Ledger(ledger, PROVINCE) as target:
        target.connection.execute("ATTACH ? AS whole", (str(whole),))
        with target.commit():
            target.connection.execute(
                "INSERT OR IGNORE INTO logged SELECT * FROM whole.logged WHERE first_index + entries <= ?", (size,)
            )


def write_log(network: Path, ledger: Path, folder: Path) -> None:
    directory = DirectoryFolder.of(network).load()
    with Ledger(ledger, PROVINCE) as opened:
        writer = LogWriter(opened, folder, lambda: directory, FileSigner.of(network, "auditor", "service"))
        writer.open()
        writer.advance(NOW)


def one_life(network: Path, ledger: Path, folder: Path, dies_at: int) -> bool:
    """One process; false if it was killed before it was done."""
    if (process := os.fork()) == 0:
        _count_steps(dies_at)
        write_log(network, ledger, folder)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if status:
        raise SystemExit(f"the writer that was to die at step {dies_at} failed: {status}")
    return True


def _count_steps(dies_at: int) -> None:
    steps = 0

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            if steps == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            steps += 1
            return work(*args, **kwargs)

        return stepping

    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    Path.mkdir = counted(Path.mkdir)  # type: ignore[method-assign]
    shutil.rmtree = counted(shutil.rmtree)  # type: ignore[assignment]
    log_folder.sync_folder = counted(log_folder.sync_folder)  # type: ignore[attr-defined]
    LogFolder.remove_partials = counted(LogFolder.remove_partials)  # type: ignore[method-assign]
    LogWriter._sign = counted(LogWriter._sign)  # type: ignore[method-assign]
    LogWriter.write_checkpoints = counted(LogWriter.write_checkpoints)  # type: ignore[method-assign]


def main(network: Path, whole: Path, folder: Path) -> dict[str, int]:
    lives = 0
    for size in SIZES:
        grow(whole, folder / "ledger.sqlite", size)
        dies_at = 0
        while not one_life(network, folder / "ledger.sqlite", folder / "log", dies_at):
            dies_at += 1
        lives += dies_at + 1
    return {"lives": lives}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))))
