"""Bad input at the door: each fault has its name and a message that a person can act on, and nothing else is raised."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from events import base64url
from events.canonical import canonical_json
from events.catalogue import read_content
from events.envelope import MAX_ENVELOPE_BYTES
from events.errors import Malformed, SignatureInvalid, UnknownEventType
from events.payload import MAX_PAYLOAD_BYTES, content_digest, join_payload
from events.signature import protected_header, sign_envelope, verify_envelope
from events.signed_event import SignedEvent, parse_signed_event
from events.types.information import InfoShared
from tests.contract.golden_events import TestOnlySigner, make
from tests.contract.samples import SAMPLES

SHARED = next(content for content in SAMPLES if isinstance(content, InfoShared))
EVENT, SIGNER = make(SHARED)


def attributes(**changes: str | None) -> dict[str, Any]:
    """The golden envelope's attributes with some changed or, where None, left out."""
    found: dict[str, Any] = json.loads(EVENT.envelope_bytes)
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def payload_of(envelope: bytes, content: bytes = EVENT.content_bytes) -> bytes:
    return join_payload(envelope, EVENT.salt, content)


def refusal(payload: bytes, signature: str = EVENT.signature) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read_content(parse_signed_event(payload, signature))
    return caught.value


@pytest.mark.parametrize(
    ("payload", "reason", "message"),
    [
        pytest.param(b"", "payload", "not a CloudEvent of ours", id="empty"),
        pytest.param(b"Xin ch\xc3\xa0o", "payload", "not a CloudEvent of ours", id="not JSON"),
        pytest.param(b"\xff\xfe\x00", "payload", "not a CloudEvent of ours", id="not UTF-8"),
        pytest.param(b'{"hello":"world"}', "payload", "not a CloudEvent of ours", id="JSON, not a CloudEvent"),
        pytest.param(b"[1,2]", "payload", "not a CloudEvent of ours", id="a list"),
        pytest.param(EVENT.envelope_bytes, "payload", "data member", id="no data"),
        pytest.param(EVENT.payload[:-9], "payload", "data member", id="cut short"),
        pytest.param(EVENT.payload[:-1], "content", "Invalid JSON", id="last brace cut off"),
        pytest.param(EVENT.payload + b"\n", "payload", "data member", id="a line feed after it"),
        pytest.param(b" " + EVENT.payload, "payload", "data member", id="a blank before it"),
        pytest.param(b"\xef\xbb\xbf" + EVENT.payload, "payload", "data member", id="a byte order mark"),
        pytest.param(b"{" + b"x" * MAX_PAYLOAD_BYTES, "size", "921601 bytes is over 921600", id="payload over size"),
        pytest.param(
            payload_of(b'{"basis":"' + b"x" * MAX_ENVELOPE_BYTES + b'"}'),
            "size",
            "envelope of 65548",
            id="envelope over size",
        ),
        pytest.param(
            EVENT.payload.replace(base64url.encode(EVENT.salt).encode(), b"!" * 43),
            "payload",
            "salt",
            id="salt not base64url",
        ),
        pytest.param(
            EVENT.payload.replace(base64url.encode(EVENT.salt).encode(), b"A" * 42),
            "payload",
            "data member",
            id="salt short",
        ),
        pytest.param(payload_of(b'{"id":1,}'), "json", "not JSON in UTF-8", id="envelope not JSON"),
        pytest.param(payload_of(b"{}"), "cloudevents", "'specversion' must be", id="envelope empty"),
        pytest.param(payload_of(b'{"a":1.0}'), "number", "not an integer", id="a float in the envelope"),
        pytest.param(payload_of(b'{"a":9007199254740992}'), "number", "beyond", id="an integer beyond 2^53"),
        pytest.param(payload_of(b'{"a":NaN}'), "number", "not an integer", id="NaN"),
        pytest.param(payload_of(b'{"a":"\\ud800"}'), "json", "cannot be written", id="a lone surrogate"),
        pytest.param(payload_of(b'{"a":' * 5000 + b"1" + b"}" * 5000), "json", "not JSON", id="nested without end"),
    ],
)
def test_payloads_that_are_no_event(payload: bytes, reason: str, message: str) -> None:
    error = refusal(payload)
    assert error.reason == reason
    assert message in error.explanation


