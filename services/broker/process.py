"""The nats-server program as a child process that cannot outlive its parent."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import os
import shutil
import signal
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from services.broker.errors import BinaryMissing, ConfigurationRefused, FolderLocked

_PR_SET_PDEATHSIG = 1
_LOCK_PATIENCE_SECONDS = 5.0


def server_binary() -> Path:
    """The nats-server to run: ``PHOIHOP_NATS_SERVER``, else the one installed with Python.

    Raises BinaryMissing.
    """
    chosen = os.environ.get("PHOIHOP_NATS_SERVER")
    if chosen:
        if os.access(chosen, os.X_OK) and Path(chosen).is_file():
            return Path(chosen)
        raise BinaryMissing([f"PHOIHOP_NATS_SERVER={chosen}"])
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = beside if os.access(beside, os.X_OK) else shutil.which("nats-server")
    if not found:
        raise BinaryMissing([str(beside), "PATH"])
    return Path(found)


async def check_configuration(binary: Path, path: Path) -> None:
    """Let the server itself read its configuration, without starting.

    Raises ConfigurationRefused.
    """
    process = await asyncio.create_subprocess_exec(
        binary,
        "-t",
        "-c",
        path,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise ConfigurationRefused(path, output.decode(errors="replace"))


async def lock_folder(folder: Path) -> int:
    """The descriptor of a lock on `folder`, held until every process that has it is gone.

    The server inherits it, so that the folder stays locked while a server lives whose
    parent was killed. Such a server is about to die: wait a little for it.

    Raises FolderLocked.
    """
    handle = os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LOCK_PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if loop.time() > deadline:
                os.close(handle)
                raise FolderLocked(folder) from None
            await asyncio.sleep(0.02)  # flock cannot be awaited without a thread
        else:
            return handle


async def start_server(
    binary: Path, configuration: Path, ports_folder: Path, log: Path, lock: int
) -> asyncio.subprocess.Process:
    """Start the server with its output in `log`; `lock` is inherited.

    On Linux the kernel kills it when the thread that called this ends, so call it from
    a thread as long-lived as the process, normally the main one.
    """
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            binary,
            "-c",
            configuration,
            "--ports_file_dir",
            ports_folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(lock,),
            preexec_fn=_die_with_parent(),
            # Its own group: Ctrl-C in the terminal is ours to handle, after the
            # agencies have handed in what they hold.
            start_new_session=True,
        )


def _die_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    # Looked up before the fork: after it only the call itself is safe.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the arrangement was made
            os._exit(1)

    return arrange
