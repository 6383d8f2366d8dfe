"""Bad input at the door of a real record: what comes of it, what it says, and that nothing is lost.

What cannot be verified is quarantined: kept byte for byte, without a count, its supposed sender told once over a
signature. What is authentic but unlawful is refused: it uses its count, names the clause, and is receipted as refused.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.agency import RoleTerm
from events.arrival import Arrival
from events.canonical import canonical_json
from events.directory import Directory
from events.draft import Draft
from events.instants import whole_milliseconds
from events.payload import MAX_CONTENT_BYTES, MAX_PAYLOAD_BYTES, join_payload
from events.recipients import Recipient
from events.record_entry import EntryKind
from events.signature import sign_envelope
from events.signed_event import SignedEvent
from events.types.suspension import SuspensionEnd
from events.values.document import Secrecy
from services.agency.issuing import issue
from tests.contract.registry_desk import RegistryDesk, Sender, make_province
from tests.scenarios.samples import sample

LAO_CAI = ("dic", "police", "customs", "vnpt", "viettel")
DAK_LAK = ("dic", "police", "customs", "vnpt")
PROPER = sample("SuspicionReported").to_bytes()
REPORT = ("SuspicionReported", "police dic", "LC-10.1")


@pytest.fixture(scope="module")
def lao_cai(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Directory]:
    folder = tmp_path_factory.mktemp("lao-cai")
    return folder, make_province(folder, "lao-cai", LAO_CAI)


@pytest.fixture(scope="module")
def dak_lak(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Directory]:
    folder = tmp_path_factory.mktemp("dak-lak")
    return folder, make_province(folder, "dak-lak", DAK_LAK)


class Town:
    """A fresh copy of a province: senders by name, and the desk of one of its agencies."""

    def __init__(self, made: tuple[Path, Directory], folder: Path, desk: str) -> None:
        shutil.copytree(made[0] / "agencies", folder / "agencies")
        self.folder, self.directory = folder, made[1]
        self.desk = self._desk(desk)
        self.senders = {name: Sender(folder, name, self.directory) for name in self.directory.agencies}

    def _desk(self, agency: str) -> RegistryDesk:
        desk = RegistryDesk(self.folder, agency, self.directory)
        desk.record.accept_as_own()  # the copied file is this test's own record
        return desk

    def __getitem__(self, name: str) -> Sender:
        return self.senders[name]


@pytest.fixture
def town(lao_cai: tuple[Path, Directory], tmp_path: Path) -> Iterator[Town]:
    """Lào Cai, at the desk of the police."""
    made = Town(lao_cai, tmp_path, "police")
    yield made
    made.desk.record.close()


@pytest.fixture
def customs_town(lao_cai: tuple[Path, Directory], tmp_path: Path) -> Iterator[Town]:
    """Lào Cai, at the desk of customs."""
    made = Town(lao_cai, tmp_path, "customs")
    yield made
    made.desk.record.close()


@pytest.fixture
def enterprise_town(lao_cai: tuple[Path, Directory], tmp_path: Path) -> Iterator[Town]:
    """Lào Cai, at the desk of an enterprise."""
    made = Town(lao_cai, tmp_path, "viettel")
    yield made
    made.desk.record.close()


def report(town: Town, **more: object) -> SignedEvent:
    return town["vnpt"].sign(*REPORT, **more)  # type: ignore[arg-type]


def rewritten(town: Town, event: SignedEvent, envelope: bytes, **changes: object) -> Arrival:
    """The event with other envelope bytes, signed by the sender's own head: only their form is wrong."""
    signature = sign_envelope(envelope, town["vnpt"].key())
    payload = join_payload(envelope, event.salt, event.content_bytes)
    return town.desk.arrival(event, payload=payload, signature=signature, **changes)


def flows_on(town: Town) -> None:
    """The sender's chain is not held up by what was wrong."""
    town["vnpt"].heads.clear()
    town.desk.expect_admitted(report(town))


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


# --- authentic but unlawful ---


