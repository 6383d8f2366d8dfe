"""Checkpoints, cosignatures, policies and their approval, from signing to refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidValue, Malformed, PolicyInvalid, PolicyUnmet, ProofInvalid, SignatureInvalid
from events.note import Note, NoteSignature, format_note, parse_note
from events.transparency.approval import approve
from events.transparency.checkpoint import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
    verify_growth,
)
from events.transparency.cosignature import (
    MAX_TIME_SECONDS,
    CosignerKey,
    add_signatures,
    cosign,
    cosigned_message,
    verified_cosignatures,
)
from events.transparency.merkle import EMPTY_ROOT, consistency_proof
from events.transparency.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness
from events.transparency.policy_file import format_policy, parse_policy
from tests.unit.transparency.keys import log_key, signer, witness_key
from tests.unit.transparency.naive_tree import NaiveTree

ORIGIN = "phoihop.lao-cai.log"
LOG, log_signs = log_key(ORIGIN)
TREE = NaiveTree(20)
CHECKPOINT = Checkpoint(ORIGIN, 13, TREE.mth(0, 13))
NOTE = sign_checkpoint(CHECKPOINT, LOG, log_signs)
WITNESSES = {name: witness_key(f"{name}.lao-cai") for name in ("police", "dic", "trade", "vnpt")}
POLICY = Policy(
    (PolicyLog(LOG),),
    tuple(PolicyWitness(name, key) for name, (key, _) in WITNESSES.items()),
    (PolicyGroup("others", 2, ("dic", "trade", "vnpt")), PolicyGroup("enough", 2, ("police", "others"))),
    "enough",
)
"""Any three of these, the police always."""


def line_of(name: str, seconds: int = 1_700_000_000, text: str = NOTE.text) -> NoteSignature:
    key, sign = WITNESSES[name]
    return cosign(text, key, seconds, sign)


def cosigned(*names: str) -> Note:
    return add_signatures(NOTE, [line_of(name, 1_700_000_000 + at) for at, name in enumerate(names)])


def test_a_signed_checkpoint_is_opened() -> None:
    assert open_checkpoint(format_note(NOTE), LOG) == CHECKPOINT
    assert open_checkpoint(format_note(NOTE).encode(), LOG) == open_checkpoint(NOTE, LOG) == CHECKPOINT
    assert open_checkpoint(cosigned("police", "dic"), LOG) == CHECKPOINT


def test_a_checkpoint_of_another_log_is_not_opened() -> None:
    other, other_signs = log_key("another.log")
    with pytest.raises(SignatureInvalid, match="not signed by a key that is trusted"):
        open_checkpoint(NOTE, other)
    with pytest.raises(InvalidValue, match="key of that name"):
        sign_checkpoint(CHECKPOINT, other, other_signs)
    with pytest.raises(SignatureInvalid):
        sign_checkpoint(CHECKPOINT, LOG, other_signs)
    foreign = sign_checkpoint(replace(CHECKPOINT, origin="another.log"), other, other_signs)
    stolen = Note(foreign.text, (NoteSignature(LOG.name, LOG.key_id, log_signs(foreign.text.encode())),))
    with pytest.raises(Malformed, match=r"signed a checkpoint of 'another\.log'"):
        open_checkpoint(stolen, LOG)


@given(
    st.text(min_size=1, max_size=60), st.integers(-1, 2**64), st.binary(min_size=31, max_size=33), st.lists(st.text())
)
def test_what_is_written_is_read_back_and_else_refused(origin: str, size: int, root: bytes, more: list[str]) -> None:
    try:
        checkpoint = Checkpoint(origin, size, root if size else EMPTY_ROOT, tuple(more))
    except Malformed:
        return
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@given(st.integers(0, 200), st.integers(0, 3), st.text("0123456789\n a=+/é\r\t٣—", max_size=3))
def test_an_altered_text_is_refused_or_read_as_it_stands(at: int, cut: int, inserted: str) -> None:
    text = format_checkpoint(replace(CHECKPOINT, extensions=("one", "two")))
    at %= len(text) + 1
    altered = text[:at] + inserted + text[at + cut :]
    try:
        checkpoint = parse_checkpoint(altered)
    except Malformed:
        return
    assert format_checkpoint(checkpoint) == altered


@pytest.mark.parametrize("extension", ["", "two\nlines", "\x07", "\ud800"])
def test_a_line_that_cannot_stand_in_a_checkpoint(extension: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint(ORIGIN, 1, bytes(32), (extension,))


def test_growth_is_proven_between_two_checkpoints() -> None:
    old = Checkpoint(ORIGIN, 6, TREE.mth(0, 6))
    proof = consistency_proof(6, 13, TREE.read_node)
    verify_growth(old, CHECKPOINT, proof)
    verify_growth(CHECKPOINT, CHECKPOINT, ())
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    verify_growth(empty, CHECKPOINT, ())
    for check, case in {
        "origin": (replace(old, origin="another.log"), CHECKPOINT, proof),
        "length": (empty, CHECKPOINT, proof),
        "sizes": (CHECKPOINT, old, proof),
        "old-root": (replace(old, root=bytes(32)), CHECKPOINT, proof),
        "root": (replace(CHECKPOINT, root=bytes(32)), CHECKPOINT, ()),
    }.items():
        with pytest.raises(ProofInvalid) as caught:
            verify_growth(*case)
        assert caught.value.check == check


def test_a_cosignature_is_what_the_specification_says() -> None:
    key, sign = WITNESSES["police"]
    line = line_of("police", 1_679_315_147)
    message = f"cosignature/v1\ntime 1679315147\n{NOTE.text}".encode()
    assert cosigned_message(NOTE.text, 1_679_315_147) == message
    assert line.signature == (1_679_315_147).to_bytes(8, "big") + sign(message)
    (found,) = verified_cosignatures(add_signatures(NOTE, [line]), [key])
    assert (found.cosigner, found.time) == (key, datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC))


def test_cosignatures_of_strangers_are_passed_over_and_none_is_no_error() -> None:
    note = cosigned("police", "dic")
    assert [each.cosigner.name for each in verified_cosignatures(note, [WITNESSES["dic"][0]])] == ["dic.lao-cai"]
    assert verified_cosignatures(NOTE, [WITNESSES["dic"][0]]) == ()


def test_a_later_cosignature_of_the_same_witness_stands_beside_the_first() -> None:
    note = add_signatures(NOTE, [line_of("dic", 20), line_of("dic", 10), line_of("dic", 20)])
    assert len(note.signatures) == 3
    found = verified_cosignatures(note, [WITNESSES["dic"][0]])
    assert [each.time_seconds for each in found] == [20, 10]


@given(st.integers(0, 71), st.integers(0, 7))
def test_any_flipped_bit_of_a_cosignature_is_found(at: int, bit: int) -> None:
    line = line_of("dic")
    altered = bytearray(line.signature)
    altered[at] ^= 1 << bit
    note = add_signatures(NOTE, [replace(line, signature=bytes(altered))])
    with pytest.raises(SignatureInvalid):
        verified_cosignatures(note, [WITNESSES["dic"][0]])


def test_a_cosignature_is_good_for_its_checkpoint_and_key_alone() -> None:
    key, sign = WITNESSES["dic"]
    grown = sign_checkpoint(Checkpoint(ORIGIN, 14, TREE.mth(0, 14)), LOG, log_signs)
    with pytest.raises(SignatureInvalid):
        verified_cosignatures(add_signatures(grown, [line_of("dic")]), [key])
    with pytest.raises(SignatureInvalid):
        cosign(NOTE.text, key, 1, WITNESSES["trade"][1])
    # The same key's plain signature is no cosignature: the key ids differ.
    plain = NoteSignature(key.name, key.key_id, sign(NOTE.text.encode()))
    with pytest.raises(SignatureInvalid, match=r"8 \+ 64 bytes"):
        verified_cosignatures(add_signatures(NOTE, [plain]), [key])


@pytest.mark.parametrize("seconds", [-1, MAX_TIME_SECONDS + 1])
def test_a_time_that_the_format_does_not_have(seconds: int) -> None:
    with pytest.raises(InvalidValue, match="no time"):
        line_of("dic", seconds)


def test_a_time_over_63_bits_is_refused_even_if_it_were_signed() -> None:
    key, sign = WITNESSES["dic"]
    raw = (2**63).to_bytes(8, "big") + sign(f"cosignature/v1\ntime {2**63}\n{NOTE.text}".encode())
    with pytest.raises(SignatureInvalid, match="2\\^63"):
        verified_cosignatures(add_signatures(NOTE, [NoteSignature(key.name, key.key_id, raw)]), [key])
    (last,) = verified_cosignatures(add_signatures(NOTE, [line_of("dic", MAX_TIME_SECONDS)]), [key])
    with pytest.raises(InvalidValue, match="no time of the calendar"):
        _ = last.time


def test_what_is_no_checkpoint_is_neither_cosigned_nor_read() -> None:
    key, sign = WITNESSES["dic"]
    with pytest.raises(Malformed):
        cosign("no\ncheckpoint\n", key, 1, sign)
    raw = (1).to_bytes(8, "big") + sign(b"cosignature/v1\ntime 1\nno\ncheckpoint\n")
    with pytest.raises(Malformed):
        verified_cosignatures(Note("no\ncheckpoint\n", (NoteSignature(key.name, key.key_id, raw),)), [key])


def test_two_cosigners_that_cannot_be_told_apart_are_refused() -> None:
    key, _ = WITNESSES["dic"]
    twin = CosignerKey(key.name, signer("twin")[0])
    twin.__dict__["key_id"] = key.key_id
    with pytest.raises(InvalidValue, match="share the name"):
        verified_cosignatures(NOTE, [key, twin])


@pytest.mark.parametrize(
    ("names", "good"),
    [
        (("police", "dic", "trade"), True),
        (("vnpt", "trade", "police"), True),
        (("police", "dic", "trade", "vnpt"), True),
        (("dic", "trade", "vnpt"), False),
        (("police", "dic"), False),
        (("police",), False),
        ((), False),
    ],
)
def test_any_three_the_police_always(names: tuple[str, ...], good: bool) -> None:
    note = cosigned(*names)
    if not good:
        with pytest.raises(PolicyUnmet, match="needs 2 of"):
            approve(note, POLICY)
        return
    approval = approve(note, POLICY)
    assert (approval.checkpoint, approval.log_key) == (CHECKPOINT, LOG)
    assert [each.cosigner for each in approval.cosignatures] == [WITNESSES[name][0] for name in names]


def test_the_quorum_stands_from_the_last_cosignature_that_it_needed() -> None:
    lines = [line_of("police", 40), line_of("dic", 10), line_of("trade", 30), line_of("vnpt", 20), line_of("police", 5)]
    assert approve(add_signatures(NOTE, lines), POLICY).witnessed_at_seconds == 20
    assert approve(add_signatures(NOTE, lines[:4]), POLICY).witnessed_at_seconds == 40
    assert POLICY.met_at_seconds(()) is None


def test_what_an_unmet_policy_lacks_is_named() -> None:
    with pytest.raises(PolicyUnmet, match="others needs 2 of dic, trade, vnpt, has trade; enough needs 2 of police"):
        approve(cosigned("police", "trade"), POLICY)
    single = replace(POLICY, groups=(), quorum="police")
    with pytest.raises(PolicyUnmet, match="police has not cosigned"):
        approve(NOTE, single)


def test_a_log_that_the_policy_does_not_list() -> None:
    unlisted = replace(POLICY, logs=())
    note = cosigned("police", "dic", "trade")
    with pytest.raises(SignatureInvalid, match="not signed by a key that is trusted"):
        approve(note, unlisted)
    assert approve(note, unlisted, [LOG]).log_key == LOG
    without_log = replace(note, signatures=note.signatures[1:])
    with pytest.raises(SignatureInvalid):
        approve(without_log, POLICY)


def test_a_log_that_speaks_for_another() -> None:
    other, other_signs = log_key("another.log")
    text = NOTE.text
    note = Note(text, (NoteSignature(other.name, other.key_id, other_signs(text.encode())),))
    with pytest.raises(SignatureInvalid, match=r"signed by another log: another\.log"):
        approve(note, Policy((PolicyLog(other), PolicyLog(LOG)), (), (), "none"))


def test_one_wrong_signature_of_a_known_witness_refuses_even_a_full_quorum() -> None:
    good = cosigned("police", "dic", "trade")
    wrong = replace(line_of("vnpt"), signature=bytes(72))
    with pytest.raises(SignatureInvalid, match="vnpt"):
        approve(add_signatures(good, [wrong]), POLICY)
    assert (
        approve(
            add_signatures(good, [wrong]),
            replace(
                POLICY, witnesses=POLICY.witnesses[:3], groups=(PolicyGroup("enough", 3, ("police", "dic", "trade")),)
            ),
        ).checkpoint
        == CHECKPOINT
    )


def test_a_policy_that_asks_for_no_cosignature() -> None:
    approval = approve(NOTE, Policy((PolicyLog(LOG),), (), (), "none"))
    assert approval.cosignatures == ()
    assert approval.witnessed_at_seconds is None


@pytest.mark.parametrize(
    "change",
    [
        {"logs": (PolicyLog(LOG), PolicyLog(LOG))},
        {"logs": (PolicyLog(LOG, "two words"),)},
        {"logs": (PolicyLog(LOG, ""),)},
        {"quorum": "nobody"},
        {"quorum": ""},
        {"groups": (PolicyGroup("g", 0, ("dic",)),)},
        {"groups": (PolicyGroup("g", 2, ("dic",)),)},
        {"groups": (PolicyGroup("g g", 1, ("dic",)),), "quorum": "dic"},
        {"groups": (PolicyGroup("\ud800", 1, ("dic",)),), "quorum": "dic"},
        {"witnesses": (PolicyWitness("none", WITNESSES["dic"][0]),), "groups": (), "quorum": "none"},
        {"witnesses": (PolicyWitness("a\tb", WITNESSES["dic"][0]),), "groups": (), "quorum": "none"},
    ],
)
def test_a_policy_that_no_file_could_say_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        replace(POLICY, **change)  # type: ignore[arg-type]


def test_a_policy_is_written_and_read_back() -> None:
    text = format_policy(POLICY)
    assert text.decode().endswith("group others 2 dic trade vnpt\ngroup enough 2 police others\nquorum enough\n")
    assert parse_policy(text) == POLICY


@given(st.integers(0, 2000), st.integers(0, 4), st.binary(max_size=4))
def test_altered_policies_are_refused_or_read_as_they_stand(at: int, cut: int, inserted: bytes) -> None:
    text = format_policy(POLICY)
    at %= len(text) + 1
    try:
        policy = parse_policy(text[:at] + inserted + text[at + cut :])
    except PolicyInvalid:
        return
    assert parse_policy(format_policy(policy)) == policy


def test_an_overlong_policy_is_refused_before_it_is_read() -> None:
    with pytest.raises(PolicyInvalid, match="over 1048576"):
        parse_policy(b"#" * 1_048_577)


def test_many_nested_groups_are_evaluated() -> None:
    key, _ = WITNESSES["dic"]
    count = 3_000
    groups = [f"group g{n} any {'dic' if n == 0 else f'g{n - 1}'}" for n in range(count)]
    text = "\n".join([f"witness dic {key}", *groups, f"quorum g{count - 1}", ""])
    policy = parse_policy(text.encode())
    assert policy.is_met_by([key])
    assert not policy.is_met_by([])


def test_a_note_that_was_published_is_read_back_with_all_its_lines() -> None:
    note = cosigned("police", "dic", "trade")
    assert parse_note(format_note(note)) == note
