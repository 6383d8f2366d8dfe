"""Signed notes (https://c2sp.org/signed-note): a text, a blank line, and a line for each signature.

    {"agencies":…,"version":1}

    — phoihop.lao-cai.root NnugSzTjtVAewIS+Z/iJhUPe…

The text ends in a newline, which is signed with it; it may hold blank lines, the last one in the note is the
separator. A signature line is em dash, blank, key name, blank, base64 of 4 bytes of key id and the signature. Lines of
keys that the reader does not know are kept and ignored, so that witnesses may add theirs. `parse_note` accepts only
what `format_note` writes.

A verifier key is written `<name>+<key id in hex>+<base64 of the signature type and the 32-byte key>`, for example
`PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW`. `VerifierKey` is the plain Ed25519 key (signature
type 0x01); the cosigner's key (0x04) is in `events.transparency.cosignature`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from events import base64padded
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.keys import PublicKey

MAX_NOTE_BYTES = 1_048_576
MAX_SIGNATURES = 100
"""The specification asks for at least 16."""

KEY_ID_BYTES = 4
ED25519 = b"\x01"
"""The signature type of a plain Ed25519 signature over the note's text."""

SIGNATURE_BYTES = 64
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteKey(Protocol):
    """A key that verifies signature lines of one type; name and key id together say which lines are its own."""

    @property
    def name(self) -> str:
        """The key's name, as it stands in its signature lines."""

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand before the signature."""

    def check(self, text: str, signature: bytes) -> None:
        """Verify a signature line's bytes after the key id; raises `SignatureInvalid` or `Malformed`."""


K = TypeVar("K", bound=NoteKey)


def check_key_name(name: str) -> str:
    """The name itself if it can stand in a signature line; raises `InvalidValue`."""
    if not name or "+" in name or any(letter.isspace() for letter in name) or _CONTROL.search(name):
        raise InvalidValue(f"key name {name[:80]!r} must be non-empty, without blanks, '+' or control characters")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidValue(f"key name {name[:80]!r} is not UTF-8") from error
    return name


def make_key_id(name: str, signature_type: bytes, public_key: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name ‖ newline ‖ signature type ‖ public key)."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + signature_type + public_key).digest()[:KEY_ID_BYTES]


def format_key(name: str, signature_type: bytes, public_key: bytes) -> str:
    """A verifier key of any signature type as text."""
    key_id = make_key_id(name, signature_type, public_key)
    return f"{name}+{key_id.hex()}+{base64padded.encode(signature_type + public_key)}"


def parse_key(text: str, signature_type: bytes, type_name: str) -> tuple[str, PublicKey]:
    """Name and Ed25519 key of a verifier key of the wanted type; raises `InvalidValue`, naming what is wrong."""
    name, _, rest = text.partition("+")
    key_id, separator, encoded = rest.partition("+")
    if not separator:
        raise InvalidValue(f"verifier key {text[:80]!r} is not of the form <name>+<key id>+<base64>")
    check_key_name(name)
    data = base64padded.decode(encoded)
    if data[:1] != signature_type:
        raise InvalidValue(f"verifier key of {name[:80]!r} is not of type {type_name} (0x{signature_type.hex()})")
    public_key = PublicKey(data[1:])
    if (expected := make_key_id(name, signature_type, public_key).hex()) != key_id:
        raise InvalidValue(
            f"verifier key of {name[:80]!r} says key id {key_id[:16]!r}, but its name and key give {expected}"
        )
    return name, public_key


def check_ed25519(message: bytes, signature: bytes, public_key: PublicKey, name: str) -> None:
    """Verify a 64-byte Ed25519 signature; raises `SignatureInvalid`, naming the key."""
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureInvalid(f"the signature of {name} is not {SIGNATURE_BYTES} bytes long")
    try:
        crypto_sign_open(signature + message, public_key)
    except (BadSignatureError, ValueError) as error:
        raise SignatureInvalid(f"the signature of {name} does not fit the text: one of them was changed") from error


