"""Bad input at the door of a real record: what comes of it, what it says, and that nothing is lost.

What cannot be verified is quarantined: kept byte for byte, without a count, its supposed sender told once over a
signature. What comes again or too early loses nothing and changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.canonical import canonical_json
from events.directory import Directory
from events.instants import whole_milliseconds
from events.payload import MAX_CONTENT_BYTES, MAX_PAYLOAD_BYTES
from events.recipients import Recipient
from tests.contract.bad_input import PROPER, Town, flows_on, report, rewritten

# --- what cannot be verified ---


def test_not_json(town: Town) -> None:
    arrival = town.desk.arrival(report(town), payload=b"Kinh gui Cong an tinh")
    town.desk.expect_quarantined(arrival, 2, "payload", "not a CloudEvent of ours", tells="vnpt")
    flows_on(town)


def test_json_around_something_that_is_none(town: Town) -> None:
    event = report(town)
    arrival = rewritten(town, event, b'{"id":oops}')
    town.desk.expect_quarantined(arrival, 2, "json", "", tells="vnpt")
    flows_on(town)


def test_not_cloudevents(town: Town) -> None:
    event = report(town)
    attributes = json.loads(event.envelope_bytes)
    del attributes["specversion"]
    arrival = rewritten(town, event, canonical_json(attributes))
    town.desk.expect_quarantined(arrival, 2, "cloudevents", "specversion", tells="vnpt")
    flows_on(town)


def test_not_canonical(town: Town) -> None:
    event = report(town)
    spaced = event.envelope_bytes.replace(b'","', b'", "', 1)
    town.desk.expect_quarantined(rewritten(town, event, spaced), 2, "not-canonical", "", tells="vnpt")
    flows_on(town)


def test_content_not_canonical(town: Town) -> None:
    event = report(town, raw_content=PROPER.replace(b"{", b"{ ", 1))
    town.desk.expect_refused(event, 11, "content", None, "canonical")
    town.desk.expect_admitted(report(town))


def test_duplicate_keys(town: Town) -> None:
    event = report(town)
    doubled = event.envelope_bytes.replace(b'{"', b'{"clause":"LC-9.9","', 1)
    town.desk.expect_quarantined(rewritten(town, event, doubled), 2, "duplicate-key", "clause", tells="vnpt")
    flows_on(town)
    twice = report(town, raw_content=PROPER.replace(b"{", b'{"subject":"V/v khac",', 1))
    town.desk.expect_refused(twice, 11, "content", None, "subject")
    town.desk.expect_admitted(report(town))


def test_over_the_size_limit(town: Town) -> None:
    event = report(town)
    huge = town.desk.arrival(event, payload=event.payload + b" " * MAX_PAYLOAD_BYTES)
    town.desk.expect_quarantined(huge, 1, "size", str(MAX_PAYLOAD_BYTES), tells="vnpt")
    large = report(town, raw_content=canonical_json({"text": "x" * MAX_CONTENT_BYTES}))
    town.desk.expect_quarantined(town.desk.arrival(large), 1, "size", str(MAX_CONTENT_BYTES), tells="vnpt")
    flows_on(town)


def test_no_signature_and_a_misshapen_one(town: Town) -> None:
    event = report(town)
    unsigned = town.desk.arrival(event, signature=None)
    town.desk.expect_quarantined(unsigned, 2, "signature", "no Phoihop-Signature header", tells="vnpt")
    other = report(town)
    town.desk.expect_quarantined(town.desk.arrival(other, signature="abc"), 2, "signature", "", tells="vnpt")
    flows_on(town)


def test_any_byte_altered(town: Town) -> None:
    """One bit in each byte of the payload, in turn: never admitted, never refused in the sender's name."""
    event = report(town)
    altered = [
        town.desk.arrival(event, payload=event.payload[:at] + bytes([event.payload[at] ^ 1]) + event.payload[at + 1 :])
        for at in range(len(event.payload))
    ]
    intake = town.desk.take(*altered)
    assert (intake.admitted, intake.refused, intake.parked) == (0, 0, 0)
    assert intake.quarantined == len(event.payload)
    for arrival in altered:
        assert town.desk.quarantined(arrival) is not None
    # The true one is admitted all the same: none of them took its count.
    town.desk.expect_admitted(event)


def test_a_byte_altered_in_envelope_and_in_content(town: Town) -> None:
    event = report(town)
    clause = event.payload.replace(b"LC-10.1", b"LC-10.2")
    said = "not this key's over these bytes"
    town.desk.expect_quarantined(town.desk.arrival(event, payload=clause), 6, "signature", said, tells="vnpt")
    content = event.payload.replace(b"SIM box", b"SIM bax")
    assert content != event.payload
    said = "not the one whose digest the sender signed"
    town.desk.expect_quarantined(town.desk.arrival(event, payload=content), 8, "content-digest", said, tells="vnpt")
    town.desk.expect_admitted(event)


