"""Attacks on the history: each is caught, and by its name. The package's own are in `test_package_attacks`."""

from __future__ import annotations

import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.audit.data_member import data_member
from events.audit.finding import AuditCheck
from events.note import parse_note
from events.types.transparency import CheckpointCosigned, ExchangeViewStated
from services.bench.load import PROVINCE
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy, init_province
from services.identity.pkcs8 import DEMONSTRATION
from services.provinces import load_province
from tests.contract.audit_forger import END, Evidence, Insider, made_history


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_history(tmp_path_factory.mktemp("audited"))


@pytest.fixture
def evidence(made: Path, tmp_path: Path) -> Evidence:
    return Evidence(made, tmp_path / "evidence")


@pytest.fixture
def insider(evidence: Evidence) -> Insider:
    return Insider(evidence)


def test_an_untampered_history_gives_no_finding(evidence: Evidence) -> None:
    verdict = evidence.verdict()
    assert verdict.findings == ()
    assert verdict.verified
    assert verdict.witnessed_entries == verdict.signed_entries == verdict.entries
    assert (verdict.receipted, verdict.unreceipted) == (verdict.deliveries, 0)
    assert verdict.statements > 0
    assert verdict.checkpoints > 1


def test_a_history_that_an_honest_agency_goes_on_with_gives_none(insider: Insider) -> None:
    insider.history.play(3)
    insider.tell("trade")
    assert insider.finish().found() == set()


# --- events ---


def test_an_event_altered(evidence: Evidence) -> None:
    index, envelope, _ = evidence.document("police", "InfoRequested")
    altered = envelope.replace(b'"role":"police"', b'"role":"trade"')
    evidence.write("UPDATE logged SET envelope = ? WHERE first_index = ?", altered, index)
    found = evidence.found()
    assert {AuditCheck.SIGNATURE, AuditCheck.ENTRY_MISMATCH} <= found
    assert AuditCheck.SIGNATURE in evidence.found(full=False, with_log=False)


def test_an_event_dropped(evidence: Evidence) -> None:
    index, _, _ = evidence.document("police", "InfoShared")
    evidence.write("DELETE FROM logged WHERE first_index = ?", index)
    found = evidence.found()
    assert {AuditCheck.GAP, AuditCheck.NOT_IN_LOG, AuditCheck.ENTRY_MISMATCH} <= found
    assert AuditCheck.GAP in evidence.found(full=False, with_log=False)


def test_an_event_dropped_and_the_rest_closed_up(evidence: Evidence) -> None:
    index, _, _ = evidence.document("police", "InfoRequested")
    evidence.write("DELETE FROM logged WHERE first_index = ?", index)
    evidence.write("UPDATE logged SET first_index = -first_index WHERE first_index > ?", index)
    evidence.write("UPDATE logged SET first_index = -first_index - 1 WHERE first_index < 0")
    assert {AuditCheck.GAP, AuditCheck.LOG_ROLLED_BACK} <= evidence.found()


def test_an_event_inserted_by_a_stranger(evidence: Evidence, tmp_path: Path) -> None:
    strangers = tmp_path / "strangers"
    init_province(
        strangers, load_province(PROVINCE), agencies=["police", "dic", "auditor"], passphrase_for=lambda _: None,
        clock="real", now=END - timedelta(days=30), policy=KeyPolicy(cost=DEMONSTRATION),
    )  # fmt: skip
    keys = evidence.folder / "agencies" / "police" / "keys"
    shutil.copy(strangers / "agencies" / "police" / "keys" / "service.key", keys / "service.key")
    insider = Insider(evidence)
    insider.history.agencies["police"].head = insider.history.agencies["police"].service
    insider.tell("trade")
    assert AuditCheck.KEY_UNKNOWN in insider.finish().found()


def test_an_event_inserted_under_a_signed_checkpoint(insider: Insider) -> None:
    inserted = insider.tell("dic", remember=False)
    evidence = insider.finish()
    # Moved to where the checkpoints before did not have it.
    index = evidence.one("SELECT first_index FROM logged WHERE event_id = ?", inserted.event_id)[0]
    evidence.write("UPDATE logged SET first_index = -1 WHERE first_index = ?", index)
    evidence.write("UPDATE logged SET first_index = -first_index - 2 WHERE first_index >= 300")
    evidence.write("UPDATE logged SET first_index = -first_index - 1 WHERE first_index < -1")
    evidence.write("UPDATE logged SET first_index = 300 WHERE first_index = -1")
    assert {AuditCheck.ENTRY_MISMATCH, AuditCheck.ORDER} & evidence.found()


