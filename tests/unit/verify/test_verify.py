"""Verification: a whole network passes; whatever is altered, removed, reordered or made up in its stores is found."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from events.note import VerifierKey
from events.record_entry import EntryKind, RecordEntry
from events.signature import sign_envelope
from events.types.protocol import GapDeclared
from services.agency.clock import system_now
from services.agency.context import Context
from services.agency.entry_codec import decode_entry, encode_entry
from services.agency.folder import AgencyFolder
from services.agency.issuing import issue_protocol
from services.identity.directory_folder import DirectoryFolder
from services.identity.keyfiles import public_key_of
from services.identity.network_change import Registrar
from services.identity.signer import FileSigner
from services.verify import FindingKind, NetworkVerdict, Whereabouts, verify_network
from services.verify.verdict import verdict_from_json
from tests.unit.verify.history import PASSPHRASE, Network, report

if TYPE_CHECKING:
    from collections.abc import Callable


def kinds(verdict: NetworkVerdict) -> set[FindingKind]:
    return {finding.kind for finding in verdict.findings}


class Store:
    """Somebody with the disk in his hands: changes entries of a record behind the service's back."""

    def __init__(self, folder: Path, agency: str) -> None:
        self._path = AgencyFolder(folder, agency).record

    def documents(self, kind: EntryKind) -> list[RecordEntry]:
        with closing(sqlite3.connect(self._path)) as store:
            rows = store.execute("SELECT rowid, topic, state FROM entries ORDER BY rowid").fetchall()
        entries = [decode_entry(*row) for row in rows]
        return [
            entry
            for entry in entries
            if isinstance(entry, RecordEntry) and entry.kind is kind and not entry.event.envelope.is_protocol
        ]

    def run(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self._path)) as store, store:
            store.execute(statement, values)

    def put(self, entry: RecordEntry) -> None:
        self.run("UPDATE entries SET state = ? WHERE rowid = ?", encode_entry(entry), entry.position)

    def edit(self, entry: RecordEntry, change: Callable[[bytes], bytes]) -> None:
        state = encode_entry(entry)
        assert change(state) != state
        self.run("UPDATE entries SET state = ? WHERE rowid = ?", change(state), entry.position)

    def remove(self, position: int) -> None:
        self.run("DELETE FROM entries WHERE rowid = ?", position)

    def close_up(self, position: int) -> None:
        """Move everything behind a removed entry, so that no position and no version is missing."""
        with closing(sqlite3.connect(self._path)) as store, store:
            store.execute("UPDATE entries SET rowid = -rowid WHERE rowid > ?", (position,))
            store.execute("UPDATE entries SET rowid = -rowid - 1 WHERE rowid < 0")


def test_a_whole_network_is_verified_with_its_counts(history: Path, root: VerifierKey) -> None:
    verdict = verify_network(history, root)
    assert verdict.findings == ()
    assert verdict.summary() | {"seconds": 0} == {
        "province": "lao-cai",
        "agencies": 3,
        "events": 7,
        "deliveries": 14,
        "receipts": 14,
        "refused": 0,
        "lost": 0,
        "verified": True,
        "seconds": 0,
    }
    assert verdict_from_json(json.loads(json.dumps(verdict.to_json()))).to_json() == verdict.to_json()


def test_another_root_key_verifies_nothing(history: Path, root: VerifierKey) -> None:
    other = VerifierKey(root.name, public_key_of(bytes(range(32))))
    verdict = verify_network(history, other)
    assert kinds(verdict) == {FindingKind.DIRECTORY}
    assert not verdict.verified


def test_a_changed_directory_is_found(folder: Path, root: VerifierKey) -> None:
    note = folder / "directory" / "000001.note"
    note.write_text(note.read_text("utf-8").replace("VNPT Lào Cai", "VNPT Lao Cai"), "utf-8")
    assert kinds(verify_network(folder, root)) == {FindingKind.DIRECTORY}


def test_a_version_under_another_number_is_found(folder: Path, root: VerifierKey) -> None:
    directory = folder / "directory"
    (directory / "000001.note").rename(directory / "000002.note")
    assert kinds(verify_network(folder, root)) == {FindingKind.DIRECTORY}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (b'"docnumber":"01"', b'"docnumber":"09"', FindingKind.SIGNATURE),
        ("bất thường".encode(), "bình thường".encode(), FindingKind.CONTENT),
        (b'"salt":"', b'"sald":"', FindingKind.STORE),
        (b'"specversion":"1.0"', b'"specversion":"1.1"', FindingKind.STORE),
    ],
)
@pytest.mark.parametrize(("agency", "where"), [("vnpt", EntryKind.SENT), ("police", EntryKind.ADMITTED)])
def test_an_altered_event_is_found(
    folder: Path, root: VerifierKey, agency: str, where: EntryKind, old: bytes, new: bytes, kind: FindingKind
) -> None:
    store = Store(folder, agency)
    store.edit(store.documents(where)[0], lambda state: state.replace(old, new))
    verdict = verify_network(folder, root)
    assert kind in kinds(verdict)
    assert not verdict.verified


