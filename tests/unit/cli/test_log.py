"""`phoihop log …` and `phoihop audit open`, at records on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from events import base64url
from events.arrival import Arrival
from events.instants import parse_instant
from events.note import parse_note
from events.payload import content_digest
from events.record_entry import EntryKind, LocalEntry, RecordEntry
from events.regulation.regulations import load_rules
from events.transparency.checkpoint import parse_checkpoint
from events.types.transparency import ContentOpened, LogAlarmRaised, LogProblem
from services.agency.admitting import take_in
from services.agency.clock import system_now
from services.agency.context import Context
from services.agency.copies import SIGNATURE_HEADER, copies
from services.agency.issuing import issue_protocol
from services.agency.record import Record
from services.identity.directory_folder import DirectoryFolder
from services.identity.signer import FileSigner
from services.web.pages import log as log_page
from services.witness.notebook import OWN_CURSOR, Notebook, Proof
from services.witness.opening import MAX_CONTENT_BYTES, NotToBeOpened, open_content
from tests.contract.test_cli_json import check
from tests.unit.cli.office import SHARED, SUSPICION, Office, make_office
from tests.unit.witness.small_log import SmallLog


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("office"))


@contextmanager
def desk(office: Office, agency: str) -> Iterator[tuple[Record, Context, FileSigner]]:
    directory = DirectoryFolder.of(office.folder).load()
    record = Record(office.folder / "agencies" / agency / "record.sqlite", agency, directory.province)
    try:
        yield (
            record,
            Context(agency, directory, load_rules(directory.regulation)),
            FileSigner.of(office.folder, agency, "service"),
        )
    finally:
        record.close()


def own_alarm(office: Office, problem: LogProblem, *notes: str) -> str:
    """What the witness of VNPT's service would have raised."""
    with desk(office, "vnpt") as (record, context, signer), record.writing() as transaction:
        content = LogAlarmRaised(problem=problem, explanation="so it is", checkpoints=notes)
        entry = issue_protocol(transaction, content, ("auditor", "police"), signer, context, system_now())
        Notebook.within(transaction).raise_alarm(entry.event.envelope.id, entry.position, "vnpt", problem, Proof.PROVEN)
        return entry.event.envelope.id