def test_events_reordered(evidence: Evidence) -> None:
    rows = evidence.read(
        "SELECT first_index FROM logged WHERE entries = 1 AND instr(envelope, '\"docnumber\"') ORDER BY first_index"
    )
    first, second = rows[5][0], rows[60][0]
    for before, after in ((first, -1), (second, first), (-1, second)):
        evidence.write("UPDATE logged SET first_index = ? WHERE first_index = ?", after, before)
    verdict = evidence.verdict()
    order = [finding for finding in verdict.findings if finding.check is AuditCheck.ORDER]
    assert {finding.where for finding in order} == {f"entry {first}", f"entry {second}"}
    assert AuditCheck.ENTRY_MISMATCH in evidence.found(full=False, with_log=False)


# --- time ---


def test_dated_before_the_event_whose_envelope_it_names(insider: Insider) -> None:
    event = insider.tell("dic", time=insider.history.log.now - timedelta(hours=3))
    findings = insider.finish().verdict().findings
    assert (AuditCheck.BACK_DATED, event.event_id) in {(finding.check, finding.event) for finding in findings}


def test_dated_before_the_document_number_before(insider: Insider) -> None:
    # To somebody who never got anything from it: no chain contradicts, the outgoing register does.
    event = insider.tell("market", time=insider.history.log.now - timedelta(hours=3))
    findings = insider.finish().verdict().findings
    assert {(AuditCheck.BACK_DATED, event.event_id)} == {(finding.check, finding.event) for finding in findings}


def test_dated_before_a_receipt_that_its_sender_had_given(insider: Insider) -> None:
    insider.history.play(1)
    # Customs have sent nothing yet: neither chain nor register says anything.
    event = insider.say("customs", "InfoShared", "LC-8.2", "dic", time=insider.history.log.now - timedelta(hours=1))
    findings = insider.finish().verdict().findings
    assert (AuditCheck.BACK_DATED, event.event_id) in {(finding.check, finding.event) for finding in findings}


def test_dated_before_the_event_that_it_cites(insider: Insider) -> None:
    cited = insider.tell("trade", remember=True)
    event = insider.say(
        "trade", "SuspicionReported", "LC-9.2", "dic", cause=cited.event_id,
        time=insider.history.log.now - timedelta(minutes=2),
    )  # fmt: skip
    findings = insider.finish().verdict().findings
    assert (AuditCheck.BACK_DATED, event.event_id) in {(finding.check, finding.event) for finding in findings}


def test_late_in_order_after_an_outage_is_not_dated_back(insider: Insider) -> None:
    signed_at = insider.history.log.now
    insider.history.log.now += timedelta(days=3)
    for minute in range(3):
        insider.say("trade", "SuspicionReported", "LC-9.2", "dic", time=signed_at + timedelta(minutes=minute))
    assert insider.finish().found() == set()


# --- addresses and receipts ---


def test_addressed_to_one_and_delivered_to_another(insider: Insider) -> None:
    event = insider.tell("dic")
    count, _ = insider.history.heads["police", "dic"]
    insider.receipt("market", "police", event, count)
    assert AuditCheck.RECEIPT_FORGED in insider.finish().found()


def test_a_receipt_forged_in_anothers_name(insider: Insider) -> None:
    event = insider.tell("dic")
    count, _ = insider.history.heads["police", "dic"]
    forged = insider.receipt("dic", "police", event, count, signed_by="vnpt")
    findings = insider.finish().verdict().findings
    assert (AuditCheck.RECEIPT_FORGED, forged.event_id) in {(finding.check, finding.event) for finding in findings}


@pytest.mark.parametrize(
    ("line", "check"),
    [
        ({"digest": "A" * 43}, AuditCheck.RECEIPT_MISMATCH),
        ({"admitted_at": END - timedelta(days=5)}, AuditCheck.RECEIPT_MISMATCH),
        ({"stored_at": END - timedelta(days=5)}, AuditCheck.RECEIPT_MISMATCH),
        ({"incoming_number": 1}, AuditCheck.REGISTER),
        ({"incoming_number": 99_999}, AuditCheck.REGISTER),
        ({"count": 99_999}, AuditCheck.RECEIPT_FORGED),
        ({"directory_version": 2}, AuditCheck.DIRECTORY_ROLLED_BACK),
    ],
    ids=lambda value: value.value if isinstance(value, AuditCheck) else "-".join(value),
)
def test_a_receipt_that_is_not_true(insider: Insider, line: dict[str, Any], check: AuditCheck) -> None:
    event = insider.tell("dic")
    count, _ = insider.history.heads["police", "dic"]
    insider.receipt("dic", "police", event, count, **line)
    if check is AuditCheck.REGISTER:
        later = insider.tell("dic")
        insider.receipt("dic", "police", later, count + 1)
    assert check in insider.finish().found()


