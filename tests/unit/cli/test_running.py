"""Services and brokers as processes of their own, driven by the command line alone."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.unit.cli.office import SUSPICION, Office, Running, wait_for

pytestmark = pytest.mark.broker


@pytest.fixture
def town(office: Office) -> Iterator[tuple[Office, dict[str, Running]]]:
    """Broker, dic, police and vnpt, each a process."""
    office.environment["PHOIHOP_LANG"] = "en"
    with ExitStack() as stack:
        running = {"broker": stack.enter_context(office.running("broker", "run", says="The broker runs at"))}
        for agency in ("dic", "police", "vnpt"):
            running[agency] = stack.enter_context(office.running("agency", "run", "--as", agency, says=" runs, broker"))
        yield office, running


def test_what_is_sent_arrives_and_is_receipted(town: tuple[Office, dict[str, Running]]) -> None:
    office, _ = town
    signed = office.json("send", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))
    assert signed["service_woken"] is True
    event = signed["signed"][0]["event"]
    wait_for(lambda: not office.json("status", "--as", "vnpt")["unreceipted"], "receipts")
    rows = office.json("ledger", "--as", "vnpt", "--event", event)["deliveries"]
    assert [(row["recipient"], row["outcome"], row["incoming_number"], row["receipted"]) for row in rows] == [
        ("dic", "admitted", 1, True),
        ("police", "admitted", 1, True),
    ]
    received = office.json("inbox", "--as", "police")["received"]
    assert [one["event_id"] for one in received] == [event]
    status = office.json("status", "--as", "dic")
    assert status["service_running"] is True
    assert status["broker"]["answers"] is True
    # The focal point's service lays its routing proposal before the head.
    wait_for(lambda: office.json("inbox", "--as", "dic", "--drafts")["drafts"], "the routing proposal")
    draft = office.json("inbox", "--as", "dic", "--drafts")["drafts"][0]
    assert draft["event_type"] == "SuspicionReferred"
    assert office.json("sign", "--as", "dic", draft["draft_id"])["signed"][0]["type"] == "SuspicionReferred"


def test_signals_end_it_in_order_and_a_restart_resumes(town: tuple[Office, dict[str, Running]]) -> None:
    office, running = town
    assert running["police"].stop(signal.SIGTERM) == 0
    assert running["dic"].stop(signal.SIGINT) == 130
    office.send("vnpt", SUSPICION)
    wait_for(lambda: office.json("status", "--as", "vnpt")["unreceipted"] == {"dic": 1, "police": 1}, "the debt")
    with office.running("agency", "run", "--as", "dic", says=" runs, broker"):
        wait_for(lambda: office.json("status", "--as", "vnpt")["unreceipted"] == {"police": 1}, "dic's receipt")
    assert "Traceback" not in "".join(one.text() for one in running.values())
    assert running["broker"].stop(signal.SIGINT) == 130
    assert office.json("status", "--as", "vnpt")["broker"] is None


def test_an_agency_joins_is_revoked_and_let_back_in_while_all_run(town: tuple[Office, dict[str, Running]]) -> None:
    office, _ = town
    added = office.json("agency", "add", "viettel", "--demo-keys")
    assert (added["directory_version"], added["change"]) == (2, "added")
    assert set(added["services_woken"]) == {"dic", "police", "vnpt"}
    again = office.run("agency", "add", "viettel", "--demo-keys")
    assert again.exit_code == 2
    with office.running("agency", "run", "--as", "viettel", says=" runs, broker"):
        office.send("viettel", SUSPICION)
        wait_for(lambda: not office.json("status", "--as", "viettel")["unreceipted"], "receipts for the newcomer")
        revoked = office.json("agency", "revoke", "viettel")
        assert revoked["directory_version"] == 3
        held = office.run("send", "--as", "viettel", "-", stdin=json.dumps(SUSPICION))
        assert held.exit_code == 1
        assert "revoked" in held.stderr
    said = office.process("agency", "run", "--as", "viettel")
    assert said.returncode == 3, said.stderr
    assert "Traceback" not in said.stderr
    assert office.run("agency", "revoke", "viettel").exit_code == 2
    assert "revoked" in office.run("directory", "show").output

    renewed = office.json("agency", "renew", "viettel", "--demo-keys")
    assert (renewed["directory_version"], renewed["change"]) == (4, "renewed")
    with office.running("agency", "run", "--as", "viettel", says=" runs, broker"):
        office.send("viettel", SUSPICION)
        wait_for(lambda: not office.json("status", "--as", "viettel")["unreceipted"], "receipts under the new keys")
    credentials = office.folder / "agencies/viettel/keys/nats.creds"
    before = credentials.read_bytes()
    assert office.json("agency", "renew", "viettel", "--demo-keys")["directory_version"] == 5
    assert credentials.read_bytes() == before, "who was not revoked keeps its place at the broker"


def test_one_process_with_its_own_broker(office: Office) -> None:
    office.environment["PHOIHOP_LANG"] = "en"
    with office.running("agency", "run", "--as", "vnpt", "--with-broker", says=" runs, broker") as running:
        assert office.json("status", "--as", "vnpt")["broker"]["answers"] is True
        assert running.stop(signal.SIGINT) == 130
    assert "Traceback" not in running.text()


def test_held_messages_are_examined_again(office: Office) -> None:
    """Nothing is held here; the command still goes the whole way through the record and says so."""
    retried = office.json("inbox", "retry", "--as", "vnpt")
    assert retried["examined"] == 0
    assert retried["service_woken"] is False
