"""An envelope read by one pattern is the envelope as the strict parser reads it; what one refuses the other refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events import base64url
from events.audit import lean_envelope
from events.audit.lean_envelope import LeanEnvelope, lean, read_envelope
from events.audit.signed_by import SigningKeys
from events.envelope import Envelope, parse_envelope
from events.errors import Malformed
from events.instants import whole_milliseconds
from events.recipients import Recipient
from events.signature import protected_header, signature_kid

slugs = st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True)
digests = st.binary(min_size=32, max_size=32)
uuids = st.uuids().map(str)
instants = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    whole_milliseconds
)


@st.composite
def envelopes(draw: st.DrawFn) -> Envelope:
    agencies = sorted(draw(st.sets(slugs, min_size=1, max_size=4)))
    counted = draw(st.booleans())
    links = [Recipient(each, draw(st.integers(1, 10**15 - 1)), draw(digests)) for each in agencies]
    optional: dict[str, Any] = {
        "clause": draw(st.none() | st.from_regex(r"[A-Z]{2}-[0-9A-Za-z.]{1,12}", fullmatch=True)),
        "case": draw(st.none() | uuids), "cause": draw(st.none() | uuids), "basis": draw(st.none() | uuids),
        "due": draw(st.none() | instants),
    }  # fmt: skip
    if counted:
        optional["docnumber"] = draw(st.from_regex(r"0[1-9]|[1-9][0-9]{1,8}", fullmatch=True))
        optional["docsymbol"] = draw(st.from_regex(r"[0-9A-ZĐ][0-9A-ZĐa-zđ&./-]{0,40}", fullmatch=True))
    return Envelope(
        draw(st.from_regex(r"[A-Z][A-Za-z]{2,20}", fullmatch=True)), draw(st.integers(1, 9999)), draw(uuids),
        draw(instants), draw(slugs), draw(slugs), draw(st.from_regex(r"[a-z_]{2,32}", fullmatch=True)),
        tuple(links if counted else (Recipient(each) for each in agencies)), draw(digests),
        draw(st.binary(min_size=16, max_size=16)), **optional,
    )  # fmt: skip


def both(data: bytes) -> tuple[LeanEnvelope | None, LeanEnvelope | None]:
    """What the pattern and the strict parser make of some bytes; None where they refuse."""
    try:
        by_parser = lean(parse_envelope(data))
    except Malformed:
        by_parser = None
    try:
        return read_envelope(data), by_parser
    except Malformed:
        return None, by_parser


@given(envelopes())
def test_reads_what_the_parser_reads(envelope: Envelope) -> None:
    data = envelope.to_bytes()
    assert read_envelope(data) == lean(envelope) == lean(parse_envelope(data))


@given(envelopes())
def test_the_pattern_itself_knows_every_envelope(envelope: Envelope) -> None:
    # Were it to leave some to the parser, a replay would be slower and nobody would notice.
    assert lean_envelope._ENVELOPE.fullmatch(envelope.to_bytes().decode("utf-8"))


@given(envelopes(), st.data())
def test_refuses_what_the_parser_refuses(envelope: Envelope, data: st.DataObject) -> None:
    raw = bytearray(envelope.to_bytes())
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(raw) - 1))
        match data.draw(st.sampled_from(["flip", "letter", "insert", "delete", "repeat"])):
            case "flip":
                raw[place] ^= 1 << data.draw(st.integers(0, 7))
            case "letter":
                raw[place] = data.draw(st.sampled_from(b'0129AZaz-_:. "{},\\\n\xc4\x90'))
            case "insert":
                raw.insert(place, data.draw(st.integers(0, 255)))
            case "delete":
                del raw[place]
            case _:
                end = data.draw(st.integers(place, len(raw)))
                raw[place:place] = raw[place:end]
    by_pattern, by_parser = both(bytes(raw))
    assert by_pattern == by_parser


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"time":"2026-', b'"time":"2027-02-30'[:13]),
        (b'T03:04:05.678Z"', b'T24:04:05.678Z"'),
        (b'T03:04:05.678Z"', b'T03:60:05.678Z"'),
        (b'"2026-11-21T', b'"2026-11-31T'),
        (b'"2026-11-21T', b'"9999-12-31T'),
        (b"dic:1:", b"dic:01:"),
        (b"dic:1:", b"police:1:"),
        (b'"docnumber":"01",', b""),
        (b'"case":', b'"cause":'),
    ],
)
def test_what_looks_nearly_right(old: bytes, new: bytes) -> None:
    time = datetime(2026, 11, 21, 3, 4, 5, 678_000, UTC)
    links = (Recipient("dic", 1, bytes(32)), Recipient("police", 2, bytes(32)))
    envelope = Envelope(
        "InfoShared", 1, "0193a000-0000-7000-8000-000000000000", time, "lao-cai", "vnpt", "enterprise", links,
        bytes(32), bytes(16), clause="LC-4.4", case="0193a000-0000-7000-8000-000000000001", docnumber="01",
        docsymbol="CV-Đ",
    )  # fmt: skip
    data = envelope.to_bytes()
    assert old in data
    by_pattern, by_parser = both(data.replace(old, new, 1))
    assert by_pattern == by_parser


@given(signature=st.binary(min_size=60, max_size=68), spoil=st.sampled_from("AQgwB+/=-_ é"), place=st.integers(0, 90))
@example(signature=bytes(64), spoil="B", place=85)
def test_a_signature_has_one_spelling(signature: bytes, spoil: str, place: int) -> None:
    header = protected_header("lao-cai/vnpt/head/3Tq0VJm9c1yKdA2x")
    text = base64url.encode(signature)
    for each in (text, text[:place] + spoil + text[place + 1 :]):
        jws = f"{header}..{each}"
        try:
            kid: str | None = signature_kid(jws)
        except Malformed:
            kid = None
        try:
            _, raw = _KEYS.of(jws)
        except Malformed:
            assert kid is None
        else:
            assert kid is not None
            assert base64url.encode(raw) == each


class _NoKeys:
    """A directory that lists no key: only the form is looked at here."""

    @staticmethod
    def key(_kid: str) -> None:
        return None


_KEYS = SigningKeys(_NoKeys())  # type: ignore[arg-type]
