"""Every command that README and docs/ show is run as it stands there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract.document_commands import ROOT, Block, blocks, reader

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_COMMANDS = [path for path in DOCUMENTS if any(block.runnable for block in blocks(path.read_text("utf-8")))]
_MAKE = shutil.which("make") or "/usr/bin/make"
NOT_RUN = {
    "python -m tests.faults.kill_campaign --kills 40",
    "phoihop attach bien-ban.pdf --as vnpt",
    "phoihop attachments --as police --missing",
    (
        "phoihop lookup --as dic --case 0193 --agency vnpt --record subscriber:+84915000417"
        ' --purpose "…" --officer "…" --position "…"'
    ),
    "phoihop agency inherit dic --as khcn",
    "phoihop audit export --case CASE -o case.zip",
    "phoihop audit export --from 2026-10-01 --to 2026-12-31 -o quarter.zip --without-content",
    "phoihop audit export --all -o all.zip --withhold EVENT",
    "phoihop audit verify case.zip --root KEY",
    "phoihop audit who-knew --agency police --case CASE --at 2026-11-20T16:00",
    "phoihop audit who-knew --event EVENT",
    "phoihop audit timeline CASE",
    "phoihop audit compare --agency dic --case CASE --at 2026-11-18 --at 2026-11-21",
    "phoihop audit replay --as-of 2026-10-05T09:00 --agency dic",
    "phoihop audit verify --root KEY",
    "phoihop token add archive --as auditor --role auditor --until +180d",
    "phoihop audit replay --package all.zip --root KEY",
    "cd tests/interop && npm ci && node verify.mjs case.zip KEY",
}


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.parametrize("document", WITH_COMMANDS, ids=names(WITH_COMMANDS))
def test_what_a_document_shows_can_be_done(document: Path, tmp_path: Path) -> None:
    shown = blocks(document.read_text("utf-8"))
    at_hand = reader(tmp_path)
    for block in shown:
        at_hand.follow(block)
        if "make demo" in block.commands:  # known to make; what it leaves behind is what comes next
            at_hand.follow(Block(("phoihop demo --once",)))
    assert at_hand.typed


def test_what_is_not_run_is_known_here() -> None:
    shown = [block for path in DOCUMENTS for block in blocks(path.read_text("utf-8"))]
    assert {command for block in shown if block.not_run for command in block.commands} == NOT_RUN


def test_no_command_stands_outside_a_fence() -> None:
    """An indented line would not be run."""
    programs = ("phoihop ", ".venv/", "python ", "make ", "export ", "nats-server ")
    loose = [
        f"{path.name}: {line.strip()}"
        for path in DOCUMENTS
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("    ") and line.strip().startswith(programs)
    ]
    assert loose == []


def test_every_make_target_that_is_named_exists() -> None:
    listed = subprocess.run([_MAKE, "help"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True).stdout
    targets = {line.split()[0] for line in listed.splitlines() if line.strip()}
    readme = (ROOT / "README.md").read_text("utf-8")
    for target in ("demo", "test", "check", "bench", "format", "lock"):
        assert target in targets
        assert f"make {target}" in readme


def test_a_broken_document_is_found(tmp_path: Path) -> None:
    shown = blocks(
        "Text\n\n```console\nphoihop no-such-command  # why\n```\n\n<!-- not run: takes long -->\n```sh\nx\n```\n"
    )
    assert shown == [Block(("phoihop no-such-command",)), Block(("x",), not_run="takes long")]
    at_hand = reader(tmp_path)
    with pytest.raises(AssertionError, match="no-such-command ended with 2"):
        at_hand.follow(shown[0])
    with pytest.raises(AssertionError, match="No rule to make target"):
        at_hand.follow(Block(("make no-such-target",)))
    at_hand.follow(shown[1])
    assert at_hand.typed == ["phoihop no-such-command", "make no-such-target"]
