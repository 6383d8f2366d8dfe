"""Checkpoints, cosignatures and keys against published texts and a real log's signatures."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import pytest

from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.note import NoteSignature, format_note, parse_note, parse_verifier_key, verify_note
from events.transparency.approval import approve
from events.transparency.checkpoint import format_checkpoint, open_checkpoint, parse_checkpoint
from events.transparency.cosignature import cosignature_time_seconds, parse_cosigner_key, verified_cosignatures
from events.transparency.policy_file import parse_policy
from tests.contract.transparency.published import load

CHECKPOINTS = load("checkpoints")
COSIGNATURES = load("cosignatures")
REAL = COSIGNATURES["notes"][0]


@pytest.mark.parametrize("case", CHECKPOINTS["accepted"], ids=lambda case: str(case["origin"]))
def test_published_checkpoints_both_ways(case: dict[str, Any]) -> None:
    checkpoint = parse_checkpoint(case["text"])
    assert (checkpoint.origin, checkpoint.size) == (case["origin"], case["size"])
    assert list(checkpoint.extensions) == case["extensions"]
    assert format_checkpoint(checkpoint) == case["text"]


@pytest.mark.parametrize("why", CHECKPOINTS["refused"])
def test_what_is_no_checkpoint(why: str) -> None:
    with pytest.raises(Malformed):
        parse_checkpoint(CHECKPOINTS["refused"][why])


@pytest.mark.parametrize(
    ("origin", "good"),
    [("a", True), ("a" * 255, True), ("a" * 256, False), ("é" * 127 + "a", True), ("é" * 128, False)],
)
def test_an_origin_has_at_most_255_bytes(origin: str, good: bool) -> None:
    text = f"{origin}\n1\nf+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=\n"
    if good:
        assert format_checkpoint(parse_checkpoint(text)) == text
        return
    with pytest.raises(Malformed, match="255"):
        parse_checkpoint(text)


def test_a_real_logs_checkpoint_and_its_witnesses() -> None:
    note = parse_note(REAL["note"])
    assert format_note(note) == REAL["note"]
    log = parse_verifier_key(REAL["log_key"])
    assert open_checkpoint(REAL["note"], log).size == REAL["size"]
    witnesses = [parse_cosigner_key(text) for text in REAL["cosigner_keys"]]
    found = verified_cosignatures(note, witnesses)
    assert {cosignature.cosigner for cosignature in found} == set(witnesses)
    assert {cosignature.time_seconds for cosignature in found} == {REAL["time_seconds"]}
    assert found[0].time == datetime(2026, 5, 23, 21, 50, 24, tzinfo=UTC)


def test_a_policy_accepts_the_real_checkpoint() -> None:
    first, second = REAL["cosigner_keys"]
    policy = parse_policy(
        f"log {REAL['log_key']}\nwitness a {first}\nwitness b {second}\ngroup both all a b\nquorum both\n".encode()
    )
    approval = approve(parse_note(REAL["note"]), policy)
    assert approval.checkpoint.size == REAL["size"]
    assert approval.witnessed_at_seconds == REAL["time_seconds"]


@pytest.mark.parametrize(
    "old", ["1432088532", "arche2025h1.staging.ct.transparency.dev\n1", "U7WM", "PlfF3V0", "AABqEiEgPlf"]
)
def test_the_real_checkpoint_altered(old: str) -> None:
    altered = REAL["note"].replace(old, old[:-1] + chr(ord(old[-1]) + 1), 1)
    assert altered != REAL["note"]
    note = parse_note(altered)
    with pytest.raises(SignatureInvalid):
        verified_cosignatures(note, [parse_cosigner_key(REAL["cosigner_keys"][0])])


@pytest.mark.parametrize("case", COSIGNATURES["times"], ids=lambda case: str(case["time_seconds"]))
def test_published_times(case: dict[str, Any]) -> None:
    raw = b64decode(case["signature"])
    assert cosignature_time_seconds(NoteSignature("a", raw[:4], raw[4:])) == case["time_seconds"]


@pytest.mark.parametrize("text", COSIGNATURES["no_times"])
def test_a_plain_signature_has_no_time(text: str) -> None:
    raw = b64decode(text)
    with pytest.raises(SignatureInvalid, match="8 \\+ 64 bytes"):
        cosignature_time_seconds(NoteSignature("a", raw[:4], raw[4:]))


@pytest.mark.parametrize("text", COSIGNATURES["cosigner_keys"])
def test_published_cosigner_keys_both_ways(text: str) -> None:
    assert str(parse_cosigner_key(text)) == text
    with pytest.raises(InvalidValue, match="type Ed25519"):
        parse_verifier_key(text)


@pytest.mark.parametrize("why", COSIGNATURES["no_cosigner_keys"])
def test_what_is_no_cosigner_key(why: str) -> None:
    with pytest.raises(InvalidValue):
        parse_cosigner_key(COSIGNATURES["no_cosigner_keys"][why])


def test_the_signed_note_specifications_vector() -> None:
    vector = COSIGNATURES["signed_note"]
    key = parse_verifier_key(vector["key"])
    assert str(key) == vector["key"]
    note = parse_note(vector["note"])
    assert verify_note(note, [key]) == (key,)
    with pytest.raises(Malformed, match="at least 3 lines"):
        open_checkpoint(note, key)