def test_a_delivery_that_a_receipt_passes_over(insider: Insider) -> None:
    silent = insider.tell("dic")
    insider.receipt("dic", "police", insider.tell("dic"), insider.history.heads["police", "dic"][0])
    findings = insider.finish().verdict().findings
    assert [(finding.check, finding.event) for finding in findings] == [(AuditCheck.UNRECEIPTED, silent.event_id)]


def test_a_delivery_without_any_receipt_is_counted_and_proves_nothing(insider: Insider) -> None:
    insider.tell("dic")
    verdict = insider.finish().verdict()
    assert verdict.verified
    assert verdict.unreceipted == 1


# --- keys, counts, rules ---


def test_a_key_used_outside_its_period(insider: Insider) -> None:
    event = insider.tell("trade", time=END - timedelta(days=400))
    findings = insider.finish().verdict().findings
    assert (AuditCheck.KEY_PERIOD, event.event_id) in {(finding.check, finding.event) for finding in findings}


def test_a_key_used_after_it_was_revoked(evidence: Evidence) -> None:
    signed_at = datetime.fromisoformat(evidence.one("SELECT stored_at FROM logged ORDER BY first_index DESC")[0])
    evidence.revoke("vnpt", signed_at - timedelta(hours=1))
    verdict = evidence.verdict()
    assert {finding.check for finding in verdict.findings} >= {AuditCheck.KEY_PERIOD}
    assert all(finding.check is AuditCheck.KEY_PERIOD for finding in verdict.findings if finding.event)


@pytest.mark.parametrize(("receipted_before", "check"), [(True, None), (False, AuditCheck.KEY_PERIOD)])
def test_what_arrived_after_a_revocation_and_was_signed_before(
    evidence: Evidence, *, receipted_before: bool, check: AuditCheck | None
) -> None:
    insider = Insider(evidence)
    signed_at = insider.history.log.now
    revoked_at = signed_at + timedelta(minutes=30)
    insider.history.log.now += timedelta(hours=1)
    event = insider.say("trade", "SuspicionReported", "LC-9.2", "dic", time=signed_at)
    # It had come to DIC before, by a copy that the broker lost.
    taken_at = signed_at + timedelta(minutes=1) if receipted_before else insider.history.log.now
    insider.receipt("dic", "trade", event, 1, admitted_at=taken_at, stored_at=None)
    insider.finish()
    evidence.revoke("trade", revoked_at)
    checks = {finding.check for finding in evidence.verdict().findings if finding.event == event.event_id}
    # The receipt says more than the log's own order, and so is told apart.
    assert checks - {AuditCheck.RECEIPT_MISMATCH} == ({check} if check else set())


def test_one_count_signed_twice(insider: Insider) -> None:
    _, before = insider.history.heads["police", "trade"] = 0, bytes(32)
    insider.tell("trade", previous=before)
    insider.history.heads["police", "trade"] = 0, before
    twice = insider.tell("trade", previous=before)
    findings = insider.finish().verdict().findings
    assert [(finding.check, finding.event) for finding in findings] == [(AuditCheck.COUNT_TWICE, twice.event_id)]


def test_a_chain_forked(insider: Insider) -> None:
    insider.tell("dic", previous=b"\x07" * 32)
    assert insider.finish().found() == {AuditCheck.CHAIN}


def test_counts_passed_over(insider: Insider) -> None:
    insider.tell("dic", count_step=3)
    assert insider.finish().found() == {AuditCheck.GAP}


def test_a_document_number_given_twice(insider: Insider) -> None:
    insider.tell("dic", number_step=0)
    assert insider.finish().found() == {AuditCheck.REGISTER}


