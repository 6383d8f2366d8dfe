"""The log's writer under SIGKILL at its steps: the log goes on with the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.auditor.append_rate import events_only
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file
from services.bench.history import make_history
from tests.faults.log_writer_kills import PROVINCE, SIZES, grow, write_log


@pytest.mark.slow
def test_killed_at_its_steps_the_writer_goes_on_with_the_same_bytes(tmp_path: Path) -> None:
    network, whole = tmp_path / "network", tmp_path / "whole.sqlite"
    make_history(network, 700, end=datetime(2026, 11, 21, tzinfo=UTC))
    events_only(ledger_file(network), whole, PROVINCE)
    killed, unbroken = tmp_path / "killed", tmp_path / "unbroken"
    killed.mkdir()
    unbroken.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.log_writer_kills", network, whole, killed],
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["lives"] > 100
    for size in SIZES:
        grow(whole, unbroken / "ledger.sqlite", size)
        write_log(network, unbroken / "ledger.sqlite", unbroken / "log")
    wanted, found = files_of(unbroken / "log"), files_of(killed / "log")
    assert {path: found.get(path) for path in wanted} == wanted
    assert all(".p/" in path for path in found.keys() - wanted.keys())
    with Ledger(killed / "ledger.sqlite", PROVINCE) as one, Ledger(unbroken / "ledger.sqlite", PROVINCE) as other:
        query = "SELECT size, note FROM checkpoints ORDER BY size"
        assert one.connection.execute(query).fetchall() == other.connection.execute(query).fetchall()


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
