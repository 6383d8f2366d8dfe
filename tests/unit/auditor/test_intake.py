"""What the auditor takes in: verified, sorted, kept once, and never more than it may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events import base64url
from events.arrival import Arrival
from events.audit.data_member import parse_data_member
from events.envelope import envelope_digest
from events.payload import MAX_PAYLOAD_BYTES
from events.types.protocol import HeadsAnnounced, RelayedEvent, RepairProvided
from events.types.transparency import ExchangeViewStated
from events.verification import verify_copy
from services.auditor import intake as intake_module
from services.auditor import quarantine as quarantine_module
from services.auditor.ledger import Ledger
from services.auditor.position import Position, read_position
from tests.unit.agency.houses import NOW, arrival, resigned, shared, suspicion, use_directory, with_keys
from tests.unit.auditor.desk import PROVINCE, Desk

HEADS = HeadsAnnounced(
    sent_count=0, sent_digest=base64url.encode(bytes(32)), received_count=0,
    received_digest=base64url.encode(bytes(32)), directory_version=1, reply_wanted=True,
)  # fmt: skip


def stated() -> ExchangeViewStated:
    return ExchangeViewStated(year=2026, incoming_number=0, view_digest=base64url.encode(bytes(32)))


def test_documents_and_evidence_are_logged_and_the_rest_is_kept(desk: Desk) -> None:
    document, other = desk.sent("police", shared())[0], desk.sent("vnpt", suspicion())[0]
    heads = desk.houses["vnpt"].say(HEADS, "dic").event
    view = desk.houses["vnpt"].say(stated(), "auditor").event
    taken = desk.take(document, heads, other, view)
    assert (taken.logged, taken.entries, taken.messages, taken.quarantined) == (3, 4, 1, 0)
    logged = desk.ledger.read()
    assert [each.envelope for each in logged] == [document.envelope_bytes, other.envelope_bytes, view.envelope_bytes]
    assert [each.first_index for each in logged] == [0, 1, 3]
    assert [each.stream_sequence for each in logged] == [1, 3, 4]
    assert desk.ledger.size == 4


def test_of_a_document_only_the_envelope_is_kept_and_of_evidence_all(desk: Desk) -> None:
    document = desk.sent("police", shared())[0]
    view = desk.houses["vnpt"].say(stated(), "auditor").event
    # A sender may hand the auditor the content too: it is not the auditor's to see.
    whole = replace(desk.copy(document), payload=document.payload)
    desk.take(whole, view)
    first, second = desk.ledger.read()
    assert first.data is None
    assert second.data is not None
    assert parse_data_member(second.data) == (view.salt, view.content_bytes)


def test_a_repeat_is_known_by_its_digest(desk: Desk) -> None:
    document = desk.sent("police", shared())[0]
    heads = desk.houses["vnpt"].say(HEADS, "dic").event
    desk.take(document, heads)
    taken = desk.take(document, heads, document)
    assert (taken.logged, taken.messages, taken.repeated) == (0, 0, 3)
    assert [each.stream_sequence for each in desk.ledger.read()] == [1]


@pytest.mark.parametrize("reason", ["json", "subject", "address", "key", "signature", "key-expired-before-signing",
                                    "content-digest", "size"])  # fmt: skip
def test_what_cannot_be_verified_is_kept_aside_and_is_no_entry(desk: Desk, reason: str) -> None:
    document = desk.sent("police", shared())[0]
    good = desk.copy(document)
    forged = {
        "json": replace(good, payload=good.payload[:-1]),
        "subject": replace(good, subject=good.subject.replace("police", "vnpt")),
        "address": replace(good, subject=good.subject.replace("auditor", "dic")),
        "key": good,
        "signature": replace(good, payload=good.payload.replace(b'"docnumber":"01"', b'"docnumber":"02"')),
        "key-expired-before-signing": good,
        "content-digest": replace(good, payload=document.payload.replace(b"SIM box", b"SIM bax")),
        "size": replace(good, payload=b"{" * (MAX_PAYLOAD_BYTES + 1)),
    }[reason]
    if reason == "key":
        police = desk.directory.agencies["police"]
        desk.directory = replace(
            desk.directory,
            agencies={**desk.directory.agencies, "police": replace(police, signatories=police.signatories[1:])},
        )
    if reason == "key-expired-before-signing":
        desk.directory = with_keys(
            desk.directory, "police", lambda key: replace(key, not_after=NOW - timedelta(days=1))
        )
    taken = desk.take(forged)
    assert (taken.logged, taken.quarantined) == (0, 1)
    assert desk.ledger.size == 0
    assert desk.quarantine.counts() in ({reason: 1}, {"size" if reason == "size" else reason: 1})


def test_an_unknown_key_is_looked_at_again_when_the_directory_is_newer(desk: Desk) -> None:
    document = desk.sent("police", shared())[0]
    newer = desk.directory
    police = newer.agencies["police"]
    desk.directory = replace(
        newer, agencies={**newer.agencies, "police": replace(police, signatories=police.signatories[1:])}
    )
    desk.take(document)
    assert desk.quarantine.counts() == {"key": 1}
    assert desk.intake.examine_again(newer, NOW, (intake_module.KEY_UNKNOWN,)).logged == 1
    assert desk.quarantine.counts() == {}
    assert desk.ledger.read()[0].stream_sequence == 1


def test_one_message_that_cannot_be_examined_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.sent("police", shared("one"), shared("two"))
    real = verify_copy

    def stumbling(one: Arrival, **about: object) -> object:
        if first.envelope_bytes == one.payload:
            raise RecursionError("too deep")
        return real(one, **about)  # type: ignore[arg-type]

    monkeypatch.setattr(intake_module, "verify_copy", stumbling)
    taken = desk.take(first, second)
    assert (taken.logged, taken.quarantined) == (1, 1)
    assert desk.quarantine.counts() == {"fault": 1}


def test_nobody_fills_the_quarantine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine_module, "MESSAGES_KEPT_PER_SENDER", 3)
    subject = f"coord.{PROVINCE}.vnpt.auditor.InfoShared"
    desk.take(*(Arrival(subject, b"{%d}" % number, None, number, NOW) for number in range(1, 10)))
    desk.take(Arrival(subject.replace("vnpt", "police"), b"{}", None, 10, NOW))
    query = "SELECT claimed_sender, reason, COUNT(*) FROM quarantine GROUP BY 1, 2 ORDER BY 1, 2"
    assert desk.ledger.connection.execute(query).fetchall() == [
        ("police", "signature", 1), ("vnpt", "quarantine-full", 1), ("vnpt", "signature", 3),
    ]  # fmt: skip


def test_what_the_broker_did_not_give_can_be_brought_by_a_recipient(desk: Desk) -> None:
    """The envelope is enough: who repairs the log shows the auditor no content."""
    lost = desk.sent("police", shared())[0]
    forged = resigned(lost, desk.houses["vnpt"].service)
    relayed = tuple(
        RelayedEvent(signature=event.signature, payload=base64url.encode(event.envelope_bytes))
        for event in (lost, forged)
    )
    brought = desk.houses["dic"].say(RepairProvided(of="police", addressed_to="dic", events=relayed), "auditor").event
    taken = desk.take(brought)
    assert (taken.logged, taken.messages, taken.quarantined) == (1, 1, 1)
    (logged,) = desk.ledger.read()
    assert (envelope_digest(logged.envelope), logged.stream_sequence, logged.stored_at) == (lost.digest, None, None)
    assert desk.quarantine.counts() == {"key": 1}


def test_the_position_is_stored_with_the_batch(desk: Desk) -> None:
    document = desk.sent("police", shared())[0]
    assert read_position(desk.ledger) is None
    desk.intake.take_in([desk.copy(document)], desk.directory, NOW, Position("made", 7))
    assert read_position(desk.ledger) == Position("made", 7)


def test_a_batch_is_stored_whole_or_not_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = desk.sent("police", shared("one"), shared("two"))
    real = Ledger.append
    calls = iter((True, False))

    def breaking(ledger: Ledger, *about: object) -> object:
        if not next(calls):
            raise OSError("disk gone")
        return real(ledger, *about)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "append", breaking)
    with pytest.raises(OSError, match="disk gone"):
        desk.take(one, two)
    assert desk.ledger.size == 0


def test_a_house_that_the_directory_changed_under_is_judged_by_the_newer(desk: Desk) -> None:
    """A key that is revoked before the broker stored its event is not believed."""
    document = desk.sent("police", shared())[0]
    revoked = with_keys(desk.directory, "police", lambda key: replace(key, revoked_at=NOW - timedelta(minutes=1)))
    use_directory(desk.houses["police"], revoked)
    desk.directory = revoked
    taken = desk.take(arrival(document, "auditor"))
    assert (taken.logged, desk.quarantine.counts()) == (0, {"key-revoked": 1})


def test_on_a_simulated_clock_what_is_dated_before_a_revocation_is_logged_afterwards(desk: Desk) -> None:
    """The broker's clock is another one; read a day later, an honest event must not be lost to the log."""
    before = desk.sent("police", shared())[0]
    revoked = with_keys(desk.directory, "police", lambda key: replace(key, revoked_at=NOW + timedelta(hours=1)))
    desk.directory = replace(revoked, clock="simulated")
    late = NOW + timedelta(days=1)
    assert desk.intake.take_in([desk.copy(before)], desk.directory, late).logged == 1
    desk.houses["police"].now = NOW + timedelta(hours=2)
    after = desk.sent("police", shared())[0]
    desk.directory = replace(revoked, clock="simulated")
    assert desk.intake.take_in([desk.copy(after)], desk.directory, late).logged == 0
    assert desk.quarantine.counts() == {"key-revoked": 1}