@pytest.mark.parametrize(
    ("sender", "event_type", "clause", "recipient", "changes", "check"),
    [
        ("market", "InfoShared", "LC-7.2c", "dic", {}, AuditCheck.RULE),
        ("police", "InfoShared", "LC-8.2", "dic", {}, AuditCheck.RULE),
        ("police", "InfoShared", "LC-7.2c", "dic", {"role": "trade"}, AuditCheck.ROLE),
        ("police", "InfoRequested", "LC-3.3", "vnpt", {}, AuditCheck.RULE),
        ("vnpt", "InfoProvided", "LC-5.2", "police", {}, AuditCheck.RULE),
    ],
    ids=["sender", "clause", "role", "case", "answers-nothing"],
)
def test_an_unlawful_event_that_was_admitted(
    insider: Insider,
    sender: str,
    event_type: str,
    clause: str,
    recipient: str,
    changes: dict[str, Any],
    check: AuditCheck,
) -> None:
    event = insider.say(sender, event_type, clause, recipient, **changes)
    count, _ = insider.history.heads[sender, recipient]
    insider.receipt(recipient, sender, event, count)
    assert insider.finish().found() == {check}


def test_an_unlawful_event_that_nobody_admitted_is_counted(insider: Insider) -> None:
    insider.say("market", "InfoShared", "LC-7.2c", "dic")
    verdict = insider.finish().verdict()
    assert verdict.verified
    assert verdict.unlawful_refused == 1


def test_an_event_that_cites_what_is_not_there(insider: Insider) -> None:
    insider.tell("dic", cause="00000000-0000-7000-8000-000000000000")
    assert insider.finish().found() == {AuditCheck.NOT_IN_LOG}


# --- contents ---


def test_a_content_swapped_under_its_digest(evidence: Evidence) -> None:
    digest = evidence.one("SELECT digest FROM logged WHERE data IS NULL")[0]
    other = data_member(bytes(32), b'{"subject":"Kh\xc3\xa1c"}')
    evidence.write("INSERT INTO opened VALUES (?,?,'dic',?)", digest, other, bytes(32))
    assert evidence.found() == {AuditCheck.CONTENT_SWAPPED}


# --- the log ---


def test_the_log_forked_between_two_agencies(evidence: Evidence) -> None:
    size = evidence.one("SELECT size FROM checkpoints ORDER BY size DESC")[0]
    other = evidence.other_checkpoint(size, b"\x05" * 32)
    assert evidence.found(checkpoints=[other]) == {AuditCheck.LOG_FORKED}
    # The same, as a witness has sent it to the auditor.
    shown = data_member(bytes(32), CheckpointCosigned(checkpoint=other).to_bytes())
    evidence.write("INSERT INTO messages VALUES (1,?,1,'',x'',?,?)", bytes(32), "", shown)
    assert evidence.found() == {AuditCheck.LOG_FORKED}


def test_the_log_put_back_behind_what_it_has_shown(evidence: Evidence) -> None:
    newest = evidence.one("SELECT size, note FROM checkpoints ORDER BY size DESC")
    older = evidence.read("SELECT size FROM checkpoints ORDER BY size DESC LIMIT 1 OFFSET 1")[0][0]
    evidence.write("DELETE FROM logged WHERE first_index >= ?", older)
    for table in ("checkpoints", "cosignatures"):
        evidence.write(f"DELETE FROM {table} WHERE size > ?", older)  # noqa: S608
    shutil.copy(evidence.log / "checkpoints" / str(older), evidence.log / "checkpoint")
    assert AuditCheck.LOG_ROLLED_BACK in evidence.found(checkpoints=[newest[1]])


def test_a_checkpoint_rolled_back(evidence: Evidence) -> None:
    oldest = evidence.one("SELECT size FROM checkpoints ORDER BY size")[0]
    shutil.copy(evidence.log / "checkpoints" / str(oldest), evidence.log / "checkpoint")
    assert evidence.found() == {AuditCheck.LOG_ROLLED_BACK}


@pytest.mark.parametrize("pattern", ["tile/0/*", "tile/0/*.p/*", "tile/1/*.p/*", "tile/entries/*"])
def test_a_tile_or_bundle_flipped_by_one_bit(evidence: Evidence, pattern: str) -> None:
    file = next(path for path in sorted(evidence.log.glob(pattern)) if path.is_file())
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    verdict = evidence.verdict()
    assert [(f.check, f.where) for f in verdict.findings] == [
        (AuditCheck.LOG_TAMPERED, str(file.relative_to(evidence.log)))
    ]


def test_a_checkpoint_that_the_log_did_not_sign(evidence: Evidence) -> None:
    size, note = evidence.one("SELECT size, note FROM checkpoints ORDER BY size")
    signature = parse_note(note).signatures[0]
    forged = note.replace(str(signature).rpartition(" ")[2], str(signature).rpartition(" ")[2].swapcase())
    evidence.write("UPDATE checkpoints SET note = ? WHERE size = ?", forged, size)
    assert AuditCheck.CHECKPOINT_UNSIGNED in evidence.found()


