"""What a demonstration leaves for a judge: its first case as an evidence package, verified by a process of its own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from services.demo.other_process import run_module
from services.errors import CannotRun
from services.evidence.export import export_package
from services.evidence.manifest import Selection
from services.evidence.selecting import first_case
from services.evidence.source import Source
from services.evidence.withholding import Withheld
from services.identity.directory_folder import DirectoryFolder

PACKAGE = "vu-viec.zip"


class EvidenceUnsound(CannotRun):
    """The demonstration's own evidence does not verify."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A package that was written and verified: its file, the root key that it was verified with, what it holds."""

    file: Path
    root: str
    documents: int
    deliveries: int


async def hand_out_evidence(folder: Path) -> HandedOut:
    """Export the first case of a folder whose services have stopped, in place of an earlier package; have it verified.

    Raises `EvidenceUnsound`, and what `export_package` raises.
    """
    file = folder / PACKAGE
    await asyncio.to_thread(_export, folder, file)
    root = str(DirectoryFolder.of(folder).root)
    ended = await run_module("services.cli", "audit", "verify", str(file), "--root", root, "--json")
    if ended.code != 0:
        raise EvidenceUnsound(
            what="the demonstration's evidence does not verify",
            why=ended.last_words,
            next_step=f"run `phoihop audit verify {file} --root {root}` by hand",
        )
    verdict = json.loads(ended.output)
    return HandedOut(file, root, verdict["holds"]["documents"], verdict["deliveries"])


def _export(folder: Path, file: Path) -> None:
    file.unlink(missing_ok=True)
    with Source.of(folder) as source:
        selection = Selection("case", case=first_case(source.ledger))
        export_package(file, source, selection, Withheld(), lambda *_: None)
