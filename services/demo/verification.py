"""Has the stores verified by another process, that knows the root key alone."""

from __future__ import annotations

import json
from pathlib import Path

from services.demo.other_process import run_module
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
    ended = await run_module("services.verify", "--dir", str(folder), "--root", root, "--json")
    if ended.code not in _EXIT_CODES or not ended.output:
        raise VerificationFailed(
            what="the stores were not verified",
            why=ended.last_words,
            next_step="run `python -m services.verify` by hand on the folder",
        )
    return verdict_from_json(json.loads(ended.output))
