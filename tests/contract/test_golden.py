"""Golden events: bytes that were once signed, which every later version must verify, read and give back exactly.

Each is also read by software that is not ours: a JOSE library, the CloudEvents SDK, a JSON Schema validator.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rfc8785
from cloudevents.core.formats.json import JSONFormat
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey

from events import base64url
from events.canonical import canonical_json
from events.catalogue import CATALOGUE, EVENT_TYPES, PROTOCOL_TYPES, read_content
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.keys import PublicKey
from events.names import ce_type, dataschema, parse_kid, source_urn
from events.payload import content_digest, split_payload
from events.schema import json_schema
from events.signature import verify_envelope
from events.signed_event import SignedEvent, parse_signed_event
from tests.contract.golden_events import golden_file
from tests.contract.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"), key=lambda path: path.name)


def load(path: Path) -> dict[str, str]:
    members: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return members


def event_of(golden: dict[str, str]) -> SignedEvent:
    return parse_signed_event(golden["payload"].encode(), golden["signature"])


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def golden(request: pytest.FixtureRequest) -> dict[str, str]:
    return load(request.param)


def test_every_event_type_has_a_golden_file() -> None:
    found = {(e.envelope.event_type, e.envelope.version) for e in map(event_of, map(load, FILES))}
    assert found == set(CATALOGUE)


def test_verifies_with_the_listed_key_and_no_other(golden: dict[str, str]) -> None:
    event = event_of(golden)
    key = PublicKey.from_text(golden["public_key"])
    verify_envelope(event.envelope_bytes, event.signature, key)
    assert parse_kid(event.kid).thumbprint == key.thumbprint[:16]
    assert event.digest_text == golden["digest"]
    other = next(k for k in (load(path)["public_key"] for path in FILES) if k != golden["public_key"])
    with pytest.raises(SignatureInvalid):
        verify_envelope(event.envelope_bytes, event.signature, base64url.decode(other))


def test_the_content_is_bound_by_the_signed_digest(golden: dict[str, str]) -> None:
    event = event_of(golden)
    assert content_digest(event.salt, event.content_bytes) == event.envelope.contentdigest


def test_reads_and_gives_back_the_same_bytes(golden: dict[str, str]) -> None:
    payload = golden["payload"].encode()
    event = event_of(golden)
    assert event.payload == payload
    assert event.envelope.to_bytes() == event.envelope_bytes == split_payload(payload).envelope
    content = read_content(event)
    assert content.to_bytes() == event.content_bytes
    assert content.to_bytes() == canonical_json(content.model_dump(mode="json", exclude_defaults=True))
    assert rfc8785.dumps(json.loads(event.content_bytes)) == event.content_bytes
    assert rfc8785.dumps(json.loads(event.envelope_bytes)) == event.envelope_bytes


def test_a_jose_library_verifies_the_detached_signature(golden: dict[str, str]) -> None:
    event = event_of(golden)
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": golden["public_key"]})
    registry = jws.JWSRegistry(algorithms=["Ed25519"])
    registry.max_header_length = 1024
    registry.max_payload_length = 100_000
    signature = jws.deserialize_compact(event.signature, key, registry=registry, payload=event.envelope_bytes)
    assert signature.protected == {"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": event.kid}
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(event.signature, key, registry=registry, payload=event.envelope_bytes + b" ")


def test_the_cloudevents_sdk_reads_the_payload(golden: dict[str, str]) -> None:
    event = event_of(golden)
    read = JSONFormat().read(None, golden["payload"].encode())
    assert read.get_id() == event.envelope.id
    assert read.get_type() == ce_type(event.envelope.event_type, event.envelope.version)
    assert read.get_source() == source_urn(event.envelope.province, event.envelope.sender)
    assert read.get_dataschema() == dataschema(event.envelope.event_type, event.envelope.version)
    assert read.get_time() == event.envelope.time
    assert read.get_extension("recipients") == json.loads(event.envelope_bytes)["recipients"]
    data: Any = read.get_data()
    assert data["content"] == json.loads(event.content_bytes)


def test_the_content_matches_its_schema(golden: dict[str, str]) -> None:
    event = event_of(golden)
    schema = json_schema(event.envelope.event_type, event.envelope.version)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    content = json.loads(event.content_bytes)
    validator.validate(content)
    for name in schema.get("required", ()):
        assert not validator.is_valid({k: v for k, v in content.items() if k != name}), name
    assert not validator.is_valid({**content, "unheard_of": 1})


@pytest.mark.parametrize("part", ["envelope", "salt", "content"])
def test_a_changed_byte_is_noticed_wherever_it_is(golden: dict[str, str], part: str) -> None:
    """Every bit of the lowest order in one part: the event no longer parses, verifies or matches its digest."""
    event = event_of(golden)
    payload = event.payload
    content_at = payload.rindex(event.content_bytes)
    salt_at = len(event.envelope_bytes) - 1
    start, end = {
        "envelope": (0, salt_at),
        "salt": (salt_at, content_at),
        "content": (content_at, len(payload)),
    }[part]
    key = base64url.decode(golden["public_key"])
    for position in range(start, end, 7):
        altered = bytearray(payload)
        altered[position] ^= 1
        with pytest.raises((Malformed, SignatureInvalid, InvalidValue)):
            verify_all(bytes(altered), event.signature, key)


def verify_all(payload: bytes, signature: str, key: bytes) -> None:
    event = parse_signed_event(payload, signature)
    verify_envelope(event.envelope_bytes, event.signature, key)
    if content_digest(event.salt, event.content_bytes) != event.envelope.contentdigest:
        raise Malformed("digest", "the content is not the one that was signed")
    read_content(event)


def test_documents_have_numbers_and_protocol_messages_have_none(golden: dict[str, str]) -> None:
    event = event_of(golden)
    assert event.envelope.is_protocol == (event.envelope.event_type in PROTOCOL_TYPES)


def test_signing_again_gives_the_same_bytes() -> None:
    """Ed25519, salts and nonces of the golden events are deterministic: the writer has not drifted from its files."""
    for content in SAMPLES:
        written = load(GOLDEN / f"{type(content).__name__}.json")
        assert golden_file(content) == written


def test_samples_say_something_in_every_optional_member() -> None:
    """Members that no sample of their type sets would be frozen by no golden file."""
    unset = {
        f"{type(content).__name__}.{name}"
        for content in SAMPLES
        for name in type(content).model_fields
        if name not in content.model_fields_set
        and name not in {"urgency", "secrecy", "channel", "attachments", "documents", "paper"}
    }
    shared_with_suspicion_reported = {"place", "subscribers", "services", "parcels", "exhibits", "persons"}
    assert {name for name in unset if name.split(".")[1] not in shared_with_suspicion_reported} <= {
        "SuspicionReferred.discovered_at",
        "CaseOpened.discovered_at",
        "SuspensionOrdered.reason",
        "SuspensionExecuted.reason",
        "SuspensionExecuted.ends",
    }


def test_no_sample_is_missing() -> None:
    assert [type(content).__name__ for content in SAMPLES] == list(EVENT_TYPES)
