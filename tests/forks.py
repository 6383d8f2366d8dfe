"""The server that forks the tests' processes: it has loaded what they run, so none of them takes seconds to do so.

Each is a process like any other, with signals, exit code and memory of its own. What a test says of loading itself, or
of a terminal, needs a program that is started anew.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from services.cli.main import root

FORKS = multiprocessing.get_context("forkserver")
# Only names: nothing is loaded before the first fork. A name that the server cannot load is loaded by each fork.
FORKS.set_forkserver_preload(
    ["tests.faults.agency_process", "services.cli.commands.agency", "services.auditor.service", "services.web.app"]
)


class ForkedProgram:
    """A `phoihop` that was forked, spoken to as a `subprocess.Popen`."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str], output: Path, errors: Path) -> None:
        self._process: ForkServerProcess = FORKS.Process(
            target=_be_the_program, args=(arguments, environment, output, errors)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, a signal's number negative; None while it runs."""
        return self._process.exitcode

    def send_signal(self, which: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, which)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended; raises `subprocess.TimeoutExpired`."""
        self._process.join(timeout)
        if (code := self.poll()) is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired("phoihop", timeout)
        return code


def _be_the_program(arguments: tuple[str, ...], environment: dict[str, str], output: Path, errors: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for place, stream in ((output, sys.stdout), (errors, sys.stderr)):
        with place.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    root.main(arguments)
