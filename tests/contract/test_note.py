"""Signed notes against published vectors: the C2SP specification's example, and the keys and notes that the tests of
golang.org/x/mod/sumdb/note (The Go Authors, BSD licence) publish."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.keys import PublicKey
from events.note import (
    MAX_NOTE_BYTES,
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    parse_note,
    parse_verifier_key,
    sign_note,
    verify_note,
)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_CHECKSUMS = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NO_BREAK_SPACE = "\u00a0"
SPECIFICATION_EXAMPLE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3Ze"
    "kRwNtIc=\n"
)

peter, enoch = parse_verifier_key(PETER), parse_verifier_key(ENOCH)


def peter_signs(message: bytes) -> bytes:
    return SigningKey(base64.b64decode(PETER_PRIVATE)[1:]).sign(message).signature


@pytest.mark.parametrize("text", [PETER, ENOCH, GO_CHECKSUMS])
def test_published_verifier_keys_are_read_and_written_back(text: str) -> None:
    assert str(parse_verifier_key(text)) == text


def test_every_piece_and_every_altered_byte_of_a_verifier_key_is_refused() -> None:
    pieces = {PETER[i:j] for i in range(len(PETER)) for j in range(i, len(PETER) + 1)} - {PETER}
    altered = {PETER[:i] + chr(ord(PETER[i]) + 1) + PETER[i + 1 :] for i in range(len(PETER))}
    for text in pieces | altered:
        with pytest.raises(InvalidValue):
            parse_verifier_key(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "another spelling"),
        (f"{PETER}AAAA", "32 bytes"),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "not of type Ed25519"),
        ("PeterNeumann", "not of the form"),
        (PETER.replace("c74f20a3", "C74F20A3"), "key id"),
    ],
)
def test_a_bad_verifier_key_says_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        parse_verifier_key(text)


def test_a_key_of_small_order_is_no_key() -> None:
    with pytest.raises(InvalidValue, match="main subgroup"):
        PublicKey(bytes([1]) + bytes(31))


def test_signing_gives_the_published_note() -> None:
    assert format_note(sign_note(TEXT, peter, peter_signs)) == f"{TEXT}\n{PETER_LINE}"


def test_signing_with_another_private_key_fails_at_once() -> None:
    with pytest.raises(SignatureInvalid):
        sign_note(TEXT, enoch, peter_signs)


def test_the_specifications_example_with_a_blank_line_in_its_text() -> None:
    note = parse_note(SPECIFICATION_EXAMPLE)
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [signature.name for signature in note.signatures] == ["quasimodo.example/salvatore"]
    assert format_note(note) == SPECIFICATION_EXAMPLE


def test_signatures_of_unknown_keys_are_ignored_and_known_ones_found() -> None:
    note = parse_note(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}")
    assert verify_note(note, [peter]) == (peter,)
    assert verify_note(note, [enoch, peter]) == (peter, enoch)


def test_a_key_of_the_same_name_but_another_id_is_unknown() -> None:
    other = VerifierKey("PeterNeumann", enoch.public_key)
    note = parse_note(f"{TEXT}\n{PETER_LINE}")
    with pytest.raises(SignatureInvalid, match="not signed by a key that is trusted"):
        verify_note(note, [other])


def test_without_a_known_signature_a_note_is_refused() -> None:
    note = parse_note(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}")
    with pytest.raises(SignatureInvalid, match="none"):
        verify_note(note, [])


@pytest.mark.parametrize("altered", [TEXT.replace("answer", "Answer"), TEXT + "\n", TEXT.replace("\n", " \n", 1)])
def test_an_altered_text_is_refused(altered: str) -> None:
    with pytest.raises(SignatureInvalid, match="PeterNeumann"):
        verify_note(parse_note(f"{altered}\n{PETER_LINE}"), [peter])


def test_one_wrong_signature_of_a_known_key_refuses_the_note_even_beside_a_right_one() -> None:
    wrong = NoteSignature("EnochRoot", enoch.key_id, bytes(64))
    good = parse_note(f"{TEXT}\n{PETER_LINE}").signatures
    with pytest.raises(SignatureInvalid, match="EnochRoot"):
        verify_note(Note(TEXT, (*good, wrong)), [peter, enoch])


def test_a_longer_signature_of_a_known_key_is_refused() -> None:
    line = f"{PETER_LINE[:60]}ABCD{PETER_LINE[60:]}"
    with pytest.raises(SignatureInvalid, match="64 bytes"):
        verify_note(parse_note(f"{TEXT}\n{line}"), [peter])


def test_two_keys_that_cannot_be_told_apart_are_refused() -> None:
    twin = VerifierKey(peter.name, PublicKey(enoch.public_key))
    twin.__dict__["key_id"] = peter.key_id
    with pytest.raises(InvalidValue, match="share the name"):
        verify_note(parse_note(f"{TEXT}\n{PETER_LINE}"), [peter, twin])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (TEXT.encode(), "no blank line"),
        (f"{TEXT}\n".encode(), "no signature"),
        (f"{TEXT}\n{PETER_LINE[:-1]}".encode(), "does not end in a newline"),
        (f"\x01{TEXT}\n{PETER_LINE}".encode(), r"U\+0001"),
        (f"{TEXT}\t\n\n{PETER_LINE}".encode(), r"U\+0009"),
        (f"{TEXT}\r\n\n{PETER_LINE}".encode(), r"U\+000D"),
        (b"\xff" + f"{TEXT}\n{PETER_LINE}".encode(), "not UTF-8"),
        (f"{TEXT}\n{PETER_LINE}Unexpected line.\n".encode(), "not a signature"),
        (f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad Name')}".encode(), "base64"),
        (f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad+Name')}".encode(), "key name"),
        (f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', f'Bad{NO_BREAK_SPACE}Name')}".encode(), "key name"),
        (f"{TEXT}\n{PETER_LINE.replace('—', '-')}".encode(), "not a signature"),
        (f"{TEXT}\n{PETER_LINE.replace('AM=', 'AM')}".encode(), "base64"),
        (f"{TEXT}\n{PETER_LINE.replace('AM=', 'AN=')}".encode(), "another spelling"),
        (f"{TEXT}\n— PeterNeumann x08gow==\n".encode(), "too short"),
        (f"{TEXT}\n{PETER_LINE * 101}".encode(), "101 signatures"),
        (b"a" * MAX_NOTE_BYTES + f"\n\n{PETER_LINE}".encode(), "over"),
    ],
)
def test_a_malformed_note_is_refused_and_named(data: bytes, problem: str) -> None:
    with pytest.raises(Malformed, match=problem) as caught:
        parse_note(data)
    assert caught.value.reason == "note"


@pytest.mark.parametrize("text", ["no newline", "a\x00b\n", ""])
def test_a_text_that_cannot_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        sign_note(text, peter, peter_signs)


@given(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.just("\n")),
    st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=5),
)
def test_what_is_written_is_read_back(text: str, signatures: list[bytes]) -> None:
    note = Note(f"{text}\n", tuple(NoteSignature(peter.name, peter.key_id, signature) for signature in signatures))
    assert parse_note(format_note(note)) == note
    assert parse_note(format_note(note).encode()) == note


@given(st.binary(max_size=200))
def test_what_is_read_is_written_back_and_else_refused(tail: bytes) -> None:
    data = f"{TEXT}\n{PETER_LINE}".encode() + tail
    try:
        note = parse_note(data)
    except Malformed:
        return
    assert format_note(note).encode() == data


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    key = PublicKey.from_text("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert key.kid("lao-cai", "police", "head") == "lao-cai/police/head/kPrK_qmxVWaYVA9w"
