"""What receipts and refusals make of deliveries."""

from __future__ import annotations

import sqlite3

import pytest

from events.types.protocol import EventReceived
from projections.deliveries_told import Outcome, Told, told_of_event
from tests.unit.audit_questions.chronicle import Chronicle, Said
from tests.unit.audit_questions.conftest import Asking


def to(cursor: sqlite3.Cursor, said: Said, recipient: str) -> Told:
    (one,) = [each for each in told_of_event(cursor, said.id) if each.recipient == recipient]
    return one


def test_nothing_is_known_until_a_receipt_comes(chronicle: Chronicle, ask: Asking) -> None:
    said = chronicle.say("police", "InfoShared", "dic", "vnpt")
    told = told_of_event(ask(chronicle), said.id)
    assert [(each.recipient, each.outcome, each.log_index) for each in told] == [
        ("dic", Outcome.PENDING, 0),
        ("vnpt", Outcome.PENDING, 1),
    ]
    assert told[0].signed_at == said.at
    assert told[0].digest == said.digest
    assert (told[0].admitted_at, told[0].receipt_id) == (None, None)


def test_a_receipt_says_what_became_of_each(chronicle: Chronicle, ask: Asking) -> None:
    first, second = chronicle.say("police", "InfoShared", "dic"), chronicle.say("police", "InfoShared", "dic", "vnpt")
    chronicle.take("dic", first, refused=[second])
    chronicle.refuse("dic", second)
    cursor = ask(chronicle)
    admitted, refused = to(cursor, first, "dic"), to(cursor, second, "dic")
    assert (admitted.outcome, admitted.incoming_number, admitted.refusal_reason) == (Outcome.ADMITTED, 1, None)
    assert admitted.admitted_at is not None
    assert admitted.receipted_at is not None
    assert admitted.admitted_at < admitted.receipted_at
    assert (refused.outcome, refused.incoming_number) == (Outcome.REFUSED, None)
    assert (refused.refusal_check, refused.refusal_clause, refused.refusal_explanation) == (14, "LC-2.4a", "=cmd()")
    assert to(cursor, second, "vnpt").outcome is Outcome.PENDING


def test_the_first_word_of_a_recipient_stands(chronicle: Chronicle, ask: Asking) -> None:
    said = chronicle.say("police", "InfoShared", "dic")
    chronicle.take("dic", said)
    once = to(ask(chronicle), said, "dic")
    chronicle.take("dic", refused=[said])
    chronicle.take("dic", said)
    assert to(ask(chronicle), said, "dic") == once


def test_a_cumulative_receipt_says_of_older_ones_that_they_arrived(chronicle: Chronicle, ask: Asking) -> None:
    first, second = chronicle.say("police", "InfoShared", "dic"), chronicle.say("police", "InfoShared", "dic")
    later = chronicle.say("police", "InfoShared", "dic")
    chronicle.take("dic", second)
    cursor = ask(chronicle)
    assert [to(cursor, each, "dic").outcome for each in (first, second, later)] == [
        Outcome.ARRIVED,
        Outcome.ADMITTED,
        Outcome.PENDING,
    ]
    chronicle.take("dic", refused=[first])
    assert to(ask(chronicle), first, "dic").outcome is Outcome.REFUSED


def test_a_count_listed_as_refused_without_its_entry_is_refused(chronicle: Chronicle, ask: Asking) -> None:
    said = chronicle.say("police", "InfoShared", "dic")
    receipt = chronicle.take("dic", refused=[said], told=False)
    found = to(ask(chronicle), said, "dic")
    assert found.outcome is Outcome.REFUSED
    assert found.admitted_at == found.receipted_at
    assert receipt.stored_at is not None


@pytest.mark.parametrize("forged", ["other digest", "other agency"])
def test_a_receipt_for_something_else_moves_nothing(chronicle: Chronicle, ask: Asking, forged: str) -> None:
    said = chronicle.say("police", "InfoShared", "dic")
    if forged == "other digest":
        chronicle.take("dic", said, digest="A" * 43, upto=0)
    else:
        chronicle.take("vnpt", said)
    assert to(ask(chronicle), said, "dic").outcome is Outcome.PENDING


def test_of_two_documents_under_one_count_the_receipt_means_the_one_it_names(chronicle: Chronicle, ask: Asking) -> None:
    first = chronicle.say("police", "InfoShared", "dic", counts={"dic": 1})
    second = chronicle.say("police", "InfoShared", "dic", counts={"dic": 1})
    chronicle.take("dic", second)
    cursor = ask(chronicle)
    assert [to(cursor, each, "dic").outcome for each in (first, second)] == [Outcome.ARRIVED, Outcome.ADMITTED]


def test_what_was_said_of_a_document_before_it_came_is_kept_for_it(chronicle: Chronicle, ask: Asking) -> None:
    early = chronicle.say("police", "InfoShared", "dic", hold_back=True)
    refused = chronicle.say("police", "InfoShared", "dic", hold_back=True)
    covered = chronicle.say("police", "InfoShared", "dic", hold_back=True)
    chronicle.take("dic", early, refused=[refused], upto=3)
    chronicle.refuse("dic", refused)
    assert told_of_event(ask(chronicle), early.id) == ()
    for each in (early, refused, covered):
        chronicle.put(each.logged)
    cursor = ask(chronicle)
    assert [to(cursor, each, "dic").outcome for each in (early, refused, covered)] == [
        Outcome.ADMITTED,
        Outcome.REFUSED,
        Outcome.ARRIVED,
    ]
    assert to(cursor, refused, "dic").refusal_reason == "recipient"
    left = "SELECT COUNT(*) FROM early_receipt UNION ALL SELECT COUNT(*) FROM early_refusal"
    assert [row[0] for row in cursor.execute(left)] == [0, 0]


def test_a_refusal_without_a_count_gives_a_reason_and_leaves_the_outcome_open(
    chronicle: Chronicle, ask: Asking
) -> None:
    said = chronicle.say("police", "InfoShared", "dic")
    chronicle.refuse("dic", said, counted=False)
    found = to(ask(chronicle), said, "dic")
    assert (found.outcome, found.refusal_reason) == (Outcome.PENDING, "recipient")


@pytest.mark.parametrize("data", [b"{}", b'{"salt":"x","content":{}}', b""])
def test_a_receipt_that_cannot_be_read_is_noted_and_holds_up_nothing(
    chronicle: Chronicle, ask: Asking, data: bytes
) -> None:
    said = chronicle.say("police", "InfoShared", "dic")
    unread = chronicle.protocol("dic", EventReceived(upto_count=1, upto_digest=said.digest), "police", data=data)
    chronicle.take("dic", said)
    cursor = ask(chronicle)
    assert to(cursor, said, "dic").outcome is Outcome.ADMITTED
    (noted,) = cursor.execute("SELECT log_index, event_type FROM unread").fetchall()
    assert tuple(noted) == (unread.first_index, "EventReceived")


def test_of_two_words_on_a_document_that_comes_later_the_first_stands(chronicle: Chronicle, ask: Asking) -> None:
    told_later = chronicle.say("police", "InfoShared", "dic", hold_back=True)
    chronicle.refuse("dic", told_later)
    chronicle.take("dic", told_later)
    chronicle.put(told_later.logged)
    one = to(ask(chronicle), told_later, "dic")
    assert one.outcome is Outcome.REFUSED
