"""Signed notes (https://c2sp.org/signed-note): a text, a blank line, and a line for each signature.

    {"agencies":…,"version":1}

    — phoihop.lao-cai.root NnugSzTjtVAewIS+Z/iJhUPe…

The text ends in a newline, which is signed with it; it may hold blank lines, the last one in the note is the
separator. A signature line is em dash, blank, key name, blank, base64 of 4 bytes of key id and the signature. Only
Ed25519 (signature type 0x01) is verified here; lines of other keys and types are kept and ignored, so that
witnesses may add theirs. `parse_note` accepts only what `format_note` writes.

A verifier key is written `<name>+<key id in hex>+<base64 of 0x01 and the 32-byte key>`, for example
`PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.keys import PublicKey

MAX_NOTE_BYTES = 1_048_576
MAX_SIGNATURES = 100
"""The specification asks for at least 16."""

KEY_ID_BYTES = 4
_ED25519 = b"\x01"
_SIGNATURE_BYTES = 64
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def _check_key_name(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name) or _CONTROL.search(name):
        raise InvalidValue(f"key name {name[:80]!r} must be non-empty, without blanks, '+' or control characters")
    return name


def _unbase64(text: str) -> bytes:
    """Standard base64 with padding (RFC 4648 section 4), in the encoder's own spelling only."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise InvalidValue(f"{text[:40]!r} is not base64") from error
    if _base64(data) != text:
        raise InvalidValue(f"{text[:40]!r} is base64 in another spelling than the encoder's own")
    return data


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True)
class VerifierKey:
    """A named Ed25519 key that verifies notes. Raises `InvalidValue` for a name that cannot stand in a note."""

    name: str
    public_key: PublicKey

    def __post_init__(self) -> None:
        _check_key_name(self.name)

    @cached_property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key)."""
        return hashlib.sha256(self.name.encode("utf-8") + b"\n" + _ED25519 + self.public_key).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(_ED25519 + self.public_key)}"


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a verifier key; the inverse of `str`. Raises `InvalidValue`, naming what is wrong."""
    name, _, rest = text.partition("+")
    key_id, separator, encoded = rest.partition("+")
    if not separator:
        raise InvalidValue(f"verifier key {text[:80]!r} is not of the form <name>+<key id>+<base64>")
    data = _unbase64(encoded)
    if data[:1] != _ED25519:
        raise InvalidValue(f"verifier key of {name[:80]!r} is not of type Ed25519 (0x01)")
    key = VerifierKey(name, PublicKey(data[1:]))
    if key.key_id.hex() != key_id:
        raise InvalidValue(
            f"verifier key of {name[:80]!r} says key id {key_id[:16]!r}, but its name and key give {key.key_id.hex()}"
        )
    return key


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who claims to have signed, with which key (4 bytes), and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.key_id + self.signature)}"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signatures in the order of their lines, verified or not."""

    text: str
    signatures: tuple[NoteSignature, ...]


def format_note(note: Note) -> str:
    """The note as it is kept and published.

    Raises `Malformed` (`note`) if the text cannot stand in a note, `InvalidValue` for a key name that cannot.
    """
    _check_text(note.text)
    if not 1 <= len(note.signatures) <= MAX_SIGNATURES:
        raise Malformed("note", f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(note.signatures)}")
    for signature in note.signatures:
        _check_key_name(signature.name)
        if len(signature.key_id) != KEY_ID_BYTES or not signature.signature:
            raise Malformed("note", f"signature of {signature.name!r} needs 4 bytes of key id and a signature")
    formatted = f"{note.text}\n" + "".join(f"{signature}\n" for signature in note.signatures)
    if len(formatted.encode("utf-8")) > MAX_NOTE_BYTES:
        raise Malformed("note", f"note is over {MAX_NOTE_BYTES} bytes")
    return formatted


def parse_note(data: str | bytes) -> Note:
    """Read a note strictly; nothing is verified. Raises `Malformed` (`note`), naming what is wrong."""
    try:
        raw = data.encode("utf-8") if isinstance(data, str) else data
        if len(raw) > MAX_NOTE_BYTES:
            raise Malformed("note", f"note of {len(raw)} bytes is over {MAX_NOTE_BYTES}")
        whole = raw.decode("utf-8")
    except UnicodeError as error:
        raise Malformed("note", "note is not UTF-8") from error
    if control := _CONTROL.search(whole):
        raise Malformed("note", f"note holds the control character U+{ord(control[0]):04X} at {control.start()}")
    end = whole.rfind("\n\n")
    if end < 0:
        raise Malformed("note", "note has no blank line between text and signatures")
    text, signed = whole[: end + 1], whole[end + 2 :]
    _check_text(text)
    if not signed:
        raise Malformed("note", "note has no signature")
    if not signed.endswith("\n"):
        raise Malformed("note", "note does not end in a newline")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("note", f"note has {len(lines)} signatures, over {MAX_SIGNATURES}")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise Malformed("note", "a note's text does not end in a newline")
    if control := _CONTROL.search(text):
        raise Malformed("note", f"a note's text holds the control character U+{ord(control[0]):04X}")


def _parse_signature(line: str) -> NoteSignature:
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator:
        raise Malformed("note", f"line {line[:80]!r} is not a signature: — <key name> <base64>")
    try:
        _check_key_name(name)
        signature = _unbase64(encoded)
    except InvalidValue as error:
        raise Malformed("note", f"signature line of {name[:80]!r}: {error}") from error
    if len(signature) <= KEY_ID_BYTES:
        raise Malformed("note", f"signature of {name[:80]!r} is too short to hold a key id and a signature")
    return NoteSignature(name, signature[:KEY_ID_BYTES], signature[KEY_ID_BYTES:])


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> Note:
    """A note signed by one key; `sign` gives the 64-byte Ed25519 signature of a message.

    Raises `Malformed` for a text that cannot stand in a note, `SignatureInvalid` if `sign` is not of `key`.
    """
    _check_text(text)
    note = Note(text, (NoteSignature(key.name, key.key_id, sign(text.encode("utf-8"))),))
    # A note signed with the wrong private key must not leave the house: nobody else could find out why it is refused.
    verify_note(note, [key])
    return note


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The keys of `keys` that signed the note, in its order; signatures of other keys are ignored.

    Raises `SignatureInvalid` if a signature that claims one of the keys does not verify, or none of them signed;
    `InvalidValue` if two of the keys cannot be told apart by name and key id.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise InvalidValue(f"two keys share the name {key.name!r} and the key id {key.key_id.hex()}")
    message = note.text.encode("utf-8")
    found: dict[VerifierKey, None] = {}
    for line in note.signatures:
        if (signer := known.get((line.name, line.key_id))) is not None:
            _verify(message, line, signer)
            found[signer] = None
    if not found:
        names = ", ".join(sorted(f"{key.name}+{key.key_id.hex()}" for key in known.values())) or "none"
        raise SignatureInvalid(f"the note is not signed by a key that is trusted here ({names})")
    return tuple(found)


def _verify(message: bytes, line: NoteSignature, key: VerifierKey) -> None:
    if len(line.signature) != _SIGNATURE_BYTES:
        raise SignatureInvalid(f"the signature of {key.name} is not {_SIGNATURE_BYTES} bytes long")
    try:
        crypto_sign_open(line.signature + message, key.public_key)
    except (BadSignatureError, ValueError) as error:
        raise SignatureInvalid(f"the signature of {key.name} does not fit the text: one of them was changed") from error