def alarms(office: Office, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = check("log-alarms", office.json("log", "alarms", "--as", "vnpt", *more))["alarms"]
    return found


def test_without_an_address_an_agency_says_that_it_is_no_witness(office: Office) -> None:
    standing = check("log-status", office.json("log", "status", "--as", "police"))
    assert (standing["witnessing"], standing["address"], standing["verified"]) == (False, None, None)
    assert "no witness" in office.run("log", "status", "--as", "police", "--lang", "en").stdout
    assert "không làm chứng" in office.run("log", "status", "--as", "police").stdout


def test_an_address_that_is_none_is_refused_at_once(office: Office) -> None:
    result = office.run("agency", "run", "--as", "vnpt", "--log-url", "nowhere", "--lang", "en")
    assert result.exit_code == 2
    assert "'nowhere' is no address of the log's tiles" in result.stderr


def test_an_alarm_is_shown_and_accepted_with_all_over_the_same_problem(office: Office) -> None:
    first, second = own_alarm(office, LogProblem.LEFT_OUT), own_alarm(office, LogProblem.LEFT_OUT)
    other = own_alarm(office, LogProblem.MISSTATED)
    assert check("log-status", office.json("log", "status", "--as", "vnpt"))["refusing"]
    accepted = check(
        "log-accept", office.json("log", "accept", "--as", "vnpt", second, "--by", "An", "--reason", "đã rõ")
    )
    assert set(accepted["accepted"]) == {first, second}
    standing = {alarm["id"]: (alarm["standing"], alarm["reason"], alarm["blocks"]) for alarm in alarms(office)}
    assert standing[first] == standing[second] == ("accepted", "đã rõ", False)
    assert standing[other] == ("open", None, True)
    assert [alarm["id"] for alarm in alarms(office, "--open")] == [other]
    shown = office.run("log", "alarms", "--as", "vnpt", "--lang", "en").stdout
    assert "accepted: đã rõ" in shown
    again = office.run("log", "accept", "--as", "vnpt", first, "--by", "An", "--reason", "x", "--lang", "en")
    assert (again.exit_code, "accepted already" in again.stderr) == (2, True)
    office.json("log", "accept", "--as", "vnpt", other, "--by", "An", "--reason", "đã rõ")
    assert not office.json("log", "status", "--as", "vnpt")["refusing"]
    with desk(office, "vnpt") as (record, _, _):
        kept = [e.data for e in record.all_entries() if isinstance(e, LocalEntry) and e.name == "LogAlarmAccepted"]
    assert kept[0] == {"problem": "left_out", "by": "An", "reason": "đã rõ", "follow": False}


def test_an_open_alarm_shows_however_many_newer_ones_have_ended(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands = own_alarm(office, LogProblem.MISSTATED)
    over = ""
    for _ in range(2):
        over = own_alarm(office, LogProblem.LEFT_OUT)
        office.json("log", "accept", "--as", "vnpt", over, "--by", "An", "--reason", "đã rõ")
    assert [alarm["id"] for alarm in alarms(office, "--open", "--limit", "1")] == [stands]
    monkeypatch.setattr(log_page, "SHOWN", 1)
    with desk(office, "vnpt") as (record, context, _):
        house: Any = SimpleNamespace(
            service=SimpleNamespace(record=record, context=context, now=system_now), agency="vnpt"
        )
        assert [line.alarm.event_id for line in log_page._look(house).alarms] == [over, stands]
    office.json("log", "accept", "--as", "vnpt", stands, "--by", "An", "--reason", "đã rõ")


def test_an_alarm_that_is_not_there(office: Office) -> None:
    result = office.run("log", "accept", "--as", "vnpt", "ffff", "--by", "An", "--reason", "x", "--lang", "en")
    assert (result.exit_code, "here is no alarm 'ffff'" in result.stderr) == (2, True)


def test_after_a_fork_the_other_tree_may_be_followed(office: Office, tmp_path: Path) -> None:
    signer = FileSigner.of(office.folder, "auditor", "service")
    kept = SmallLog(tmp_path / "kept", signer, signer.public_key).strangers(4)
    other = SmallLog(tmp_path / "other", signer, signer.public_key).strangers(6, first=50)
    stalled = own_alarm(office, LogProblem.STALLED, other.note())
    nothing = office.run(
        "log", "accept", "--as", "vnpt", stalled, "--by", "An", "--reason", "x", "--follow", "--lang", "en"
    )
    assert (nothing.exit_code, "cannot be followed" in nothing.stderr) == (2, True)
    with desk(office, "vnpt") as (record, _, _), record.writing() as transaction:
        seen = parse_checkpoint(parse_note(kept.note()).text)
        Notebook.within(transaction).see(seen, kept.note(), parse_instant("2026-11-21T03:00:00.000Z"), 1)
        transaction.move_cursor(OWN_CURSOR, 3)
    forked = own_alarm(office, LogProblem.FORKED, kept.note(), other.note())
    office.json("log", "accept", "--as", "vnpt", forked, "--by", "An", "--reason", "dựng lại", "--follow")
    standing = office.json("log", "status", "--as", "vnpt")
    assert standing["verified"]["size"] == 6
    assert standing["verified"]["root"] == other.root.hex()
    assert standing["asked_upto"] == 0


def test_sender_and_recipient_open_a_content_to_the_auditor(office: Office) -> None:
    sent = office.send("vnpt", SUSPICION)
    opened = check(
        "audit-open", office.json("audit", "open", "--as", "vnpt", sent["event"], "--reason", "theo yêu cầu")
    )
    with desk(office, "vnpt") as (record, _, _):
        said = next(e for e in record.all_entries() if isinstance(e, RecordEntry) and _id(e) == opened["opened_in"])
        document = next(e for e in record.all_entries() if isinstance(e, RecordEntry) and _id(e) == sent["event"])
    assert said.event.envelope.agencies == ("auditor",)
    content = ContentOpened.from_bytes(said.event.content_bytes)
    assert (content.event, content.digest, content.reason) == (sent["event"], opened["digest"], "theo yêu cầu")
    salted = content_digest(base64url.decode(content.salt), base64url.decode(content.content))
    assert salted == document.event.envelope.contentdigest
    _deliver(office, document, "police")
    by_police = office.json("audit", "open", "--as", "police", sent["event"], "--reason", "theo yêu cầu")
    assert by_police["digest"] == opened["digest"]


def test_what_is_not_held_is_not_opened(office: Office) -> None:
    shared = office.send("police", SHARED | {"recipients": ["dic"]})
    result = office.run("audit", "open", "--as", "vnpt", shared["event"], "--reason", "x", "--lang", "en")
    assert result.exit_code == 2
    reasonless = office.run("audit", "open", "--as", "police", shared["event"], "--lang", "en")
    assert reasonless.exit_code == 2


def test_what_was_taken_over_and_what_is_too_large_is_not_opened(office: Office) -> None:
    with desk(office, "police") as (record, context, signer), record.writing() as transaction:
        entry = next(e for e in record.all_entries() if isinstance(e, RecordEntry) and e.kind is EntryKind.SENT)
        large = replace(entry, event=replace(entry.event, content_bytes=bytes(MAX_CONTENT_BYTES + 1)))
        for wrong in (replace(entry, kind=EntryKind.INHERITED), large):
            with pytest.raises(NotToBeOpened):
                open_content(transaction, wrong, "x", signer, context, system_now())


def _id(entry: RecordEntry) -> str:
    return entry.event.envelope.id


def _deliver(office: Office, entry: RecordEntry, to: str) -> None:
    (message,) = copies(entry.event, to=(to,))
    arrival = Arrival(message.subject, message.payload, message.headers[SIGNATURE_HEADER], 1, system_now())
    with desk(office, to) as (record, context, signer), record.writing() as transaction:
        take_in(transaction, [arrival], context, signer, system_now())
