"""An event's copies for the broker, and how entries are kept in the store: byte for byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.catalogue import PROTOCOL_TYPES
from events.errors import Malformed
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry, Refusal
from events.subjects import parse_subject
from services.agency.copies import AUDITED_WHOLE, copies
from services.agency.entry_codec import TOPICS, decode_entry, encode_entry, encode_local
from tests.scenarios.samples import sample
from tests.unit.agency.houses import NOW, Houses, resigned, suspicion

CASES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_each_recipient_gets_the_payload_and_the_auditor_the_envelope_alone(houses: Houses) -> None:
    (entry,) = houses["vnpt"].issue(suspicion())
    event = entry.event
    sent = {parse_subject(m.subject).recipient: m for m in copies(event)}
    assert list(sent) == ["dic", "police", "auditor"]
    assert sent["dic"].payload == sent["police"].payload == event.payload
    assert sent["auditor"].payload == event.envelope_bytes
    assert b'"data"' not in sent["auditor"].payload
    assert event.content_bytes not in sent["auditor"].payload
    for recipient, message in sent.items():
        assert message.subject == f"coord.lao-cai.vnpt.{recipient}.SuspicionReported"
        assert message.headers == {"Phoihop-Signature": event.signature}


WHOLE = {
    "EventReceived", "EventRefused", "GapDeclared", "HeadsAnnounced", "DirectoryPublished", "CheckpointPublished",
}  # fmt: skip


@pytest.mark.parametrize("event_type", sorted(PROTOCOL_TYPES))
def test_only_what_is_evidence_and_no_matter_of_a_case_goes_whole_to_the_auditor(
    houses: Houses, event_type: str
) -> None:
    message = houses["vnpt"].say(sample("HeadsAnnounced"), "dic").event
    event = resigned(message, houses["vnpt"].service, event_type=event_type)
    auditors = copies(event)[-1].payload
    assert auditors == (event.payload if event_type in WHOLE else event.envelope_bytes)
    # What hands over other events, or names whose are wanted, would show contents.
    assert not {"RepairProvided", "RepairRequested"} & AUDITED_WHOLE


def test_the_auditor_is_copied_once_even_if_it_is_addressed(houses: Houses) -> None:
    event = houses["vnpt"].say(sample("HeadsAnnounced"), "auditor", "dic").event
    assert [parse_subject(m.subject).recipient for m in copies(event)] == ["dic", "auditor"]


def test_message_ids_are_the_same_again_and_differ_by_recipient_event_and_attempt(houses: Houses) -> None:
    first, second = (e.event for e in houses["vnpt"].issue(suspicion(), suspicion()))
    ids = [m.msg_id for event in (first, second) for attempt in (0, 1) for m in copies(event, attempt=attempt)]
    assert len(set(ids)) == len(ids) == 12
    assert [m.msg_id for m in copies(first)] == ids[:3]
    assert [m.msg_id for m in copies(first, to=("police",))] == [ids[1]]
    assert not any(first.envelope.id in i or "vnpt" in i for i in ids)


# --- the store's form ---

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
REFUSALS = st.builds(Refusal, st.integers(9, 14), TEXTS, st.none() | TEXTS, TEXTS)
ABOUT = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([EntryKind.SENT, EntryKind.ADMITTED, EntryKind.REFUSED]),
        "recorded_at": INSTANTS,
        "directory_version": st.integers(1, 10**6),
        "incoming_number": st.none() | st.integers(1, 10**6),
        "stream_sequence": st.none() | st.integers(1, 2**50),
        "stored_at": st.none() | INSTANTS,
        "late": st.booleans(),
        "refusal": st.none() | REFUSALS,
    }
)


@pytest.fixture
def entry(houses: Houses) -> RecordEntry:
    return houses["vnpt"].issue(suspicion())[0]


@CASES
@given(about=ABOUT, position=st.integers(1, 2**40))
def test_an_entry_reads_back_as_it_was_written(entry: RecordEntry, about: dict[str, Any], position: int) -> None:
    written = replace(entry, position=position, **about)
    state = encode_entry(written)
    assert decode_entry(position, TOPICS[written.kind], state) == written
    assert state.endswith(written.event.payload)
    assert state.split(b"\n")[1] == written.event.signature.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@CASES
@given(name=TEXTS, subject=TEXTS, data=JSON, at=INSTANTS)
def test_a_local_entry_reads_back_as_it_was_written(name: str, subject: str, data: Any, at: datetime) -> None:
    written: Entry = LocalEntry(3, at, name, subject, data)
    assert isinstance(written, LocalEntry)
    assert decode_entry(3, TOPICS[EntryKind.LOCAL], encode_local(written)) == written


def test_a_damaged_entry_is_noticed(entry: RecordEntry) -> None:
    state = encode_entry(entry)
    head, signature, payload = state.split(b"\n", 2)
    damaged = (
        b"\n".join((head[1:], signature, payload)), b"\n".join((head, signature[1:], payload)),
        b"\n".join((head, signature, payload.replace(b'"source"', b'"sauce"'))),
    )  # fmt: skip
    for broken in damaged:
        with pytest.raises(Malformed):
            decode_entry(1, TOPICS[EntryKind.SENT], broken)


def test_what_came_late_is_marked(houses: Houses, entry: RecordEntry) -> None:
    late = replace(entry, late=True, stored_at=NOW + timedelta(days=400))
    assert b'"late":true' in encode_entry(late)
    assert b"late" not in encode_entry(entry).split(b"\n", maxsplit=1)[0]
