"""From a draft to a signed event: which key, which moment, and when nothing is signed at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from events.decision import DraftFault, NotLawful
from events.directory import Directory, KeyRecord
from events.draft import Draft
from events.record_entry import EntryKind
from events.signature import verify_envelope
from events.types.protocol import EventReceived
from services.agency.issuing import ClockWentBack, KeyUnusable, SigningHeld, issue
from services.identity.errors import SignerLocked
from services.identity.signer import FileSigner
from tests.unit.agency.houses import NOW, House, Houses, arrival, shared, suspicion, use_directory, with_keys

SOMETHING = "018f3a00-0000-7000-8000-0000000000ff"


def nothing_was_signed(house: House) -> bool:
    return house.record.last_position == 0 and house.issue(shared())[0].event.envelope.docnumber == "01"


def test_what_is_signed_is_the_draft_with_number_count_time_and_clause(houses: Houses) -> None:
    police = houses["police"]
    police.now = NOW + timedelta(microseconds=1999)
    (entry,) = police.issue(shared("xin chào"))
    event, envelope = entry.event, entry.event.envelope
    assert (envelope.docnumber, envelope.docsymbol) == ("01", f"CV-{houses.directory.agencies['police'].symbol}")
    assert (envelope.clause, envelope.role, envelope.sender) == ("LC-7.2c", "police", "police")
    assert envelope.time == entry.recorded_at == NOW + timedelta(milliseconds=1)
    key = houses.directory.key(event.kid)
    assert key is not None
    assert key.capacity == "head"
    verify_envelope(event.envelope_bytes, event.signature, key.public_key)
    assert police.record.entry_at(entry.position) == entry


def test_a_case_begins_with_a_suspicion_that_names_none(houses: Houses) -> None:
    first, second = houses["vnpt"].issue(suspicion(), suspicion())
    cases = {first.event.envelope.case, second.event.envelope.case}
    assert None not in cases
    assert len(cases) == 2
    assert houses["police"].issue(shared())[0].event.envelope.case is None


@pytest.mark.parametrize(
    ("draft", "error", "why"),
    [
        (replace(suspicion(), recipients=("dic", "vnpt")), DraftFault, "does not write to itself"),
        (replace(suspicion(), recipients=("dic", "nobody")), DraftFault, "'nobody' is no agency"),
        (replace(suspicion(), cause=SOMETHING), DraftFault, "names as its cause is not in this agency's record"),
        (replace(suspicion(), basis=SOMETHING), DraftFault, "names as its basis is not in this agency's record"),
        (replace(shared(), role=None, clause=None, recipients=("auditor",)), NotLawful, "LC-"),
        (replace(suspicion(), recipients=("dic",)), NotLawful, "LC-10.1"),
    ],
)
def test_what_may_not_be_said_is_not_signed(houses: Houses, draft: Draft, error: type[Exception], why: str) -> None:
    vnpt = houses["vnpt"]
    with pytest.raises(error, match=why):
        vnpt.issue(draft)
    assert vnpt.record.last_position == 0
    assert vnpt.issue(suspicion())[0].event.envelope.docnumber == "01"


def revoked(key: KeyRecord) -> KeyRecord:
    return replace(key, revoked_at=NOW - timedelta(days=1))


def expired(key: KeyRecord) -> KeyRecord:
    return replace(key, not_after=NOW)


def too_new(key: KeyRecord) -> KeyRecord:
    return replace(key, not_before=NOW + timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("change", "why"),
    [(revoked, "revoked"), (expired, "expired before signing"), (too_new, "not yet valid")],
)
def test_a_key_that_does_not_hold_now_signs_nothing(
    houses: Houses, change: Callable[[KeyRecord], KeyRecord], why: str
) -> None:
    police = houses["police"]
    use_directory(police, with_keys(houses.directory, "police", change))
    with pytest.raises(KeyUnusable, match=why):
        police.issue(shared())
    use_directory(police, houses.directory)
    assert nothing_was_signed(police)


def without_signatories(directory: Directory) -> Directory:
    agency = replace(directory.agencies["police"], signatories=())
    return replace(directory, agencies={**directory.agencies, "police": agency})


def test_a_key_that_the_directory_does_not_bind_to_the_agency_signs_nothing(houses: Houses) -> None:
    police = houses["police"]
    with pytest.raises(KeyUnusable, match="does not bind lao-cai/vnpt/head"):
        police.issue(shared(), signer=houses["vnpt"].head)
    use_directory(police, without_signatories(houses.directory))
    with pytest.raises(KeyUnusable, match="does not bind lao-cai/police/head"):
        police.issue(shared())
    use_directory(police, houses.directory)
    assert nothing_was_signed(police)


def test_the_services_key_signs_no_document_that_wants_the_head(houses: Houses) -> None:
    with pytest.raises(NotLawful, match=r"LC-2\.4a") as caught:
        houses["vnpt"].issue(suspicion(), signer=houses["vnpt"].service)
    assert caught.value.reason == "signatory"


def test_a_locked_key_signs_nothing_and_uses_no_number(houses: Houses) -> None:
    police = houses["police"]
    locked = FileSigner.of(houses.network, "police", "head")
    with pytest.raises(SignerLocked):
        police.issue(shared(), signer=locked)
    assert nothing_was_signed(police)


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(minutes=5)])
def test_a_clock_set_back_a_little_never_dates_an_event_before_the_last_one(houses: Houses, back: timedelta) -> None:
    police = houses["police"]
    (first,) = police.issue(shared())
    police.now -= back
    (second,) = police.issue(shared())
    assert second.event.envelope.time == first.event.envelope.time
    houses["dic"].take_in(arrival(first, "dic"), arrival(second, "dic"))
    assert len(houses["dic"].documents(EntryKind.ADMITTED)) == 2


def test_a_clock_set_back_far_signs_nothing_to_whoever_holds_later_events(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    vnpt.issue(suspicion("dic", "police"))
    vnpt.now -= timedelta(minutes=5, milliseconds=1)
    with pytest.raises(ClockWentBack, match="NTP"):
        vnpt.issue(suspicion("customs", "dic", "police"))
    assert vnpt.record.last_position == 1


def test_nothing_is_dated_before_what_it_answers(houses: Houses) -> None:
    dic = houses["dic"]
    houses["vnpt"].now = NOW + timedelta(minutes=4)
    (report,) = houses["vnpt"].issue(suspicion())
    dic.take_in(arrival(report, "dic"))
    received = EventReceived(upto_count=1, upto_digest=report.event.digest_text)
    answer = dic.say(received, "vnpt", cause=report.event.envelope.id)
    assert answer.event.envelope.time == report.event.envelope.time
    assert dic.say(received, "vnpt").event.envelope.time == NOW


def test_a_protocol_message_is_outside_registers_chains_and_cases(houses: Houses) -> None:
    police, dic = houses["police"], houses["dic"]
    (event,) = police.issue(shared())
    dic.take_in(arrival(event, "dic"))
    (receipt,) = dic.events(EntryKind.SENT)
    envelope = receipt.event.envelope
    assert (envelope.docnumber, envelope.docsymbol, envelope.case, envelope.clause) == (None, None, None, None)
    assert [(r.agency, r.count) for r in envelope.recipients] == [("police", 0)]
    assert receipt.event.kid == dic.service.kid


def test_nothing_is_signed_while_peers_may_hold_more(houses: Houses) -> None:
    police = houses["police"]
    with police.record.writing() as transaction:
        transaction.hold_signing("dic holds count 7", police.now)
    with pytest.raises(SigningHeld, match="agency recover"):
        police.issue(shared())


def test_nothing_is_signed_to_a_peer_that_recovery_left_aside(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    with vnpt.record.writing() as transaction:
        transaction.note_unsettled(frozenset({"customs"}))
    with pytest.raises(SigningHeld, match="nothing is signed to customs now"):
        vnpt.issue(suspicion("customs", "dic", "police"))
    assert len(vnpt.issue(suspicion("dic", "police"))) == 1


def test_one_unlawful_draft_of_a_commit_takes_all_back(houses: Houses) -> None:
    vnpt = houses["vnpt"]

    def both() -> None:
        with vnpt.record.writing() as transaction:
            for draft in (suspicion(), suspicion("dic")):
                issue(transaction, draft, vnpt.head, vnpt.context, vnpt.now)

    with pytest.raises(NotLawful):
        both()
    assert vnpt.record.last_position == 0


def test_the_directory_that_was_used_is_noted(houses: Houses) -> None:
    police = houses["police"]
    later = replace(houses.directory, version=7, previous=b"p" * 32)
    use_directory(police, later)
    assert police.issue(shared())[0].directory_version == 7
