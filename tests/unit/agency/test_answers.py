"""What a sender is told: receipts that cover everything, and every refusal with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events.record_entry import EntryKind
from events.types.protocol import EventReceived, EventRefused, ReceiptOutcome
from services.agency import answers
from tests.unit.agency.houses import NOW, House, Houses, arrival, resigned, shared, suspicion


def receipts(house: House) -> list[EventReceived]:
    sent = house.events(EntryKind.SENT, event_type="EventReceived")
    return [EventReceived.from_bytes(e.event.content_bytes) for e in sent]


def refusals(house: House) -> list[EventRefused]:
    sent = house.events(EntryKind.SENT, event_type="EventRefused")
    return [EventRefused.from_bytes(e.event.content_bytes) for e in sent]


def test_one_receipt_a_sender_covers_the_batch_and_says_how_each_was_taken(houses: Houses) -> None:
    dic = houses["dic"]
    told = houses["police"].issue(shared(), shared())
    (report,) = houses["vnpt"].issue(suspicion())
    dic.take_in(*(arrival(e, "dic", sequence=n) for n, e in enumerate([told[0], report, told[1]], start=7)))
    first, second = receipts(dic)
    assert (first.upto_count, first.upto_digest) == (2, told[1].event.digest_text)
    assert [(e.count, e.event, e.incoming_number, e.stream_sequence) for e in first.entries] == [
        (1, told[0].event.envelope.id, 1, 7),
        (2, told[1].event.envelope.id, 3, 9),
    ]
    assert {(e.outcome, e.admitted_at, e.stored_at, e.late) for e in first.entries} == {
        (ReceiptOutcome.ADMITTED, dic.now, NOW, False)
    }
    assert (second.upto_count, [e.digest for e in second.entries]) == (1, [report.event.digest_text])
    assert [e.event.envelope.agencies for e in dic.events(EntryKind.SENT)] == [("police",), ("vnpt",)]


def test_long_batches_are_covered_by_several_receipts(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_ENTRIES_PER_RECEIPT", 5)
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(12)))
    dic.take_in(*(arrival(e, "dic") for e in events))
    assert [(r.upto_count, [e.count for e in r.entries]) for r in receipts(dic)] == [
        (5, [1, 2, 3, 4, 5]),
        (10, [6, 7, 8, 9, 10]),
        (12, [11, 12]),
    ]
    for receipt in receipts(dic):
        assert receipt.upto_digest == events[receipt.upto_count - 1].event.digest_text
    # A repeat brings the receipt that covers it, not another.
    positions = {e.position for e in dic.events(EntryKind.SENT)}
    for count, wanted in ((1, 0), (5, 0), (6, 1), (12, 2)):
        intake = dic.take_in(arrival(events[count - 1], "dic", sequence=99))
        assert (intake.repeated, intake.admitted) == (1, 0)
        assert intake.follow_ups.resend_positions == {sorted(positions)[wanted]}
    assert len(receipts(dic)) == 3


def test_as_many_as_the_real_limit_fit_into_one_receipt(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(501)))
    dic.take_in(*(arrival(e, "dic") for e in events))
    assert [len(r.entries) for r in receipts(dic)] == [500, 1]
    assert all(len(e.event.payload) < 500_000 for e in dic.events(EntryKind.SENT))


def test_a_refusal_is_covered_by_the_receipt_and_explained(houses: Houses) -> None:
    dic = houses["dic"]
    early, right = houses["vnpt"].issue(suspicion(), suspicion())
    dic.now -= timedelta(minutes=6)
    dic.take_in(arrival(early, "dic", stored_at=None))
    dic.now += timedelta(minutes=6)
    dic.take_in(arrival(right, "dic"))
    assert [(r.upto_count, r.refused) for r in receipts(dic)] == [(1, (1,)), (2, ())]
    assert receipts(dic)[0].entries[0].outcome is ReceiptOutcome.REFUSED
    assert receipts(dic)[0].entries[0].incoming_number is None
    (refusal,) = refusals(dic)
    assert (refusal.event, refusal.count, refusal.digest) == (early.event.envelope.id, 1, early.event.digest_text)
    assert (refusal.check, refusal.reason) == (12, "time")
    assert "set the sender's right" in refusal.explanation
    (message,) = dic.events(EntryKind.SENT, event_type="EventRefused")
    assert message.event.envelope.cause == early.event.envelope.id
    assert message.event.envelope.time >= early.event.envelope.time


def test_answers_are_never_answered(houses: Houses) -> None:
    dic, police = houses["dic"], houses["police"]
    (event,) = police.issue(shared())
    dic.take_in(arrival(event, "dic"))
    (receipt,) = dic.events(EntryKind.SENT)
    before = police.record.last_position
    good = arrival(receipt, "police")
    bad = replace(good, payload=good.payload[:-1])
    forged = arrival(resigned(receipt.event, houses["vnpt"].service), "police")
    police.take_in(good, good, bad, forged)
    new = list(police.record.all_entries(before))
    assert not [e for e in police.events(EntryKind.SENT) if e in new]
    assert len(police.local("MessageQuarantined")) == 2


def test_a_stranger_is_not_answered(houses: Houses) -> None:
    dic = houses["dic"]
    for sender in ("nobody", "dic"):
        message = replace(arrival(houses["police"].issue(shared())[0], "dic"), payload=b"{%s" % sender.encode())
        dic.take_in(replace(message, subject=f"coord.lao-cai.{sender}.dic.InfoShared"))
    assert len(dic.local("MessageQuarantined")) == 2
    assert dic.events(EntryKind.SENT) == []