def test_every_single_flipped_byte_of_an_event_is_found(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "police")
    entry = store.documents(EntryKind.ADMITTED)[1]
    state = encode_entry(entry)
    start = state.index(b"\n") + 1
    for at in range(start, len(state), max(1, (len(state) - start) // 40)):
        store.edit(entry, lambda state, at=at: state[:at] + bytes((state[at] ^ 1,)) + state[at + 1 :])  # type: ignore[misc]
        assert not verify_network(folder, root).verified, f"byte {at} {state[at : at + 1]!r}"


def test_an_event_signed_by_another_agencys_key_is_found(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "vnpt")
    entry = store.documents(EntryKind.SENT)[0]
    forged = sign_envelope(entry.event.envelope_bytes, FileSigner.of(folder, "police", "service"))
    store.put(replace(entry, event=replace(entry.event, signature=forged)))
    assert FindingKind.SIGNATURE in kinds(verify_network(folder, root))


def test_a_received_event_taken_out_is_lost(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "police")
    store.remove(store.documents(EntryKind.ADMITTED)[1].position)
    verdict = verify_network(folder, root)
    assert [(d.sender, d.recipient, d.count, d.where) for d in verdict.undelivered] == [
        ("vnpt", "police", 2, Whereabouts.MISSING)
    ]
    assert verdict.lost == 1
    assert {FindingKind.STORE, FindingKind.CHAIN, FindingKind.REGISTER} <= kinds(verdict)


def test_an_event_taken_out_without_leaving_a_gap_in_the_store_is_still_found(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "police")
    position = store.documents(EntryKind.ADMITTED)[1].position
    store.remove(position)
    store.close_up(position)
    verdict = verify_network(folder, root)
    assert verdict.lost == 1
    assert FindingKind.STORE not in kinds(verdict)
    assert {FindingKind.CHAIN, FindingKind.REGISTER} <= kinds(verdict)


def test_the_last_event_taken_out_by_its_sender_is_found_at_its_recipients(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "vnpt")
    last = store.documents(EntryKind.SENT)[-1]
    store.run("DELETE FROM entries WHERE rowid >= ?", last.position)
    verdict = verify_network(folder, root)
    assert {finding.agency for finding in verdict.findings if finding.kind is FindingKind.CHAIN} >= {"dic", "police"}


def test_two_events_in_each_others_place_are_found(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "dic")
    first, second = store.documents(EntryKind.ADMITTED)[:2]
    store.put(replace(first, position=second.position))
    store.put(replace(second, position=first.position))
    assert {FindingKind.STORE, FindingKind.CHAIN} <= kinds(verify_network(folder, root))


def test_an_event_held_twice_is_found(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "police")
    entry = store.documents(EntryKind.ADMITTED)[-1]
    store.run(
        "INSERT INTO entries (originator_id, originator_version, topic, state) "
        "SELECT originator_id, originator_version + 1, topic, state FROM entries WHERE rowid = ?",
        entry.position,
    )
    verdict = verify_network(folder, root)
    assert "held twice" in " ".join(finding.what for finding in verdict.findings)
    assert not verdict.verified


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: replace(entry, recorded_at=entry.recorded_at - timedelta(days=1)),
        lambda entry: replace(entry, incoming_number=7),
    ],
    ids=["admitted earlier", "another incoming number"],
)
def test_what_the_record_says_must_be_what_was_receipted(
    folder: Path, root: VerifierKey, change: Callable[[RecordEntry], RecordEntry]
) -> None:
    store = Store(folder, "police")
    store.put(change(store.documents(EntryKind.ADMITTED)[0]))
    assert FindingKind.RECEIPT in kinds(verify_network(folder, root))


def test_receipts_that_the_sender_does_not_hold_do_not_count(folder: Path, root: VerifierKey) -> None:
    store = Store(folder, "police")
    tricks = store.documents(EntryKind.SENT)
    store.run("DELETE FROM entries WHERE rowid > ?", tricks[-1].position)
    verdict = verify_network(folder, root)
    assert verdict.deliveries - verdict.receipts == len(verdict.unreceipted) == 6
    assert {missing.sender for missing in verdict.unreceipted} == {"police"}