@pytest.mark.parametrize("changed", [{"event_type": "SuspicionWhispered"}, {"version": 9}])
def test_unknown_type_or_version(town: Town, changed: dict[str, object]) -> None:
    event = report(town, envelope=changed)
    said = "a newer sender may need a newer phoihop"
    town.desk.expect_refused(event, 11, "unknown-type", None, said)
    town.desk.expect_admitted(report(town))


def test_content_that_lacks_a_member(town: Town) -> None:
    event = report(town, raw_content=canonical_json({"subject": "V/v"}))
    town.desk.expect_refused(event, 11, "content", None, "summary")
    town.desk.expect_admitted(report(town))


@pytest.mark.clause("LC-1.2")
def test_a_role_that_the_regulation_does_not_name(town: Town) -> None:
    since = datetime(2000, 1, 1, tzinfo=UTC)
    vnpt = town.directory.agencies["vnpt"]
    changed = replace(vnpt, roles=(*vnpt.roles, RoleTerm("choir", since)))
    town.desk.directory = replace(town.directory, agencies={**town.directory.agencies, "vnpt": changed})
    event = report(town, role="choir")
    town.desk.expect_refused(event, 14, "role-not-named", "LC-1.2", "names no role 'choir'")


@pytest.mark.clause("LC-1.2")
def test_a_role_that_the_sender_does_not_hold(town: Town) -> None:
    event = report(town, role="customs")
    town.desk.expect_refused(event, 13, "role", "LC-1.2", "vnpt does not hold the role customs")


def test_a_clock_ten_minutes_fast(town: Town) -> None:
    event = report(town, at=datetime.now(UTC) + timedelta(minutes=10))
    town.desk.expect_refused(event, 12, "time", None, "ahead of the receiver's clock")
    assert "clock" in town.desk.told()[-1].explanation
    # Once the clock is right the next one flows, though it is dated before the refused one.
    town.desk.expect_admitted(report(town))


def test_four_minutes_fast_are_tolerated(town: Town) -> None:
    town.desk.expect_admitted(report(town, at=datetime.now(UTC) + timedelta(minutes=4)))


def test_dated_before_the_senders_previous_event(town: Town) -> None:
    town.desk.expect_admitted(report(town))
    event = report(town, at=datetime.now(UTC) - timedelta(minutes=1))
    town.desk.expect_refused(event, 12, "time", None, "before the sender's previous event")


@pytest.mark.clause("LC-2.4a")
def test_a_document_marked_mat(town: Town) -> None:
    event = report(town, secrecy=Secrecy.MAT)
    town.desk.expect_refused(event, 14, "secrecy", "LC-2.4a", "marked Mật")
    town.desk.expect_admitted(report(town))


@pytest.mark.clause("LC-12.2")
def test_a_report_that_nobody_answers_for(town: Town) -> None:
    town.desk.expect_refused(report(town, attestation=False), 14, "not-attested", "LC-12.2", "")


def opened(town: Town, others: str, lead: str = "police") -> tuple[str, SignedEvent]:
    """A case that the police discovered, as it is told to the participants; the desk holds the opening."""
    case = str(uuid.uuid4())
    opening = town[lead].sign(
        "CaseOpened", others, "LC-7.2a", case=case, participants=tuple(sorted(others.split())),
        discovered_by_sender=True,
    )  # fmt: skip
    town.desk.expect_admitted(opening)
    return case, opening


@pytest.mark.clause("LC-10.3")
def test_a_suspension_ordered_by_customs(enterprise_town: Town) -> None:
    town = enterprise_town
    case, opening = opened(town, "customs dic viettel")
    ends = SuspensionEnd(condition="Khi có kết luận")
    order = town["customs"].sign("SuspensionOrdered", "police viettel", "LC-10.3", case=case, basis=opening, ends=ends)
    town.desk.expect_refused(order, 14, "forbidden", "LC-10.3", "")
    # The enterprise owes nothing by it.
    with town.desk.record.writing() as transaction:
        state = transaction.case_state(case)
    assert state is not None
    assert not state.suspensions


