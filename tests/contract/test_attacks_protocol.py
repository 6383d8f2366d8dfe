"""What an insider's protocol messages cannot do: stop an agency, exhaust it, or put words into its record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events import base64url
from events.recipients import Recipient
from events.types.protocol import (
    EventReceived,
    EventRefused,
    GapDeclared,
    HeadsAnnounced,
    RelayedEvent,
    RepairProvided,
    RepairRequested,
)
from projections.obligations import ObligationKind
from services.agency import allowance
from services.agency.clock import system_now
from services.agency.issuing import issue
from services.bench.pair import House
from tests.contract.insider import Insider, alarms, arrival_of, deliver, sent_events, tip

ZERO = base64url.encode(bytes(32))
ABSURD = 999_999_999_999_999
CASE = "11111111-1111-4111-8111-111111111111"


def heads(**members: Any) -> HeadsAnnounced:
    plain: dict[str, Any] = {
        "sent_count": 0, "sent_digest": ZERO, "received_count": 0, "received_digest": ZERO,
        "directory_version": 1, "reply_wanted": False,
    }  # fmt: skip
    return HeadsAnnounced(**{**plain, **members})


class RolledBack(Exception):
    """Ends a transaction without a commit."""


def forgotten_event(house: House, *recipients: str) -> RelayedEvent:
    """An event that the house has signed and its record does not hold any more, as after restoring an old backup."""
    with pytest.raises(RolledBack) as signed, house.record.writing() as transaction:
        raise RolledBack(issue(transaction, tip(*recipients), house.head, house.context, system_now()).event)
    event = signed.value.args[0]
    return RelayedEvent(signature=event.signature, payload=base64url.encode(event.payload))


# --- lies about what the victim has sent ---


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(heads(received_count=7), id="heads"),
        pytest.param(heads(received_count=2**53 - 1, sent_count=2**53 - 1), id="heads beyond any count"),
        pytest.param(EventReceived(upto_count=7, upto_digest=ZERO), id="receipt"),
    ],
)
def test_a_bare_claim_to_hold_more_does_not_stop_signing(
    victim: House, insider: Insider, lie: HeadsAnnounced | EventReceived
) -> None:
    intake, entries = deliver(victim, insider.says(lie))
    assert not victim.record.signing_held
    assert alarms(entries) == ["PeerClaimsMore"]
    assert intake.follow_ups.prove_from == {"police": 1}, "it is asked to show what it says it holds"
    assert victim.issue_all([tip("police")])


def test_an_own_event_that_the_record_lacks_stops_signing(victim: House, insider: Insider) -> None:
    shown = RepairProvided(of="dic", addressed_to="police", events=(forgotten_event(victim, "police"),))
    intake, _ = deliver(victim, insider.says(shown))
    assert victim.record.signing_held
    assert intake.follow_ups.shown_by == {"police"}


def test_events_given_back_must_carry_the_victims_own_signature(victim: House, insider: Insider) -> None:
    body = tip("police").content.to_bytes()
    forged = insider.signs(body, "InfoShared", (Recipient("police", 1, bytes(32)),), sender="dic", role="dic",
                           clause="LC-4.1a", docnumber="01", docsymbol="CV-X", signer=insider.house.head)  # fmt: skip
    given = RelayedEvent(signature=forged.signature, payload=base64url.encode(forged.payload))
    deliver(victim, insider.says(RepairProvided(of="dic", addressed_to="police", events=(given,))))
    assert not victim.record.signing_held
    assert not victim.record.rows("SELECT 1 FROM brought_back")


# --- repair is for what one was addressed, and within an allowance ---


def test_repair_smuggles_in_nothing_that_is_addressed_to_others(
    victim: House, insider: Insider, houses: dict[str, House]
) -> None:
    for_vnpt = houses["viettel"].issue_all([tip("vnpt")])[0].event
    given = RelayedEvent(signature=for_vnpt.signature, payload=base64url.encode(for_vnpt.payload))
    intake, _ = deliver(victim, insider.says(RepairProvided(of="viettel", addressed_to="dic", events=(given,))))
    assert (intake.admitted, intake.quarantined) == (1, 1)
    assert victim.record.rows("SELECT COUNT(*) FROM pair_links WHERE peer = 'viettel'")[0][0] == 0


def test_repair_gives_no_stranger_what_was_addressed_to_others(
    victim: House, insider: Insider, houses: dict[str, House]
) -> None:
    secret = houses["vnpt"].issue_all([tip("dic", text="Chỉ gửi Sở.")])[0].event
    deliver(victim, arrival_of(secret, "dic"))
    asked_for_itself = RepairRequested(of="vnpt", addressed_to="police", from_count=1)
    asked_for_dic = RepairRequested(of="vnpt", addressed_to="dic", from_count=1)
    _, entries = deliver(victim, insider.says(asked_for_itself), insider.says(asked_for_dic))
    for answer in sent_events(entries, "RepairProvided"):
        assert RepairProvided.from_bytes(answer.content_bytes).events == ()
    assert "RepairDenied" in alarms(entries)


def test_a_co_recipient_gets_again_what_was_addressed_to_both(
    victim: House, insider: Insider, houses: dict[str, House]
) -> None:
    shared = houses["vnpt"].issue_all([tip("dic", "police")])[0].event
    deliver(victim, arrival_of(shared, "dic"))
    _, entries = deliver(victim, insider.says(RepairRequested(of="vnpt", addressed_to="police", from_count=1)))
    (answer,) = sent_events(entries, "RepairProvided")
    (given,) = RepairProvided.from_bytes(answer.content_bytes).events
    assert base64url.decode(given.payload) == shared.payload


def test_asking_again_and_again_runs_out(victim: House, insider: Insider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "REPAIR", allowance.Rate(burst_bytes=200_000, bytes_per_second=1000))
    deliver(victim, *(insider.writes(tip("dic", text="x" * 15_000).content) for _ in range(4)))
    ask = RepairRequested(of="police", addressed_to="dic", from_count=1)
    given, noted = 0, 0
    for _ in range(20):
        _, entries = deliver(victim, insider.says(ask))
        given += len(sent_events(entries))
        noted += alarms(entries).count("RepairPostponed")
    assert given == 2, "the third request finds the allowance spent"
    assert noted == 1, "and that is noted once, not each time"


def test_the_allowance_grows_back() -> None:
    bucket = allowance.Allowance(allowance.Rate(burst_bytes=100, bytes_per_second=10))
    assert bucket.take("police", 150, 0.0)
    assert not bucket.take("police", 1, 4.0)
    assert bucket.take("vnpt", 1, 4.0), "one peer's greed is not another's"
    assert bucket.take("police", 1, 6.0)


def test_a_padded_message_is_not_wrapped_into_an_answer_that_cannot_leave(victim: House, insider: Insider) -> None:
    padded = insider.signs(b'{"x":"' + b"y" * 880_000 + b'"}', "EventReceived", (Recipient("dic"),), version=9)
    deliver(victim, arrival_of(padded, "dic"))
    _, entries = deliver(
        victim,
        insider.says(RepairRequested(of="dic", addressed_to="police", from_count=1, receipts=True)),
        insider.says(RepairRequested(of="police", addressed_to="dic", from_count=1, receipts=True)),
    )
    answers = sent_events(entries)
    assert answers
    assert all(len(answer.payload) < 921_600 for answer in answers)


# --- counts that no memory holds ---


def test_a_count_in_the_far_future_is_parked_at_no_cost(victim: House, insider: Insider) -> None:
    far = insider.writes(tip("dic").content, link=Recipient("dic", ABSURD, bytes(32)))
    intake, _ = deliver(victim, far)
    assert intake.parked == 1
    assert intake.follow_ups.wanted["police"] == range(1, ABSURD)


def test_a_gap_of_absurd_width_is_not_written_out(victim: House, insider: Insider) -> None:
    _, entries = deliver(victim, insider.says(GapDeclared(from_count=1, to_count=ABSURD, reason="Mất hết.")))
    assert alarms(entries) == ["GapTooWide"]
    assert victim.record.rows("SELECT COUNT(*) FROM pair_links")[0][0] == 0


def test_a_gap_talks_away_nothing_that_has_arrived(victim: House, insider: Insider) -> None:
    held = insider.writes(tip("dic").content)
    waiting = insider.writes(tip("dic").content, link=Recipient("dic", 4, bytes(32)))
    deliver(victim, held, waiting)
    deliver(victim, insider.says(GapDeclared(from_count=1, to_count=9, reason="Không có gì.")))
    links = victim.record.rows("SELECT count, position IS NULL FROM pair_links WHERE direction = 1 ORDER BY count")
    assert [tuple(row) for row in links][:3] == [(1, 0), (2, 1), (3, 1)], "only what nobody brought is a gap"
    assert all(not missing for count, missing in links if count > 3)


# --- receipts and refusals that are not true ---


def owed_corrections(house: House) -> list[tuple[str, str]]:
    owed = house.views.obligations(now=system_now() + timedelta(seconds=1))
    return [(o.debtor, o.creditor) for o in owed if o.kind is ObligationKind.CORRECT]


def test_nobody_refuses_what_was_not_sent_to_it(victim: House, insider: Insider) -> None:
    to_another = victim.issue_all([tip("vnpt")])[0].event
    lie = EventRefused(
        event=to_another.envelope.id, count=1, digest=to_another.digest_text, check=14, reason="secrecy",
        explanation="Không nhận.",
    )  # fmt: skip
    deliver(victim, insider.says(lie))
    assert not owed_corrections(victim)


def test_nobody_refuses_what_another_agency_sent(victim: House, insider: Insider, houses: dict[str, House]) -> None:
    foreign = houses["vnpt"].issue_all([tip("dic", "police")])[0].event
    deliver(victim, arrival_of(foreign, "dic"))
    lie = EventRefused(
        event=foreign.envelope.id, count=1, digest=foreign.digest_text, check=14, reason="secrecy", explanation="Không."
    )
    deliver(victim, insider.says(lie))
    assert not owed_corrections(victim)


def test_what_was_receipted_as_admitted_cannot_be_refused_afterwards(
    victim: House, insider: Insider, houses: dict[str, House]
) -> None:
    sent = victim.issue_all([tip("police")])[0].event
    _, receipts = deliver(houses["police"], arrival_of(sent, "police"))
    deliver(victim, *(arrival_of(event, "dic") for event in sent_events(receipts)))
    lie = EventRefused(
        event=sent.envelope.id, count=1, digest=sent.digest_text, check=14, reason="secrecy", explanation="Đổi ý."
    )
    deliver(victim, insider.says(lie))
    assert not owed_corrections(victim)


def test_a_true_refusal_makes_its_sender_owe_a_correction(victim: House, insider: Insider) -> None:
    sent = victim.issue_all([tip("police")])[0].event
    refusal = EventRefused(
        event=sent.envelope.id, count=1, digest=sent.digest_text, check=14, reason="secrecy", explanation="Có dấu mật."
    )
    deliver(victim, insider.says(refusal))
    assert owed_corrections(victim) == [("dic", "police")]


# --- messages made to break what reads them ---


@pytest.mark.parametrize(
    ("body", "version"),
    [
        pytest.param(b'{"entries":[1]}', 1, id="wrong members"),
        pytest.param(b"{", 1, id="no JSON"),
        pytest.param(b'{"x":1}', 9, id="unknown version"),
        pytest.param(b'{"entries":[' + b"1," * 400_000 + b"1]}", 1, id="400,000 faults"),
    ],
)
@pytest.mark.parametrize("event_type", ["EventReceived", "EventRefused", "RepairProvided"])
def test_an_unreadable_protocol_message_stops_no_view(
    victim: House, insider: Insider, event_type: str, body: bytes, version: int
) -> None:
    broken = insider.signs(body, event_type, (Recipient("dic"),), version=version)
    intake, _ = deliver(victim, arrival_of(broken, "dic"))
    assert intake.refused == 1
    deliver(victim, insider.writes(tip("dic").content))
    assert victim.views.position == victim.record.last_position
    ask = RepairRequested(of="dic", addressed_to="police", from_count=1, receipts=True)
    assert deliver(victim, insider.says(ask))[0].admitted == 1


def test_a_protocol_message_makes_no_case(victim: House, insider: Insider) -> None:
    intake, _ = deliver(victim, insider.says(heads(), case=CASE))
    assert intake.refused == 1
    with victim.record.writing() as transaction:
        assert transaction.case_state(CASE) is None
