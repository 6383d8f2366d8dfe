"""The history replayed from the broker's stream, and held against the auditor's ledger."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.auditor.places import ledger_file
from tests.contract.test_cli_json import check
from tests.unit.cli.office import SHARED, SUSPICION, Office, make_office, wait_for

pytestmark = [pytest.mark.broker, pytest.mark.slow]

AUDITOR = ("auditor", "run", "--lang", "en", "--checkpoint-seconds", "0.1")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path)
    with (
        made.running("broker", "run", "--lang", "en", says="runs"),
        made.running("agency", "run", "--as", "dic", "--lang", "en", says="runs"),
        made.running("agency", "run", "--as", "police", "--lang", "en", says="runs"),
        made.running("agency", "run", "--as", "vnpt", "--lang", "en", says="runs"),
    ):
        yield made


def taken_in(office: Office, at_least: int) -> None:
    """Run the auditor's service until it has so many events."""
    with office.running(*AUDITOR, says="The auditor runs"):
        wait_for(lambda: office.json("auditor", "status")["events"] >= at_least, f"{at_least} events in the ledger")
        busy = office.process("audit", "replay", "--source", "stream", "--json")
        assert busy.returncode == 3, "the auditor's service reads by the same durable"


def replayed(office: Office, *words: str) -> tuple[int, Any]:
    result = office.process("audit", "replay", "--source", "stream", "--json", *words)
    return result.returncode, json.loads(result.stdout)


def test_the_stream_and_the_ledger_are_the_same_history(office: Office) -> None:
    office.send("vnpt", SUSPICION)
    office.send("dic", SHARED)
    taken_in(office, 4)
    code, verdict = replayed(office)
    check("audit-replay", verdict)
    assert (code, verdict["findings"]) == (0, [])
    assert verdict["source"] == "stream"
    assert verdict["stream"]["events"] == verdict["events"] >= 4
    assert verdict["stream"]["only_in_ledger"] == 0

    # The service goes on where its ledger stood.
    office.send("dic", SHARED)
    taken_in(office, verdict["events"] + 1)

    # What was taken out of the ledger, the stream still has; what was altered there, it has as it was.
    with closing(sqlite3.connect(ledger_file(office.folder))) as connection, connection:
        rows = connection.execute("SELECT first_index, event_id FROM logged ORDER BY first_index").fetchall()
        connection.execute("DELETE FROM logged WHERE first_index = ?", rows[0][:1])
        connection.execute("UPDATE logged SET stored_at = ? WHERE first_index = ?", ("2020-01-01", *rows[1][:1]))
    code, verdict = replayed(office)
    assert code == 1
    assert {(each["check"], each["event"]) for each in verdict["findings"]} == {
        ("trimmed", rows[0][1]),
        ("entry-mismatch", rows[1][1]),
    }