def test_a_missing_record_is_found(folder: Path, root: VerifierKey) -> None:
    for file in AgencyFolder(folder, "dic").path.glob("record.sqlite*"):
        file.unlink()
    verdict = verify_network(folder, root)
    assert FindingKind.STORE in kinds(verdict)
    assert verdict.lost == 7


def test_a_refusal_is_counted_and_must_have_been_told(network: Network) -> None:
    network.say("vnpt", report(1))
    network.close()
    root = DirectoryFolder.of(network.folder).root
    assert verify_network(network.folder, root).verified
    store = Store(network.folder, "police")
    admitted = store.documents(EntryKind.ADMITTED)[0]
    store.run("UPDATE entries SET topic = 'phoihop.record:refused' WHERE rowid = ?", admitted.position)
    verdict = verify_network(network.folder, root)
    assert verdict.refused == 1
    assert "never told" in " ".join(finding.what for finding in verdict.findings)


def test_a_parked_event_is_lost_until_what_it_waits_for_comes(network: Network) -> None:
    vnpt = network.houses["vnpt"]
    vnpt.issue_all([report(1)])
    second = vnpt.issue_all([report(2)])
    network.carrier.carry(second)
    network.close()
    verdict = verify_network(network.folder, DirectoryFolder.of(network.folder).root)
    assert {(d.recipient, d.count): d.where for d in verdict.undelivered} == {
        ("dic", 1): Whereabouts.MISSING,
        ("dic", 2): Whereabouts.PARKED,
        ("police", 1): Whereabouts.MISSING,
        ("police", 2): Whereabouts.PARKED,
    }
    assert verdict.lost == 4
    assert not verdict.findings


def test_a_gap_that_its_sender_has_signed_is_lost_but_no_fault(network: Network) -> None:
    vnpt = network.houses["vnpt"]
    (first,) = vnpt.issue_all([report(1, "dic", "police")])
    second = vnpt.issue_all([report(2, "dic", "police")])
    gap = GapDeclared(from_count=1, to_count=1, to_digest=first.event.digest_text, reason="Không còn ai giữ.")
    with vnpt.record.writing() as transaction:
        declared = issue_protocol(transaction, gap, ("dic", "police"), vnpt.service, vnpt.context, system_now())
    vnpt.views.apply(transaction.appended, "vnpt")
    network.carrier.carry([declared, *second])
    network.close()
    verdict = verify_network(network.folder, DirectoryFolder.of(network.folder).root)
    assert verdict.findings == ()
    assert {(d.recipient, d.count): d.where for d in verdict.undelivered} == {
        ("dic", 1): Whereabouts.GAP_DECLARED,
        ("police", 1): Whereabouts.GAP_DECLARED,
    }
    assert verdict.lost == 2
    assert not verdict.verified


def test_what_a_revoked_key_signed_too_late_to_be_known_is_not_lost_but_kept_out(network: Network) -> None:
    vnpt = network.houses["vnpt"]
    network.say("vnpt", report(1))
    sent = vnpt.issue_all([report(2)], now=system_now() + timedelta(seconds=2))
    now = system_now() + timedelta(seconds=3)
    registrar = Registrar(network.folder, PASSPHRASE)
    directory = registrar.revoke_keys([vnpt.head.kid], at=now - timedelta(seconds=2), now=now)
    for house in network.houses.values():
        house.context = Context(house.context.me, directory, house.context.rules)
    network.carrier.carry(sent)
    network.close()
    verdict = verify_network(network.folder, DirectoryFolder.of(network.folder).root)
    assert {d.where for d in verdict.undelivered} == {Whereabouts.KEY_REVOKED}
    assert verdict.lost == 0
    assert verdict.findings == ()


def test_the_command_prints_one_document_and_says_by_its_exit_code(folder: Path, root: VerifierKey) -> None:
    command = [sys.executable, "-m", "services.verify", "--dir", str(folder), "--json", "--root"]
    good = subprocess.run([*command, str(root)], capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["verified"] is True
    store = Store(folder, "police")
    store.remove(store.documents(EntryKind.ADMITTED)[0].position)
    bad = subprocess.run([*command, str(root)], capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert json.loads(bad.stdout)["lost"] == 1
    wrong = subprocess.run([*command, "no key"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "verifier key" in wrong.stderr
