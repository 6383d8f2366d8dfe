"""What an insider's documents cannot do: poison the mail, steal an id, fill the disk, or speak with a revoked key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.arrival import Arrival
from events.recipients import Recipient
from events.record_entry import EntryKind, RecordEntry
from events.signature import MAX_SIGNATURE_CHARACTERS, protected_header
from events.types.protocol import EventReceived, EventRefused
from services.agency import holding_area
from services.bench.pair import House
from tests.contract.insider import Insider, alarms, arrival_of, deliver, sent_events, tip

TIP = tip("dic").content


def refused(entries: list[object]) -> list[RecordEntry]:
    return [e for e in entries if isinstance(e, RecordEntry) and e.kind is EntryKind.REFUSED]


# --- contents made to break what explains them ---


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"a\\u0000b":1}', id="NUL in a name"),
        pytest.param(b'{"a\\u001b[2Jb":1}', id="a terminal's command in a name"),
        pytest.param('{"\u202eb\u009b":1}'.encode(), id="text turned round"),
        pytest.param(b'{"' + b"k" * 200_000 + b'":1}', id="a very long name"),
        pytest.param(b'{"":1}', id="an empty name"),
        pytest.param(b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}", id="20,000 members"),
        pytest.param(b"[" + b"1," * 120_000 + b"1]", id="120,000 elements"),
        pytest.param(b'{"a":' * 30_000 + b"1" + b"}" * 30_000, id="nested without end"),
        pytest.param(b'{"title":"\\ud800"}', id="half a character"),
        pytest.param(b"\xff\xfe", id="no text at all"),
    ],
)
def test_a_hostile_content_is_refused_and_answered(victim: House, insider: Insider, body: bytes) -> None:
    intake, entries = deliver(victim, insider.writes(body))
    assert intake.refused == 1
    (told,) = sent_events(entries, "EventRefused")
    explanation = EventRefused.from_bytes(told.content_bytes).explanation
    assert len(explanation) <= 2000
    assert not set(explanation) & set("\x00\x1b\u202e\u009b")
    after = insider.writes(TIP)
    assert deliver(victim, after)[0].admitted == 1, "what follows flows"


# --- ids that somebody else used first ---


def test_an_id_used_first_by_another_does_not_keep_the_true_event_out(
    victim: House, insider: Insider, houses: dict[str, House]
) -> None:
    true, after = (houses["vnpt"].issue_all([tip("dic", "police")])[0].event for _ in range(2))
    thief = insider.writes(TIP, id=true.envelope.id)
    assert deliver(victim, thief)[0].admitted == 1

    intake, entries = deliver(victim, arrival_of(true, "dic"), arrival_of(after, "dic"))
    assert (intake.refused, intake.admitted, intake.quarantined, intake.parked) == (1, 1, 0, 0)
    (told,) = sent_events(entries, "EventRefused")
    assert EventRefused.from_bytes(told.content_bytes).reason == "id-reused"
    receipt = EventReceived.from_bytes(sent_events(entries, "EventReceived")[0].content_bytes)
    assert (receipt.upto_count, receipt.refused) == (2, (1,))
    assert deliver(victim, arrival_of(true, "dic"))[0].repeated == 1, "a repeat of it is known as one"
    with victim.record.writing() as transaction:
        known = transaction.known(true.envelope.id)
        assert known is not None
        assert known.envelope.sender == "police", "the id stays with the event that is held"


def test_an_event_whose_id_is_taken_is_folded_by_nothing(victim: House, insider: Insider) -> None:
    case = "22222222-2222-4222-8222-222222222222"
    first = insider.writes(TIP)
    event_id = first.payload.decode().split('"id":"')[1][:36]
    unreadable = insider.writes(b'{"x":1}', id=event_id, case=case)
    intake, _ = deliver(victim, first, unreadable)
    assert (intake.admitted, intake.refused) == (1, 1)
    victim.record._states._states.clear()
    with victim.record.writing() as transaction:
        assert transaction.case_state(case) is None


# --- floods ---


def test_what_is_parked_of_one_sender_is_bounded_and_nothing_is_lost(
    victim: House, insider: Insider, houses: dict[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_area, "MESSAGES_KEPT_PER_SENDER", 3)
    chain = [insider.writes(TIP) for _ in range(7)]
    intake, entries = deliver(victim, *chain[1:])
    assert intake.parked == 3
    assert alarms(entries).count("HoldingFull") == 1
    another = Insider(houses["vnpt"], "dic", count=1)
    assert deliver(victim, another.writes(TIP))[0].parked == 1, "one sender's flood is not another's"
    deliver(victim, chain[0])
    deliver(victim, *chain)
    links = victim.record.rows("SELECT MAX(count), COUNT(*) FROM pair_links WHERE peer = 'police' AND direction = 1")
    assert tuple(links[0]) == (7, 7)


def test_what_is_quarantined_and_answered_of_one_sender_is_bounded(
    victim: House, insider: Insider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_area, "MESSAGES_KEPT_PER_SENDER", 5)
    junk = [Arrival("coord.lao-cai.police.dic.InfoShared", b"junk %d" % n, None, n + 1) for n in range(50)]
    _, entries = deliver(victim, *junk)
    assert victim.record.rows("SELECT COUNT(*) FROM quarantine")[0][0] == 5
    assert len(sent_events(entries)) == 5, "one answer for each that is kept, none for the others"
    assert alarms(entries).count("HoldingFull") == 1
    assert deliver(victim, insider.writes(TIP))[0].admitted == 1


# --- signatures ---


def test_a_monstrous_key_name_is_not_remembered(victim: House, insider: Insider) -> None:
    protected_header.cache_clear()
    for size in (2000, 600_000):
        kid = "x" * size
        signature = protected_header.__wrapped__(kid) + ".." + "A" * 86
        arrival = insider.writes(TIP)
        monstrous = Arrival(arrival.subject, arrival.payload, signature, 1)
        assert len(signature) > MAX_SIGNATURE_CHARACTERS
        assert deliver(victim, monstrous)[0].quarantined == 1
    assert protected_header.cache_info().currsize <= 2, "the keys of the two houses, and no other"


@pytest.mark.parametrize("signatory", ["head", "service"])
def test_nobody_signs_for_another(victim: House, insider: Insider, houses: dict[str, House], signatory: str) -> None:
    key = insider.house.head if signatory == "head" else insider.house.service
    forged = insider.signs(
        TIP.to_bytes(), "InfoShared", (Recipient("dic", 1, bytes(32)),), sender="vnpt", role="enterprise",
        clause="LC-4.4", docnumber="01", docsymbol="CV-X", signer=key,
    )  # fmt: skip
    under_vnpt = arrival_of(forged, "dic")
    under_own = Arrival(under_vnpt.subject.replace("vnpt", "police"), forged.payload, forged.signature, 1)
    intake, entries = deliver(victim, under_vnpt, under_own)
    assert (intake.quarantined, intake.admitted) == (2, 0)
    assert not refused(list(entries))


def test_the_same_count_for_two_events_is_kept_as_evidence(victim: House, insider: Insider) -> None:
    first = insider.writes(TIP)
    second = insider.writes(TIP, link=Recipient("dic", 1, bytes(32)))
    intake, _ = deliver(victim, first, second)
    assert (intake.admitted, intake.quarantined) == (1, 1)
    (row,) = victim.record.rows("SELECT reason FROM quarantine")
    assert row[0] == "count-signed-twice"


# --- texts and times that deceive or break who looks at them ---


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u2028", "\x9b", "\x85", "\u200b", "\u200f", "\u061c", "\ufeff"])
@pytest.mark.parametrize("member", ["title", "text"])
def test_a_text_reads_as_it_is_signed(victim: House, insider: Insider, mark: str, member: str) -> None:
    body = TIP.to_bytes().decode().replace(f'"{member}":"S', f'"{member}":"S{mark}')
    intake, entries = deliver(victim, insider.writes(body.encode()))
    assert intake.refused == 1
    assert refused(list(entries))[0].refusal.reason == "content"  # type: ignore[union-attr]


@pytest.mark.parametrize("due", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_a_time_at_the_end_of_the_calendar_breaks_no_reckoning(victim: House, insider: Insider, due: str) -> None:
    honest = insider.writes(TIP, due=datetime(2030, 1, 1, tzinfo=UTC))
    absurd = honest.payload.replace(b"2030-01-01T00:00:00.000Z", due.encode())
    intake, _ = deliver(victim, Arrival(honest.subject, absurd, honest.signature, 1))
    assert (intake.quarantined, intake.admitted) == (1, 0)
    assert victim.record.rows("SELECT reason FROM quarantine")[0][0] == "cloudevents", (
        "before any signature is looked at"
    )