def test_signed_by_another_agencys_key(town: Town) -> None:
    event = report(town, signer=town["viettel"].key())
    town.desk.expect_quarantined(town.desk.arrival(event), 5, "key", "binds no key", tells="vnpt")
    # The header of the true key over the other's signature.
    (header, _, _), (_, _, made) = (one.signature.partition("..") for one in (report(town), event))
    named = replace(report(town, signer=town["viettel"].key()), signature=f"{header}..{made}")
    town.desk.expect_quarantined(town.desk.arrival(named), 6, "signature", "not this key's", tells="vnpt")
    flows_on(town)


def test_signed_by_a_revoked_key(town: Town) -> None:
    revoked_at = whole_milliseconds(datetime.now(UTC) - timedelta(hours=1))
    town.desk.directory = _with_revoked_head(town.directory, "vnpt", revoked_at)
    event = report(town)
    town.desk.expect_quarantined(town.desk.arrival(event), 7, "key-revoked", "was revoked before", tells="vnpt")
    # Dated back before the revocation, but stored by the broker after it.
    backdated = report(town, at=revoked_at - timedelta(minutes=5))
    town.desk.expect_quarantined(town.desk.arrival(backdated), 7, "key-revoked", "was revoked before", tells="vnpt")


def test_a_sender_in_the_subject_who_is_not_the_one_that_signed(town: Town) -> None:
    event = report(town)
    arrival = town.desk.arrival(event, subject="coord.lao-cai.viettel.police.SuspicionReported")
    # Whoever published it is told: the broker lets an agency publish under its own name alone.
    town.desk.expect_quarantined(arrival, 3, "subject", "vnpt", tells="viettel")
    town.desk.take(town.desk.arrival(event))
    assert town.desk.entry(event) is not None


def test_addressed_to_someone_else(town: Town) -> None:
    event = town["vnpt"].sign("InfoShared", "viettel", "LC-4.4")
    town.desk.expect_quarantined(
        town.desk.arrival(event), 4, "address", "addressed to viettel, not to police", tells="vnpt"
    )


def test_a_count_that_is_signed_twice(town: Town) -> None:
    first = report(town)
    town.desk.expect_admitted(first)
    town["vnpt"].heads.clear()
    second = town.desk.arrival(report(town))
    town.desk.expect_quarantined(second, 10, "count-signed-twice", "signed twice", tells="vnpt")


def test_a_chain_that_does_not_follow(town: Town) -> None:
    town.desk.expect_admitted(report(town))
    forked = report(town, envelope={"recipients": (Recipient("dic", 1), Recipient("police", 2, b"x" * 32))})
    town.desk.expect_quarantined(town.desk.arrival(forked), 10, "chain-forked", "forked", tells="vnpt")


# --- what comes again, or too early ---


def test_replayed(town: Town) -> None:
    event = report(town)
    entry = town.desk.expect_admitted(event)
    for _ in range(3):
        intake = town.desk.take(event)
        assert (intake.repeated, intake.admitted) == (1, 0)
        # The last receipt goes again: perhaps it was lost.
        assert len(intake.follow_ups.resend_positions) == 1
    assert town.desk.entry(event) == entry
    assert len(town.desk.receipts()) == 1


def test_replayed_by_another_agency_under_its_own_name(town: Town) -> None:
    event = report(town)
    town.desk.expect_admitted(event)
    arrival = town.desk.arrival(event, subject="coord.lao-cai.customs.police.SuspicionReported")
    town.desk.take(arrival)
    assert town.desk.quarantined(arrival) is not None


def test_out_of_order(town: Town) -> None:
    first, second, third = (report(town) for _ in range(3))
    intake = town.desk.take(third)
    assert (intake.parked, intake.admitted) == (1, 0)
    assert intake.follow_ups.wanted == {"vnpt": range(1, 3)}
    intake = town.desk.take(second)
    assert intake.parked == 1
    assert town.desk.receipts() == []
    intake = town.desk.take(first)
    assert intake.admitted == 3
    order = [e for e in (town.desk.entry(event) for event in (first, second, third)) if e is not None]
    assert [e.incoming_number for e in order] == [1, 2, 3]
    assert town.desk.receipts()[-1].upto_count == 3


def _with_revoked_head(directory: Directory, agency: str, at: datetime) -> Directory:
    member = directory.agencies[agency]
    signatories = tuple(
        replace(s, keys=tuple(replace(k, revoked_at=at) for k in s.keys)) if s.capacity == "head" else s
        for s in member.signatories
    )
    changed = replace(member, signatories=signatories)
    return replace(directory, agencies={**directory.agencies, agency: changed})