@pytest.mark.clause("DL-10.4b")
@pytest.mark.parametrize("orderer", ["police", "dic", "customs"])
def test_a_suspension_ordered_by_anyone_in_dak_lak(
    dak_lak: tuple[Path, Directory], tmp_path: Path, orderer: str
) -> None:
    town = Town(dak_lak, tmp_path, "vnpt")
    order = town[orderer].sign("SuspensionOrdered", "vnpt", "DL-10.4b")
    town.desk.expect_refused(order, 14, "forbidden", "DL-10.4b", "")
    town.desk.record.close()


@pytest.mark.clause("LC-7.2b")
def test_withheld_by_customs(town: Town) -> None:
    event = town["customs"].sign("InfoWithheld", "police", "LC-7.2b", case=str(uuid.uuid4()))
    town.desk.expect_refused(event, 14, "forbidden", "LC-7.2b", "")


@pytest.mark.clause("LC-7.2b")
@pytest.mark.parametrize("reason", [None, "   "])
def test_withheld_without_a_reason(customs_town: Town, reason: str | None) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    request = _asked_by_desk(town, case)
    event = town["police"].sign(
        "InfoWithheld", "customs", "LC-7.2b", case=case, basis=opening, cause=request,
        request=request.envelope.id, reason=reason,
    )  # fmt: skip
    town.desk.expect_refused(event, 14, "reason-missing", "LC-7.2b", "")
    again = town["police"].sign(
        "InfoWithheld", "customs", "LC-7.2b", case=case, basis=opening, cause=request, request=request.envelope.id
    )
    town.desk.expect_admitted(again)


def test_an_answer_to_no_request(customs_town: Town) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    no_request = town["police"].sign(
        "InfoProvided", "customs", "LC-7.2a", case=case, basis=opening, cause=opening, request=opening.envelope.id
    )
    intake = town.desk.take(no_request)
    assert intake.refused == 1
    refusal = town.desk.told()[-1]
    assert (refusal.check, refusal.event) == (14, no_request.envelope.id)
    assert (refusal.reason, refusal.clause) == ("answers-nothing", "LC-7.2a")
    assert town.desk.entry(no_request).kind is EntryKind.REFUSED  # type: ignore[union-attr]


def test_an_answer_dated_before_its_request(customs_town: Town) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    request = _asked_by_desk(town, case, at=datetime.now(UTC) + timedelta(seconds=30))
    early = town["police"].sign(
        "InfoProvided", "customs", "LC-7.2a", case=case, basis=opening, cause=request, request=request.envelope.id
    )
    town.desk.expect_refused(early, 12, "time", None, "before the event it answers")


def test_an_answer_to_a_request_that_was_never_made_here(customs_town: Town) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    never_seen = town["police"].sign("InfoRequested", "dic", "LC-3.3", case=case, due=datetime.now(UTC))
    event = town["police"].sign(
        "InfoProvided", "customs", "LC-7.2a", case=case, basis=opening, cause=never_seen, request=never_seen.envelope.id
    )
    town.desk.expect_refused(event, 14, "request-unknown", "LC-7.2a", "was never made")


def _asked_by_desk(town: Town, case: str, at: datetime | None = None) -> SignedEvent:
    """A request of the desk's own agency to the police, signed by its own rules."""
    me = town.desk.agency
    now = at or datetime.now(UTC)
    draft = Draft(sample("InfoRequested"), ("police",), case=case, due=now + timedelta(days=3))
    with town.desk.record.writing() as transaction:
        basis = transaction.case_state(case).basis_of(me)  # type: ignore[union-attr]
        return issue(transaction, replace(draft, basis=basis), town[me].key(), town.desk.context, now).event


def _with_revoked_head(directory: Directory, agency: str, at: datetime) -> Directory:
    member = directory.agencies[agency]
    signatories = tuple(
        replace(s, keys=tuple(replace(k, revoked_at=at) for k in s.keys)) if s.capacity == "head" else s
        for s in member.signatories
    )
    changed = replace(member, signatories=signatories)
    return replace(directory, agencies={**directory.agencies, agency: changed})