def test_cosignatures_taken_away(evidence: Evidence) -> None:
    evidence.write("DELETE FROM cosignatures WHERE witness = 'police'")
    assert evidence.found(with_log=False) == {AuditCheck.COSIGNATURES_MISSING}
    # The log's files still bear what the ledger does not know of.
    assert evidence.found() == {AuditCheck.COSIGNATURES_MISSING, AuditCheck.LOG_TAMPERED}


def test_cosignatures_moved_to_another_checkpoint(evidence: Evidence) -> None:
    sizes = [row[0] for row in evidence.read("SELECT size FROM checkpoints ORDER BY size")]
    evidence.write("DELETE FROM cosignatures WHERE size = ?", sizes[1])
    evidence.write("UPDATE cosignatures SET size = ? WHERE size = ?", sizes[1], sizes[0])
    assert AuditCheck.COSIGNATURES_MISSING in evidence.found()


# --- the directory ---


def test_the_directory_swapped(evidence: Evidence, tmp_path: Path) -> None:
    other = tmp_path / "other"
    init_province(
        other, load_province(PROVINCE), agencies=["police", "dic", "auditor"], passphrase_for=lambda _: None,
        clock="real", now=END - timedelta(days=30), policy=KeyPolicy(cost=DEMONSTRATION),
    )  # fmt: skip
    evidence.write("UPDATE directories SET note = ?", DirectoryFolder.of(other).note(1))
    verdict = evidence.verdict()
    assert {finding.check for finding in verdict.findings} == {AuditCheck.DIRECTORY_SWAPPED}
    assert not verdict.verified


def test_a_second_version_that_the_root_did_not_sign(evidence: Evidence) -> None:
    note = evidence.one("SELECT note FROM directories")[0]
    evidence.write("INSERT INTO directories VALUES (2,?)", note)
    assert evidence.found() == {AuditCheck.DIRECTORY_SWAPPED}


def test_no_directory_at_all(evidence: Evidence) -> None:
    evidence.write("DELETE FROM directories")
    assert not evidence.verdict().verified


# --- trimmed ---


def test_the_end_trimmed(evidence: Evidence) -> None:
    last = evidence.one("SELECT MAX(first_index) FROM logged")[0]
    evidence.write("DELETE FROM logged WHERE first_index = ?", last)
    assert AuditCheck.LOG_ROLLED_BACK in evidence.found()


def test_the_beginning_trimmed(evidence: Evidence) -> None:
    evidence.write("DELETE FROM logged WHERE first_index < 40")
    assert AuditCheck.TRIMMED in evidence.found()


# --- views ---


def test_a_view_stated_falsely(insider: Insider) -> None:
    stated = ExchangeViewStated(year=2026, incoming_number=7, view_digest="A" * 43)
    insider.history.protocol("dic", stated, ("auditor",))
    assert AuditCheck.VIEW_DIFFERS in insider.finish().found()


# --- any byte ---

_COLUMNS = (
    ("logged", "envelope"), ("logged", "signature"), ("logged", "digest"), ("logged", "event_id"),
    ("logged", "stored_at"), ("logged", "data"), ("checkpoints", "note"), ("cosignatures", "line"),
    ("directories", "note"),
)  # fmt: skip


def _tamper_row(evidence: Evidence, table: str, column: str, chance: random.Random) -> bool:
    key = "size || ' ' || witness" if table == "cosignatures" else "rowid"
    rows = evidence.read(f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
    rowid, value = chance.choice(rows)
    data = bytearray(value.encode("utf-8") if isinstance(value, str) else value)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
    changed: object = bytes(data)
    if isinstance(value, str):
        try:
            changed = data.decode("utf-8")
        except UnicodeDecodeError:
            return False
    evidence.write(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", changed, rowid)  # noqa: S608
    return True


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_history(tmp_path_factory.mktemp("small"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_no_byte_can_be_changed_unseen(small: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    folder = tmp_path / str(seed)
    evidence = Evidence(small, folder)
    files = sorted(path for path in evidence.log.rglob("*") if path.is_file())
    place = chance.randrange(len(_COLUMNS) + 1)
    if place == len(_COLUMNS):
        file = chance.choice(files)
        data = bytearray(file.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(bytes(data))
        tampered = True
    else:
        tampered = _tamper_row(evidence, *_COLUMNS[place], chance)
    try:
        if tampered:
            assert not evidence.verdict().verified
    finally:
        shutil.rmtree(folder)
