"""Round trips of everything that stands on the wire, and strictness: what is read is exactly what would be written."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events import base64url
from events.catalogue import CATALOGUE
from events.content import Content
from events.envelope import Envelope, parse_envelope
from events.errors import InvalidValue, Malformed
from events.instants import format_instant, parse_instant, vietnam_date, whole_milliseconds
from events.names import ce_type, dataschema, make_kid, parse_ce_type, parse_kid, parse_source, source_urn
from events.payload import MAX_PAYLOAD_BYTES, join_payload, split_payload
from events.recipients import Recipient, format_recipients, parse_recipients
from events.subjects import Subject, parse_subject
from tests.contract.samples import SAMPLES

slugs = st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True)
event_types = st.from_regex(r"[A-Z][A-Za-z]{2,63}", fullmatch=True)
digests = st.binary(min_size=32, max_size=32)
uuids = st.uuids().map(str)
instants = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    whole_milliseconds
)


@given(st.binary(max_size=200))
def test_base64url_round_trips(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@given(st.text(max_size=20) | st.from_regex(r"[A-Za-z0-9_-]{0,12}={0,2}", fullmatch=True))
@example("AB")
@example("AA==")
@example("A")
@example("AA\n")
@example("é")
def test_base64url_reads_only_what_it_writes(text: str) -> None:
    try:
        data = base64url.decode(text)
    except InvalidValue:
        return
    assert base64url.encode(data) == text


# At both ends of the calendar an instant has no day in Vietnam: those are refused, which has its own test.
@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 29), timezones=st.timezones()))  # noqa: DTZ001
def test_instants_round_trip_to_the_millisecond(moment: datetime) -> None:
    with contextlib.suppress(OverflowError):  # the last hours of the year 9999 in western zones
        text = format_instant(moment)
        assert parse_instant(text) == whole_milliseconds(moment)
        assert format_instant(parse_instant(text)) == text


@given(instants, instants)
def test_instants_sort_as_text(first: datetime, second: datetime) -> None:
    assert (format_instant(first) < format_instant(second)) == (first < second)


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z\n?", fullmatch=True))
@example("2026-11-21T03:04:05.678Z\n")
@example("2026-11-21T24:00:00.000Z")
@example("2026-11-21t03:04:05.678z")
def test_instants_have_one_spelling(text: str) -> None:
    try:
        moment = parse_instant(text)
    except InvalidValue:
        return
    assert format_instant(moment) == text
    assert moment.utcoffset() == timedelta(0)


def test_a_document_signed_after_17_utc_is_dated_the_next_day_in_vietnam() -> None:
    assert str(vietnam_date(datetime(2026, 12, 31, 17, 0, tzinfo=UTC))) == "2027-01-01"
    assert str(vietnam_date(datetime(2026, 12, 31, 16, 59, tzinfo=UTC))) == "2026-12-31"


@given(slugs, slugs, slugs, event_types)
def test_subjects_round_trip(province: str, sender: str, recipient: str, event_type: str) -> None:
    subject = Subject(province, sender, recipient, event_type)
    assert parse_subject(str(subject)) == subject


@pytest.mark.parametrize(
    "text",
    [
        "",
        "coord",
        "coord.lao-cai.vnpt.dic",
        "coord.lao-cai.vnpt.dic.InfoShared.x",
        "coord.lao-cai.*.dic.InfoShared",
        "coord.lao-cai.vnpt.dic.>",
        "coord.lao-cai.vnpt..InfoShared",
        "coord.lao-cai.VNPT.dic.InfoShared",
        "coord.lao-cai.vnpt.dic.infoShared",
        "coord.lao-cai.vnpt.dic.InfoShared\n",
        " coord.lao-cai.vnpt.dic.InfoShared",
        "audit.lao-cai.vnpt.dic.InfoShared",
    ],
)
def test_subjects_that_are_not_ours(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"is not of the form coord\."):
        parse_subject(text)


@given(slugs, slugs, slugs, digests, event_types, st.integers(1, 9999))
def test_names_round_trip(province: str, agency: str, signatory: str, digest: bytes, event_type: str, n: int) -> None:
    assert parse_source(source_urn(province, agency)) == (province, agency)
    assert parse_ce_type(ce_type(event_type, n)) == (event_type, n)
    assert dataschema(event_type, n).endswith(f":{event_type}:{n}")
    thumbprint = base64url.encode(digest)
    assert parse_kid(make_kid(province, agency, signatory, thumbprint)) == (
        province,
        agency,
        signatory,
        thumbprint[:16],
    )


counted = st.lists(
    st.builds(Recipient, slugs, st.integers(1, 10**15 - 1), digests),
    min_size=1,
    max_size=6,
    unique_by=lambda r: r.agency,
)
plain = st.lists(st.builds(Recipient, slugs), min_size=1, max_size=6, unique_by=lambda r: r.agency)


@given(counted | plain)
def test_recipients_round_trip_in_the_order_of_agencies(recipients: list[Recipient]) -> None:
    text = format_recipients(recipients)
    assert list(parse_recipients(text)) == sorted(recipients, key=lambda r: r.agency)


@given(st.text(alphabet="ab-:1 A", max_size=40))
def test_recipients_have_one_spelling(text: str) -> None:
    try:
        found = parse_recipients(text)
    except (Malformed, InvalidValue):
        return
    assert format_recipients(found) == text


def envelopes(protocol: bool) -> st.SearchStrategy[Envelope]:
    return st.builds(
        Envelope,
        event_type=event_types,
        version=st.integers(1, 9999),
        id=uuids,
        time=instants,
        province=slugs,
        sender=slugs,
        role=st.from_regex(r"[a-z_]{2,32}", fullmatch=True),
        recipients=(plain if protocol else counted).map(lambda rs: tuple(sorted(rs, key=lambda r: r.agency))),
        contentdigest=digests,
        nonce=st.binary(min_size=16, max_size=16),
        clause=st.none() | st.from_regex(r"[A-Z]{2}-[0-9A-Za-z.]{1,12}", fullmatch=True),
        case=st.none() | uuids,
        cause=st.none() | uuids,
        basis=st.none() | uuids,
        due=st.none() | instants,
        docnumber=st.none() if protocol else st.integers(1, 99_999).map(lambda n: f"{n:02d}"),
        docsymbol=st.none() if protocol else st.sampled_from(["BC-VNPT", "QĐ-UBND", "CV-STTTT.TTra", "01/BB"]),
    )


@given(st.booleans().flatmap(envelopes))
def test_envelopes_round_trip(envelope: Envelope) -> None:
    data = envelope.to_bytes()
    assert parse_envelope(data) == envelope
    assert parse_envelope(data).to_bytes() == data


@given(envelopes(protocol=False), st.binary(min_size=32, max_size=32), st.sampled_from(SAMPLES))
def test_payloads_cut_back_to_the_exact_parts(envelope: Envelope, salt: bytes, content: Content) -> None:
    parts = (envelope.to_bytes(), salt, content.to_bytes())
    payload = join_payload(*parts)
    assert split_payload(payload) == parts
    assert join_payload(*split_payload(payload)) == payload


@given(envelopes(protocol=False), st.binary(max_size=60))
def test_a_content_that_imitates_the_splice_moves_no_cut(envelope: Envelope, filler: bytes) -> None:
    imitation = b'{"a":1,"data":{"salt":"' + b"A" * 43 + b'","content":' + filler + b"}}}"
    parts = (envelope.to_bytes(), bytes(32), imitation)
    assert split_payload(join_payload(*parts)) == parts


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda b: b'{"a":1,"data":{"salt":"' + b"A" * 43 + b))
def test_splitting_any_bytes_gives_back_them_or_malformed(data: bytes) -> None:
    try:
        parts = split_payload(data)
    except Malformed:
        return
    assert join_payload(*parts) == data


def test_the_size_limit_is_exact() -> None:
    envelope = b'{"a":"b"}'
    room = MAX_PAYLOAD_BYTES - len(join_payload(envelope, bytes(32), b""))
    assert split_payload(join_payload(envelope, bytes(32), b"x" * room)).content == b"x" * room
    with pytest.raises(Malformed, match="over 921600"):
        split_payload(join_payload(envelope, bytes(32), b"x" * (room + 1)))


GOOD = {type(content).__name__: content for content in SAMPLES}


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_content_read_from_changed_bytes_is_what_those_bytes_say(name: str, data: st.DataObject) -> None:
    """Any byte replaced: either refused as `Malformed`, or read and written back to the very same bytes."""
    good = GOOD[name].to_bytes()
    position = data.draw(st.integers(0, len(good) - 1))
    changed = good[:position] + bytes([data.draw(st.integers(0, 255))]) + good[position + 1 :]
    model: type[Any] = CATALOGUE[name, 1]
    try:
        content = model.from_bytes(changed)
    except Malformed:
        return
    assert content.to_bytes() == changed
