"""Who may be given which events again: their sender and their recipients, and nobody else."""

from __future__ import annotations

import pytest

from events import base64url
from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent, parse_signed_event
from events.types.protocol import RelayedEvent, RepairProvided, RepairRequested
from services.agency import repair
from services.agency.follow_ups import FollowUps
from tests.unit.agency.houses import House, Houses, arrival, resigned, shared, suspicion


def asked(
    houses: Houses, whom: str, by: str, addressed_to: str, *, of: str, from_count: int = 1, to_count: int | None = None
) -> FollowUps:
    """`by` asks `whom` for events of `of` to `addressed_to`; what `whom` wants done."""
    request = RepairRequested(of=of, addressed_to=addressed_to, from_count=from_count, to_count=to_count)
    return houses[whom].take_in(arrival(houses[by].say(request, whom), whom)).follow_ups


def provided(house: House) -> list[RepairProvided]:
    sent = house.events(EntryKind.SENT, event_type="RepairProvided")
    return [RepairProvided.from_bytes(e.event.content_bytes) for e in sent]


def given(house: House) -> list[SignedEvent]:
    return [parse_signed_event(base64url.decode(r.payload), r.signature) for p in provided(house) for r in p.events]


@pytest.fixture
def reports(houses: Houses) -> list[RecordEntry]:
    """VNPT's reports to DIC and police; customs gets the last as well. DIC holds them all."""
    found = houses["vnpt"].issue(suspicion(), suspicion(), suspicion("customs", "dic", "police"))
    houses["dic"].take_in(*(arrival(e, "dic") for e in found))
    return found


def events(entries: list[RecordEntry]) -> list[SignedEvent]:
    return [e.event for e in entries]


def test_a_recipient_gets_its_sender_to_publish_again(houses: Houses, reports: list[RecordEntry]) -> None:
    assert asked(houses, "vnpt", "police", "police", of="vnpt", from_count=2).resend_from == {"police": 2}
    assert provided(houses["vnpt"]) == []


def test_a_sender_gets_its_own_events_back(houses: Houses, reports: list[RecordEntry]) -> None:
    asked(houses, "dic", "vnpt", "dic", of="vnpt", from_count=2, to_count=3)
    assert given(houses["dic"]) == events(reports)[1:]
    (message,) = houses["dic"].events(EntryKind.SENT, event_type="RepairProvided")
    assert message.event.envelope.agencies == ("vnpt",)


def test_a_fellow_recipient_gets_what_was_addressed_to_it_too(houses: Houses, reports: list[RecordEntry]) -> None:
    asked(houses, "dic", "police", "police", of="vnpt")
    assert given(houses["dic"]) == events(reports)
    before = len(given(houses["dic"]))
    asked(houses, "dic", "customs", "customs", of="vnpt")
    assert given(houses["dic"])[before:] == events(reports)[2:]


def test_the_counts_asked_for_are_the_askers_own(houses: Houses, reports: list[RecordEntry]) -> None:
    # To customs the third report was the first.
    asked(houses, "dic", "customs", "customs", of="vnpt", from_count=2, to_count=3)
    assert given(houses["dic"]) == []
    asked(houses, "dic", "customs", "customs", of="vnpt", from_count=1, to_count=1)
    assert given(houses["dic"]) == events(reports)[2:]


@pytest.mark.parametrize(
    ("of", "addressed_to"), [("vnpt", "dic"), ("vnpt", "police"), ("dic", "police"), ("police", "dic")]
)
def test_whoever_is_neither_gets_nothing_and_is_noted(
    houses: Houses, reports: list[RecordEntry], of: str, addressed_to: str
) -> None:
    dic = houses["dic"]
    asked(houses, "dic", "customs", addressed_to, of=of)
    assert given(dic) == []
    (denied,) = dic.local("RepairDenied")
    assert (denied.subject, denied.data) == ("customs", {"of": of, "addressed_to": addressed_to})


def test_the_auditor_gets_no_contents_by_repair(houses: Houses, reports: list[RecordEntry]) -> None:
    for addressed_to in ("dic", "police", "auditor"):
        asked(houses, "dic", "auditor", addressed_to, of="vnpt")
    assert given(houses["dic"]) == []


def test_much_is_given_in_several_messages(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "_EVENTS_PER_ANSWER", 4)
    dic, told = houses["dic"], houses["police"].issue(*(shared() for _ in range(10)))
    dic.take_in(*(arrival(e, "dic") for e in told))
    asked(houses, "dic", "police", "dic", of="police")
    assert [len(p.events) for p in provided(dic)] == [4, 4, 2]
    assert given(dic) == events(told)


def test_what_is_given_again_is_examined_like_any_mail(houses: Houses, reports: list[RecordEntry]) -> None:
    police, dic = houses["police"], houses["dic"]
    asked(houses, "dic", "police", "police", of="vnpt")
    (message,) = dic.events(EntryKind.SENT, event_type="RepairProvided")
    police.take_in(arrival(message, "police"))
    assert [e.event for e in police.documents(EntryKind.ADMITTED)] == events(reports)
    assert {(e.stream_sequence, e.stored_at) for e in police.documents()} == {(None, None)}
    # and receipted to its sender, not to whoever handed it over
    assert police.events(EntryKind.SENT)[-1].event.envelope.agencies == ("vnpt",)


def test_what_is_made_up_or_not_for_here_is_not_taken_in(houses: Houses, reports: list[RecordEntry]) -> None:
    customs, dic = houses["customs"], houses["dic"]
    forged = resigned(reports[2].event, dic.head, nonce=bytes(16))
    relayed = tuple(
        RelayedEvent(signature=e.signature, payload=base64url.encode(e.payload))
        for e in (forged, reports[0].event, houses["police"].issue(shared())[0].event)
    )
    content = RepairProvided(of="vnpt", addressed_to="customs", events=relayed)
    customs.take_in(arrival(dic.say(content, "customs"), "customs"))
    assert customs.documents() == []
    with customs.record.writing() as transaction:
        assert transaction.head("vnpt", 1).count == 0