@dataclass(frozen=True)
class VerifierKey:
    """A named Ed25519 key that verifies notes. Raises `InvalidValue` for a name that cannot stand in a note."""

    name: str
    public_key: PublicKey

    def __post_init__(self) -> None:
        check_key_name(self.name)

    @cached_property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key)."""
        return make_key_id(self.name, ED25519, self.public_key)

    def check(self, text: str, signature: bytes) -> None:
        """Verify a signature over the note's text; raises `SignatureInvalid`."""
        check_ed25519(text.encode("utf-8"), signature, self.public_key, self.name)

    def __str__(self) -> str:
        return format_key(self.name, ED25519, self.public_key)


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a verifier key; the inverse of `str`. Raises `InvalidValue`, naming what is wrong."""
    return VerifierKey(*parse_key(text, ED25519, "Ed25519"))


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who claims to have signed, with which key (4 bytes), and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64padded.encode(self.key_id + self.signature)}"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signatures in the order of their lines, verified or not."""

    text: str
    signatures: tuple[NoteSignature, ...]


def format_note(note: Note) -> str:
    """The note as it is kept and published.

    Raises `Malformed` (`note`) if the text cannot stand in a note, `InvalidValue` for a key name that cannot.
    """
    check_text(note.text)
    if not 1 <= len(note.signatures) <= MAX_SIGNATURES:
        raise Malformed("note", f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(note.signatures)}")
    for signature in note.signatures:
        check_key_name(signature.name)
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
    check_text(text)
    if not signed:
        raise Malformed("note", "note has no signature")
    if not signed.endswith("\n"):
        raise Malformed("note", "note does not end in a newline")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("note", f"note has {len(lines)} signatures, over {MAX_SIGNATURES}")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def check_text(text: str) -> None:
    """Raises `Malformed` (`note`) for a text that cannot stand in a note."""
    if not text.endswith("\n"):
        raise Malformed("note", "a note's text does not end in a newline")
    if control := _CONTROL.search(text):
        raise Malformed("note", f"a note's text holds the control character U+{ord(control[0]):04X}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("note", "a note's text is not UTF-8") from error


def _parse_signature(line: str) -> NoteSignature:
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator:
        raise Malformed("note", f"line {line[:80]!r} is not a signature: — <key name> <base64>")
    try:
        check_key_name(name)
        signature = base64padded.decode(encoded)
    except InvalidValue as error:
        raise Malformed("note", f"signature line of {name[:80]!r}: {error}") from error
    if len(signature) <= KEY_ID_BYTES:
        raise Malformed("note", f"signature of {name[:80]!r} is too short to hold a key id and a signature")
    return NoteSignature(name, signature[:KEY_ID_BYTES], signature[KEY_ID_BYTES:])


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> Note:
    """A note signed by one key; `sign` gives the 64-byte Ed25519 signature of a message.

    Raises `Malformed` for a text that cannot stand in a note, `SignatureInvalid` if `sign` is not of `key`.
    """
    check_text(text)
    note = Note(text, (NoteSignature(key.name, key.key_id, sign(text.encode("utf-8"))),))
    # A note signed with the wrong private key must not leave the house: nobody else could find out why it is refused.
    verify_note(note, [key])
    return note


def verify_note(note: Note, keys: Iterable[K]) -> tuple[K, ...]:
    """The keys of `keys` that signed the note, in its order; signatures of other keys are ignored.

    Raises `SignatureInvalid` if a signature that claims one of the keys does not verify, or none of them signed;
    `InvalidValue` if two of the keys cannot be told apart by name and key id.
    """
    known = keys_by_line(keys)
    found: dict[K, None] = {}
    for line in note.signatures:
        if (signer := known.get((line.name, line.key_id))) is not None:
            signer.check(note.text, line.signature)
            found[signer] = None
    if not found:
        names = ", ".join(sorted(f"{key.name}+{key.key_id.hex()}" for key in known.values())) or "none"
        raise SignatureInvalid(f"the note is not signed by a key that is trusted here ({names})")
    return tuple(found)


def keys_by_line(keys: Iterable[K]) -> dict[tuple[str, bytes], K]:
    """Keys by what their signature lines say of them; raises `InvalidValue` if two cannot be told apart."""
    known: dict[tuple[str, bytes], K] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise InvalidValue(f"two keys share the name {key.name!r} and the key id {key.key_id.hex()}")
    return known
