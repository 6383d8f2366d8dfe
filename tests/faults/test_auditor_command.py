"""`phoihop auditor run` and `status` as processes: started, ended, killed at any moment, started again."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from services.auditor.checkpoints import Checkpoints
from services.auditor.endpoint import running_log_url
from services.auditor.ledger import Ledger
from services.auditor.log_check import entries_from, open_tree
from services.auditor.log_folder import LogFolder
from services.auditor.places import ledger_file, log_folder
from tests.unit.cli.office import SHARED, Office, make_office, wait_for

pytestmark = [pytest.mark.broker, pytest.mark.slow]

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "services/cli/schemas/auditor-status.json").read_text("utf-8")
)
AUDITOR = ("auditor", "run", "--lang", "en", "--checkpoint-seconds", "0.1")
RUNS = "The auditor runs"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path)
    with (
        made.running("broker", "run", "--lang", "en", says="runs"),
        made.running("agency", "run", "--as", "police", "--lang", "en", says="runs"),
        made.running("agency", "run", "--as", "vnpt", "--lang", "en", says="runs"),
    ):
        yield made


def status(office: Office) -> dict[str, Any]:
    document: dict[str, Any] = office.json("auditor", "status")
    Draft202012Validator(SCHEMA).validate(document)
    return document


def logged_and_signed(office: Office, events: int) -> bool:
    found = status(office)
    return (
        found["events"] >= events
        and found["checkpoint"] is not None
        and (found["checkpoint"]["size"] == found["entries"])
    )


def test_it_runs_says_how_it_stands_and_ends_in_order(office: Office) -> None:
    before = office.run("auditor", "status", "--lang", "en")
    assert before.exit_code == 3
    assert "phoihop auditor run" in before.stderr
    with office.running(*AUDITOR, says=RUNS) as auditor:
        office.send("vnpt", SHARED)
        wait_for(lambda: logged_and_signed(office, 2), "document and receipt are under a checkpoint")
        found = status(office)
        assert found["service_running"]
        assert httpx.get(f"{found['log_url']}/checkpoint").text.splitlines()[1] == str(found["entries"])
        shown = office.run("auditor", "status", "--lang", "en")
        assert str(found["checkpoint"]["root"]) in shown.stdout
        twice = office.process(*AUDITOR)
        assert twice.returncode == 3
        auditor.process.send_signal(signal.SIGINT)
        assert auditor.process.wait(20) == 130
    after = status(office)
    assert (after["service_running"], after["log_url"]) == (False, None)
    assert running_log_url(office.folder) is None
    assert after["events"] == found["events"]


@pytest.mark.parametrize("options", [("--http", "here"), ("--http", "127.0.0.1:99999"), ("--tsa", "http://x.example"),
                                     ("--checkpoint-seconds", "0")])  # fmt: skip
def test_what_cannot_be_meant_is_a_usage_error(tmp_path: Path, options: tuple[str, ...]) -> None:
    result = make_office(tmp_path).run("auditor", "run", *options, "--lang", "en")
    assert result.exit_code == 2, result.stderr
    assert "Error" in result.stderr


def test_killed_again_and_again_it_logs_every_event_once(office: Office) -> None:
    """SIGKILL at moments that nobody chose, while mail comes in; then the log is whole and the same."""
    sent = 0
    seen: dict[int, bytes] = {}
    for round_number in range(3):
        with office.running(*AUDITOR, says=RUNS) as auditor:
            for _ in range(3):
                office.send("vnpt", SHARED)
                sent += 1
                checkpoints = log_folder(office.folder) / "checkpoints"
                seen |= {int(file.name): file.read_bytes() for file in checkpoints.iterdir() if file.name.isdecimal()}
            if round_number % 2:
                wait_for(lambda: status(office)["entries"] > 0, "something is logged")
            auditor.process.kill()
            auditor.process.wait()
    with office.running(*AUDITOR, says=RUNS):
        wait_for(lambda: _documents(office) == sent, "every document is logged")
        # A receipt is cumulative: documents that came together have one between them.
        wait_for(lambda: not office.json("status", "--as", "vnpt")["unreceipted"], "every document is receipted")
        wait_for(lambda: logged_and_signed(office, sent + 1), "all is signed")
    with Ledger(ledger_file(office.folder), "lao-cai") as ledger:
        newest = Checkpoints(ledger).newest()
        assert newest is not None
        folder = LogFolder(log_folder(office.folder))
        tree = open_tree(ledger, folder, newest)
        assert (tree.size, tree.root) == (newest.size, newest.root)
        assert sum(map(len, entries_from(ledger, 0))) == ledger.size
        for size, note in seen.items():
            # Nothing that was ever readable was taken back.
            assert (folder.read(f"checkpoints/{size}") or b"").startswith(note.split(b"\n\n")[0])


def _documents(office: Office) -> int:
    with Ledger(ledger_file(office.folder), "lao-cai", read_only=True) as ledger:
        return sum(b'"type":"vn.phoihop.InfoShared.v1"' in event.envelope for event in ledger.read())
