"""Agencies' processes, forked from one that has loaded the program: real processes to be killed."""

from __future__ import annotations

import asyncio
import socket
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.faults import agency_process
from tests.forks import FORKS


async def fork_agency(folder: Path, agency: str, line: socket.socket, log: Path) -> ForkServerProcess:
    """A process of an agency's service that is driven over `line`; it ends with this one at the latest."""
    process = FORKS.Process(target=agency_process.serve, args=(folder, agency, line, log), daemon=True)
    await asyncio.to_thread(process.start)  # the first waits until the program is loaded
    return process


async def ended(process: ForkServerProcess) -> int:
    """Wait for a process's end; its exit code, or the number of the signal that ended it, negative."""
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()
    assert process.exitcode is not None
    return process.exitcode