def reordered() -> bytes:
    return json.dumps(dict(reversed(attributes().items())), ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("envelope", "reason", "message"),
    [
        pytest.param(json.dumps(attributes()).encode(), "not-canonical", "RFC 8785", id="blanks"),
        pytest.param(reordered(), "not-canonical", "keys sorted", id="keys not sorted"),
        pytest.param(
            EVENT.envelope_bytes.replace(b'"role":"police"', b'"role":"p\\u006flice"'),
            "not-canonical",
            "shortest escapes",
            id="needless escape",
        ),
        pytest.param(
            EVENT.envelope_bytes.replace(b'"role":"police"', b'"role":"dic","role":"police"'),
            "duplicate-key",
            "'role' stands twice",
            id="duplicate key",
        ),
    ],
)
def test_envelopes_in_another_spelling(envelope: bytes, reason: str, message: str) -> None:
    error = refusal(payload_of(envelope))
    assert error.reason == reason
    assert message in error.explanation


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "attribute 'colour' is unknown"),
        ({"specversion": "0.3"}, "specversion"),
        ({"datacontenttype": "text/plain"}, "datacontenttype"),
        ({"dataschema": "urn:phoihop:schema:InfoShared:2"}, "dataschema"),
        ({"type": "vn.phoihop.InfoShared"}, "type 'vn.phoihop.InfoShared' is not of the form"),
        ({"type": "com.example.InfoShared.v1"}, "is not of the form vn.phoihop"),
        ({"source": "urn:phoihop:lao-cai"}, "source 'urn:phoihop:lao-cai' is not of the form"),
        ({"source": "urn:phoihop:lao-cai:Police"}, "source"),
        ({"id": "1"}, "is not a UUID"),
        ({"id": "5F0C0000-0000-4000-8000-000000000015"}, "is not a UUID in lower case"),
        ({"id": None}, "'id' is missing"),
        ({"time": None}, "'time' is missing"),
        ({"time": "2026-11-21T03:04:05Z"}, "is not an instant"),
        ({"time": "2026-11-21T10:04:05.000+07:00"}, "is not an instant"),
        ({"time": "2026-02-30T03:04:05.000Z"}, "is not an instant"),
        ({"dueat": "tomorrow"}, "is not an instant"),
        ({"role": "Police!"}, "is not a role"),
        ({"clause": "Article 7"}, "is not a clause"),
        ({"clause": ""}, "not empty"),
        ({"case": "the SIM box case"}, "is not a UUID"),
        ({"docnumber": "1"}, "is not a document number"),
        ({"docnumber": "00"}, "is not a document number"),
        ({"docsymbol": "CV POLICE"}, "is not a document symbol"),
        ({"docnumber": None}, "number, symbol and counted recipients"),
        ({"docnumber": None, "docsymbol": None}, "number, symbol and counted recipients"),
        ({"nonce": "AAAA"}, "nonce must be 16 bytes"),
        ({"nonce": "AAAAAAAAAAAAAAAAAAAAAB"}, "base64url"),
        ({"contentdigest": "AAAA"}, "contentdigest must be 32 bytes"),
    ],
)
def test_envelopes_that_are_not_ours(changes: dict[str, str | None], message: str) -> None:
    error = refusal(payload_of(canonical_json(attributes(**changes))))
    assert error.reason == "cloudevents"
    assert message in error.explanation


DIGEST = "A" * 43


@pytest.mark.parametrize(
    ("recipients", "message"),
    [
        (f"vnpt:1:{DIGEST} dic:1:{DIGEST}", "not sorted by agency"),
        (f"dic:1:{DIGEST} dic:2:{DIGEST}", "each once"),
        (f"dic:0:{DIGEST}", "neither agency:count:digest nor an agency"),
        (f"dic:01:{DIGEST}", "neither agency:count:digest"),
        (f"dic:-1:{DIGEST}", "neither agency:count:digest"),
        (f"DIC:1:{DIGEST}", "neither agency:count:digest"),
        ("dic:1:AAAA", "neither agency:count:digest"),
        (f"dic:1:{'A' * 42}B", "base64url"),
        (f"dic:1:{DIGEST}  vnpt:1:{DIGEST}", "neither agency:count:digest"),
        (f"dic:1:{DIGEST} ", "neither agency:count:digest"),
        (f"dic:1:{DIGEST} vnpt", "some recipients are counted and others are not"),
        (f"dic:9999999999999999:{DIGEST}", "neither agency:count:digest"),
        ("dic vnpt", "counted recipients"),
    ],
)
def test_recipients_that_cannot_be(recipients: str, message: str) -> None:
    error = refusal(payload_of(canonical_json(attributes(recipients=recipients))))
    assert error.reason in {"recipients", "cloudevents"}
    assert message in error.explanation


