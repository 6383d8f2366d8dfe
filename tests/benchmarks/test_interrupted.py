"""Ctrl-C ends a benchmark at once, and leaves neither a process nor a folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from services.cli.exit_codes import INTERRUPTED
from tests.unit.cli.office import wait_for

pytestmark = pytest.mark.broker
_STARTED_SECONDS = 60.0
_ENDED_SECONDS = 15.0
_BEGUN_BYTES = 4 * 2**20


def at_work(folder: Path) -> bool:
    """Whether what is measured has begun: it fills the folder."""
    found = [file.stat(follow_symlinks=False).st_size for file in folder.rglob("*.sqlite*") if file.exists()]
    return sum(found) > _BEGUN_BYTES


@contextmanager
def heard_by_children(which: signal.Signals) -> Iterator[None]:
    """What is started meanwhile hears a signal, also where this is run by a shell that keeps it from its jobs."""
    before = signal.signal(which, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(which, before)


# The work takes far longer than the test waits: only breaking off ends it.
@pytest.mark.parametrize("arguments", [("--events", "1000000"), ("--audit", "--events", "1000000")])
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with heard_by_children(signal.SIGINT):
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "bench", *arguments, "--json"],
            env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    started: list[psutil.Process] = []
    try:
        wait_for(lambda: at_work(tmp_path), "a benchmark at work", _STARTED_SECONDS)
        started = psutil.Process(process.pid).children(recursive=True)
        assert len(started) > 1
        # To this one alone: the others are ended by it, and not by the terminal.
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=_ENDED_SECONDS)
        assert process.returncode in {INTERRUPTED, -signal.SIGINT}
        assert output == b"", "no half of a document"
        _, alive = psutil.wait_procs(started, timeout=_ENDED_SECONDS)
        assert alive == []
        assert list(tmp_path.iterdir()) == []
    finally:
        for each in started:
            if each.is_running():
                each.kill()
        process.kill()
        process.communicate()
