"""Has the stores verified by another process, that knows the root key alone."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from services.errors import CannotRun
from services.identity.directory_folder import DirectoryFolder
from services.verify.verdict import NetworkVerdict, verdict_from_json

_EXIT_CODES = (0, 1)


class VerificationFailed(CannotRun):
    """The verifying process gave no verdict."""


async def verify_in_other_process(folder: Path) -> NetworkVerdict:
    """The verdict of `python -m services.verify` over a folder whose services have stopped.

    Raises `VerificationFailed`.
    """
    root = str(DirectoryFolder.of(folder).root)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.verify", "--dir", str(folder), "--root", root, "--json",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        output, errors = await process.communicate()
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode not in _EXIT_CODES or not output:
        said = errors.decode("utf-8", "replace").strip().splitlines()
        raise VerificationFailed(
            what="the stores were not verified",
            why=said[-1] if said else f"the verifying process ended with code {process.returncode}",
            next_step="run `python -m services.verify` by hand on the folder",
        )
    return verdict_from_json(json.loads(output))