def content_with(**changes: Any) -> bytes:
    content = {**json.loads(EVENT.content_bytes), **changes}
    return canonical_json({name: value for name, value in content.items() if value is not ...})


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        pytest.param(b"", "content", "Invalid JSON", id="empty"),
        pytest.param(b"[]", "content", "InfoShared: content", id="a list"),
        pytest.param(b'"text"', "content", "InfoShared: content", id="a string"),
        pytest.param(content_with(title=...), "content", "title: Field required", id="a member missing"),
        pytest.param(content_with(rumour="x"), "content", "rumour: Extra inputs", id="a member too many"),
        pytest.param(content_with(kind="gossip"), "content", "kind: Input should be", id="a word not in the list"),
        pytest.param(content_with(title=5), "content", "title: Input should be a valid string", id="wrong kind"),
        pytest.param(content_with(text=" \n "), "content", "text: String should match", id="blank"),
        pytest.param(content_with(text="x" * 20_001), "content", "at most 20000 characters", id="text too long"),
        pytest.param(content_with(fields=["telecom", "telecom"]), "content", "stands twice", id="value twice"),
        pytest.param(content_with(paper=None), "not-canonical", "null", id="null for absent"),
        pytest.param(content_with(urgency="normal"), "not-canonical", "default", id="a default written"),
        pytest.param(EVENT.content_bytes.replace(b'"kind"', b' "kind"'), "not-canonical", "RFC 8785", id="a blank"),
        pytest.param(
            b'{"title":"harmless",' + EVENT.content_bytes[1:],
            "duplicate-key",
            "'title' stands twice",
            id="duplicate key",
        ),
        pytest.param(
            EVENT.content_bytes.replace(b'{"kept_at"', b'{"kept_at":"x","kept_at"'),
            "duplicate-key",
            "'kept_at' stands twice",
            id="duplicate key inside",
        ),
        pytest.param(EVENT.content_bytes + b',"x":{', "content", "Invalid JSON", id="members after the content"),
    ],
)
def test_contents_that_are_not_of_their_type(content: bytes, reason: str, message: str) -> None:
    error = refusal(payload_of(EVENT.envelope_bytes, content))
    assert error.reason == reason
    assert message in error.explanation


def resigned(**changes: Any) -> SignedEvent:
    """The golden event with its envelope changed and honestly signed again."""
    envelope = replace(EVENT.envelope, **changes)
    signed = envelope.to_bytes()
    return parse_signed_event(payload_of(signed), sign_envelope(signed, SIGNER))


def test_a_type_or_version_that_this_version_does_not_know() -> None:
    """The bytes are kept and can be verified; only the reading of the content says what is missing."""
    for event in (resigned(event_type="RumourSpread"), resigned(version=2)):
        verify_envelope(event.envelope_bytes, event.signature, SIGNER.public_key)
        with pytest.raises(UnknownEventType, match="a newer sender may need a newer phoihop"):
            read_content(event)


def test_another_agencys_key_does_not_verify() -> None:
    other = TestOnlySigner("customs", "head")
    forged = sign_envelope(EVENT.envelope_bytes, other)
    with pytest.raises(SignatureInvalid):
        verify_envelope(EVENT.envelope_bytes, forged, SIGNER.public_key)


def test_a_signature_under_anothers_name_does_not_verify() -> None:
    """The kid stands inside what is signed: swapping the header for another key's breaks the signature."""
    swapped = protected_header(TestOnlySigner("customs", "head").kid) + EVENT.signature[EVENT.signature.index("..") :]
    with pytest.raises(SignatureInvalid):
        verify_envelope(EVENT.envelope_bytes, swapped, SIGNER.public_key)


def header(**members: Any) -> str:
    return base64url.encode(
        canonical_json({"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": SIGNER.kid, **members})
    )


SIGNATURE_BYTES = EVENT.signature.partition("..")[2]


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "..",
        "a..b",
        SIGNATURE_BYTES,
        f"{header()}.{base64url.encode(EVENT.envelope_bytes)}.{SIGNATURE_BYTES}",
        f"{header()}..{SIGNATURE_BYTES[:-2]}",
        f"{header()}..{SIGNATURE_BYTES}=",
        f"{header()}..{SIGNATURE_BYTES[:-1]}{'B' if SIGNATURE_BYTES[-1] != 'B' else 'C'}",
        f"{header(alg='none')}..{SIGNATURE_BYTES}",
        f"{header(alg='EdDSA')}..{SIGNATURE_BYTES}",
        f"{header(alg='HS256')}..{SIGNATURE_BYTES}",
        f"{header(b64=True)}..{SIGNATURE_BYTES}",
        f"{header(crit=[])}..{SIGNATURE_BYTES}",
        f"{header(kid='somebody')}..{SIGNATURE_BYTES}",
        f"{header(kid=7)}..{SIGNATURE_BYTES}",
        f"{header(jwk={})}..{SIGNATURE_BYTES}",
        f"{base64url.encode(b'[]')}..{SIGNATURE_BYTES}",
        f"{base64url.encode(b'{')}..{SIGNATURE_BYTES}",
    ],
)
def test_signatures_of_any_other_form(signature: str) -> None:
    error = refusal(EVENT.payload, signature)
    assert error.reason in {"signature", "json"}
    assert error.explanation


def test_a_changed_content_keeps_its_form_but_not_its_digest() -> None:
    changed = SHARED.model_copy(update={"title": "Tiêu đề khác"}).to_bytes()
    event = parse_signed_event(payload_of(EVENT.envelope_bytes, changed), EVENT.signature)
    assert content_digest(event.salt, event.content_bytes) != event.envelope.contentdigest
