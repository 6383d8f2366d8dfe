"""Having an uploaded package verified by a process of its own, within limits of time and memory."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog

from events.note import VerifierKey
from services.ending_tasks import end_tasks
from services.errors import CannotRun
from services.web.auditing import package_worker
from services.web.problems import PageError, Problem

_log = structlog.get_logger(__name__)
TIME_LIMIT_SECONDS = 120.0
AT_ONCE = 2
"""So many packages are verified side by side; whoever comes then waits."""
MOST_HERE = 8
"""Those that are verified, and those that wait with what was uploaded on the disk."""
MAX_VERDICT_BYTES = 16 * 2**20
"""A verdict lists a thousand findings and a thousand deliveries at most: a longer one is a stranger's texts."""
_MAX_COMPLAINT_BYTES = 2_000


class PackageTooHard(CannotRun):
    """A package could not be verified within the limits."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            what="the package was not verified here",
            why=reason,
            next_step="verify it on a machine of your own: `phoihop audit verify FILE --root KEY`",
        )
        self.reason = reason


class PackageChecks:
    """The processes that verify uploaded packages for one application."""

    def __init__(self, *, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._time_limit_seconds = time_limit_seconds
        self._here = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one package, from before it is read. Raises `PageError` where there is none."""
        if self._here >= MOST_HERE:
            raise PageError(Problem.TOO_MANY)
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1

    async def check(self, file: Path, root: VerifierKey) -> dict[str, Any]:
        """The document that `phoihop audit verify --json` prints, without the file's name. Raises `PackageTooHard`."""
        async with self._free:
            worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", package_worker.__name__, str(file), str(root),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                async with asyncio.timeout(self._time_limit_seconds):
                    out, err = await _outputs(worker)
            except TimeoutError:
                raise PackageTooHard(f"it took longer than {self._time_limit_seconds:g} s") from None
            finally:
                await _ended(worker)
        if worker.returncode:
            _log.warning("a package was not verified", code=worker.returncode, error=err.decode("utf-8", "replace"))
            raise PackageTooHard(f"it needs more memory or time than is given to it (exit code {worker.returncode})")
        document: dict[str, Any] = await asyncio.to_thread(json.loads, out)
        return document


async def _outputs(worker: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """What a worker prints until it ends, and the last of what it complains of. Raises `PackageTooHard`."""
    if worker.stdout is None or worker.stderr is None:
        raise TypeError("the worker's outputs are not pipes")
    complaint = asyncio.create_task(_last(worker.stderr, _MAX_COMPLAINT_BYTES), name="package-complaint")
    try:
        verdict = bytearray()
        while piece := await worker.stdout.read(1 << 16):
            verdict += piece
            if len(verdict) > MAX_VERDICT_BYTES:
                raise PackageTooHard(f"its verdict is longer than {MAX_VERDICT_BYTES} bytes")
        said = await complaint
        await worker.wait()
    finally:
        await end_tasks([complaint])
    return bytes(verdict), said


async def _ended(worker: asyncio.subprocess.Process) -> None:
    """End a worker for good. What it printed is read off: asyncio waits for the end of its outputs too."""
    with suppress(ProcessLookupError):
        worker.kill()
    for output in (worker.stdout, worker.stderr):
        while output is not None and await output.read(1 << 16):
            pass
    await worker.wait()


async def _last(stream: asyncio.StreamReader, length: int) -> bytes:
    kept = b""
    while piece := await stream.read(1 << 16):
        kept = (kept + piece)[-length:]
    return kept
