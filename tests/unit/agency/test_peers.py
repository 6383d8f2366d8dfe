"""What peers' protocol messages change: receipts held, heads compared, gaps accepted, and lies shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from events import base64url
from events.record_entry import RecordEntry
from events.types.protocol import (
    DirectoryPublished,
    EventReceived,
    GapDeclared,
    HeadsAnnounced,
    ReceiptEntry,
    ReceiptOutcome,
)
from services.agency.follow_ups import FollowUps
from services.agency.record_transaction import IN
from tests.unit.agency.houses import House, Houses, arrival, rows, shared, use_directory

ZEROS = base64url.encode(bytes(32))
FALSE = base64url.encode(b"f" * 32)


def told(houses: Houses, to: str, by: str, content: object) -> FollowUps:
    """One agency says a protocol message and the other takes it in; what it wants done."""
    entry = houses[by].say(content, to)  # type: ignore[arg-type]
    return houses[to].take_in(arrival(entry, to)).follow_ups


def receipts_held(house: House) -> list[tuple[object, ...]]:
    return list(rows(house.record, "SELECT peer, upto_count FROM receipts_held"))


def heads(sent: tuple[int, str] = (0, ZEROS), received: tuple[int, str] = (0, ZEROS), **more: Any) -> HeadsAnnounced:
    members: dict[str, Any] = {"directory_version": 1, "reply_wanted": False} | more
    return HeadsAnnounced(
        sent_count=sent[0], sent_digest=sent[1], received_count=received[0], received_digest=received[1], **members
    )


def link(entry: RecordEntry) -> tuple[int, str]:
    return entry.event.envelope.recipients[0].count, entry.event.digest_text


# --- receipts ---


def test_a_receipt_is_held_and_an_older_one_takes_nothing_back(houses: Houses) -> None:
    police, events = houses["police"], houses["police"].issue(shared(), shared())
    for count in (2, 1):
        content = EventReceived(upto_count=count, upto_digest=events[count - 1].event.digest_text)
        follow = told(houses, "police", "dic", content)
        assert follow.receipts == {"dic": count}
    assert receipts_held(police) == [("dic", 2)]
    assert police.local() == []


def test_a_receipt_for_another_envelope_is_shown_and_counts_for_nothing(houses: Houses) -> None:
    police, (event,) = houses["police"], houses["police"].issue(shared())
    follow = told(houses, "police", "dic", EventReceived(upto_count=1, upto_digest=FALSE))
    assert follow.receipts == {}
    assert receipts_held(police) == []
    (alarm,) = police.local("ReceiptDisagrees")
    assert alarm.subject == "dic"
    assert (alarm.data["count"], alarm.data["receipted"], alarm.data["held"]) == (1, FALSE, event.event.digest_text)
    assert not police.record.signing_held


def test_a_receipt_beyond_what_was_sent_covers_nothing(houses: Houses) -> None:
    police, (event,) = houses["police"], houses["police"].issue(shared())
    follow = told(houses, "police", "dic", EventReceived(upto_count=2, upto_digest=event.event.digest_text))
    assert (follow.receipts, follow.announce_to) == ({}, {"dic"})
    assert receipts_held(police) == []


def test_nobody_receipts_for_another(houses: Houses) -> None:
    police, (event,) = houses["police"], houses["police"].issue(shared())
    told(houses, "police", "vnpt", EventReceived(upto_count=1, upto_digest=event.event.digest_text))
    assert ("dic", 1) not in receipts_held(police)


# --- heads ---


def test_heads_that_agree_want_nothing(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(shared(), shared())
    dic.take_in(*(arrival(e, "dic") for e in events))
    follow = told(houses, "dic", "police", heads(sent=link(events[1])))
    assert (follow.wanted, follow.resend_from, follow.answers_to) == ({}, {}, {})
    assert not follow.send_directory_to
    assert dic.local() == []
    assert follow.heads["police"].received_count == 0


def test_a_receiver_asks_for_what_its_peer_has_sent_beyond(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(4)))
    dic.take_in(arrival(events[0], "dic"))
    assert told(houses, "dic", "police", heads(sent=link(events[3]))).wanted == {"police": range(2, 5)}


def test_a_sender_sends_again_what_its_peer_lacks(houses: Houses) -> None:
    events = houses["police"].issue(*(shared() for _ in range(4)))
    assert told(houses, "police", "dic", heads(received=link(events[1]))).resend_from == {"dic": 3}
    assert told(houses, "police", "dic", heads()).resend_from == {"dic": 1}
    assert told(houses, "police", "dic", heads(received=link(events[3]))).resend_from == {}


def test_chains_that_differ_are_shown_whichever_way(houses: Houses) -> None:
    police, dic = houses["police"], houses["dic"]
    events = police.issue(shared(), shared())
    dic.take_in(*(arrival(e, "dic") for e in events))
    assert told(houses, "police", "dic", heads(received=(2, FALSE))).resend_from == {}
    assert told(houses, "police", "dic", heads(received=(0, FALSE))).resend_from == {}
    told(houses, "dic", "police", heads(sent=(1, FALSE)))
    assert [(e.subject, e.data["direction"], e.data["count"]) for e in police.local("ChainsDiffer")] == [
        ("dic", "out", 2),
        ("dic", "out", 0),
    ]
    (alarm,) = dic.local("ChainsDiffer")
    assert (alarm.subject, alarm.data["direction"], alarm.data["count"]) == ("police", "in", 1)


def test_an_answer_is_given_where_one_is_wanted_and_the_directory_where_an_older_is_held(houses: Houses) -> None:
    entry = houses["police"].say(heads(reply_wanted=True), "dic")
    follow = houses["dic"].take_in(arrival(entry, "dic")).follow_ups
    assert follow.answers_to == {"police": entry.event.envelope.id}
    newer = heads(directory_version=9)
    dic = houses["dic"]
    assert not told(houses, "dic", "police", newer).send_directory_to
    use_directory(dic, replace(houses.directory, version=2, previous=b"p" * 32))
    assert set(told(houses, "dic", "police", heads()).send_directory_to) == {"police"}


def test_a_directory_version_is_taken_only_if_it_is_newer(houses: Houses) -> None:
    note = "text\n\n— name AAAA\n"
    assert told(houses, "vnpt", "dic", DirectoryPublished(version=1, note=note)).directory_notes == []
    assert told(houses, "vnpt", "dic", DirectoryPublished(version=2, note=note)).directory_notes == [note]


# --- gaps ---


def gap(first: int, last: int, digest: str | None = None) -> GapDeclared:
    return GapDeclared(from_count=first, to_count=last, to_digest=digest, reason="Mất sổ gốc.")


def head(house: House) -> tuple[int, bytes]:
    with house.record.writing() as transaction:
        found = transaction.head("police", IN)
    return found.count, found.digest


def test_a_gap_behind_what_is_held_lets_the_rest_go_on(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(5)))
    dic.take_in(arrival(events[0], "dic"), arrival(events[3], "dic"))
    told(houses, "dic", "police", gap(2, 3, events[2].event.digest_text))
    assert [e.event for e in dic.documents()] == [events[0].event, events[3].event]
    assert head(dic) == (4, events[3].event.digest)
    (accepted,) = dic.local("GapAccepted")
    assert (accepted.data["from_count"], accepted.data["to_count"]) == (2, 3)
    assert dic.take_in(arrival(events[4], "dic")).admitted == 1
    # What was declared lost and comes all the same has no place any more.
    assert dic.take_in(arrival(events[1], "dic")).quarantined == 1


def test_what_has_arrived_cannot_be_talked_away(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(4)))
    dic.take_in(arrival(events[0], "dic"), arrival(events[2], "dic"))
    told(houses, "dic", "police", gap(1, 4, events[3].event.digest_text))
    assert [e.event for e in dic.documents()] == [events[0].event, events[2].event]
    assert [(e.data["from_count"], e.data["to_count"]) for e in dic.local("GapAccepted")] == [(2, 2)]
    told(houses, "dic", "police", gap(1, 3))
    assert len(dic.local("GapAccepted")) == 1
    assert dic.take_in(arrival(events[3], "dic")).admitted == 1


def test_a_gap_further_on_waits_for_what_lies_before(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(4)))
    follow = told(houses, "dic", "police", gap(3, 4, events[3].event.digest_text))
    assert follow.wanted == {"police": range(1, 3)}
    assert head(dic) == (0, bytes(32))
    assert dic.local("GapAccepted") == []


def test_the_chain_goes_on_behind_a_gap_whose_end_is_known(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(3)))
    told(houses, "dic", "police", gap(1, 2, FALSE))
    assert dic.take_in(arrival(events[2], "dic")).quarantined == 1


def test_a_gap_without_a_known_end_is_followed_by_whatever_comes_next(houses: Houses) -> None:
    dic, events = houses["dic"], houses["police"].issue(*(shared() for _ in range(3)))
    told(houses, "dic", "police", gap(1, 2))
    assert head(dic) == (2, b"")
    assert dic.take_in(arrival(events[2], "dic")).admitted == 1


def test_a_record_under_recovery_accepts_no_gap(houses: Houses) -> None:
    dic = houses["dic"]
    with dic.writing() as transaction:
        transaction.hold_signing("an old backup", dic.now)
    told(houses, "dic", "police", gap(1, 2))
    assert dic.local("GapAccepted") == []


def test_every_line_of_a_receipt_must_name_the_envelope_that_was_sent(houses: Houses) -> None:
    police, events = houses["police"], houses["police"].issue(shared(), shared())
    lines = [
        {"count": count, "event": entry.event.envelope.id, "digest": digest, "outcome": ReceiptOutcome.ADMITTED}
        for (count, entry), digest in zip(enumerate(events, 1), (FALSE, events[1].event.digest_text), strict=True)
    ]
    more = {"admitted_at": events[1].recorded_at, "directory_version": 1, "late": False}
    content = EventReceived(
        upto_count=2,
        upto_digest=events[1].event.digest_text,
        entries=tuple(ReceiptEntry(**line, **more) for line in lines),  # type: ignore[arg-type]
    )
    assert told(houses, "police", "dic", content).receipts == {}
    assert receipts_held(police) == []
    (alarm,) = police.local("ReceiptDisagrees")
    assert (alarm.data["count"], alarm.data["receipted"]) == (1, FALSE)
