"""Cosignatures (https://c2sp.org/tlog-cosignature, `cosignature/v1`): a witness's timestamped word on a checkpoint.

What is signed, with Ed25519:

    cosignature/v1
    time 1679315147
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

It stands as a signature line in the checkpoint's note: after the key id (made with signature type 0x04) 8 bytes of
time, seconds since 1970 in big-endian order, and the 64-byte signature. It says that at that time this was the largest
tree that the witness had seen of the log, and that it had only grown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from events.errors import InvalidValue, SignatureInvalid
from events.keys import PublicKey
from events.note import (
    SIGNATURE_BYTES,
    Note,
    NoteSignature,
    check_ed25519,
    check_key_name,
    format_key,
    keys_by_line,
    make_key_id,
    parse_key,
)
from events.transparency.checkpoint import parse_checkpoint

COSIGNATURE = b"\x04"
"""The signature type of a timestamped Ed25519 cosignature."""

MAX_TIME_SECONDS = 2**63 - 1
_TIME_BYTES = 8


@dataclass(frozen=True)
class CosignerKey:
    """A witness's name and Ed25519 key. Raises `InvalidValue` for a name that cannot stand in a note."""

    name: str
    public_key: PublicKey

    def __post_init__(self) -> None:
        check_key_name(self.name)

    @cached_property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ newline ‖ 0x04 ‖ public key)."""
        return make_key_id(self.name, COSIGNATURE, self.public_key)

    def check(self, text: str, signature: bytes) -> None:
        """Verify a cosignature over a checkpoint's text; raises `SignatureInvalid`, or `Malformed` for another text."""
        time_seconds, raw = _split(signature, self.name)
        check_ed25519(cosigned_message(text, time_seconds), raw, self.public_key, self.name)

    def __str__(self) -> str:
        return format_key(self.name, COSIGNATURE, self.public_key)


def parse_cosigner_key(text: str) -> CosignerKey:
    """Read a cosigner's verifier key; the inverse of `str`. Raises `InvalidValue`, naming what is wrong."""
    return CosignerKey(*parse_key(text, COSIGNATURE, "Ed25519 cosignature"))


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature: whose it is, and when it was made, in seconds since 1970."""

    cosigner: CosignerKey
    time_seconds: int

    @property
    def time(self) -> datetime:
        """When it was made, by the witness's clock; raises `InvalidValue` for a time that no calendar has."""
        try:
            return datetime.fromtimestamp(self.time_seconds, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise InvalidValue(f"{self.time_seconds} seconds since 1970 is no time of the calendar") from error


def cosigned_message(text: str, time_seconds: int) -> bytes:
    """What a witness signs. Raises `Malformed` for a text that is no checkpoint, `InvalidValue` for the time."""
    if not 0 <= time_seconds <= MAX_TIME_SECONDS:
        raise InvalidValue(f"{time_seconds} is no time of a cosignature: whole seconds since 1970")
    parse_checkpoint(text)
    return f"cosignature/v1\ntime {time_seconds}\n{text}".encode()


def cosign(text: str, key: CosignerKey, time_seconds: int, sign: Callable[[bytes], bytes]) -> NoteSignature:
    """A witness's signature line for a checkpoint's text; `sign` gives the 64-byte Ed25519 signature of a message.

    Raises as `cosigned_message`, and `SignatureInvalid` if `sign` is not of `key`.
    """
    signature = sign(cosigned_message(text, time_seconds))
    line = NoteSignature(key.name, key.key_id, time_seconds.to_bytes(_TIME_BYTES, "big") + signature)
    key.check(text, line.signature)
    return line


def _split(signature: bytes, name: str) -> tuple[int, bytes]:
    if len(signature) != _TIME_BYTES + SIGNATURE_BYTES:
        raise SignatureInvalid(f"the cosignature of {name} is not {_TIME_BYTES} + {SIGNATURE_BYTES} bytes long")
    time_seconds = int.from_bytes(signature[:_TIME_BYTES], "big")
    if time_seconds > MAX_TIME_SECONDS:
        raise SignatureInvalid(f"the cosignature of {name} has a time over 2^63 - 1 seconds")
    return time_seconds, signature[_TIME_BYTES:]


def cosignature_time_seconds(line: NoteSignature) -> int:
    """The time that a cosignature's line states, unverified; raises `SignatureInvalid` if it is none by its form."""
    return _split(line.signature, line.name)[0]


def verified_cosignatures(note: Note, cosigners: Iterable[CosignerKey]) -> tuple[Cosignature, ...]:
    """The cosignatures of known witnesses, in the note's order; lines of other keys are passed over.

    Raises `SignatureInvalid` if a line that claims one of the witnesses does not verify, `Malformed` if the note's text
    is no checkpoint, `InvalidValue` if two witnesses cannot be told apart.
    """
    known = keys_by_line(cosigners)
    found: dict[Cosignature, None] = {}
    for line in note.signatures:
        if (cosigner := known.get((line.name, line.key_id))) is not None:
            cosigner.check(note.text, line.signature)
            found[Cosignature(cosigner, cosignature_time_seconds(line))] = None
    return tuple(found)


def add_signatures(note: Note, lines: Iterable[NoteSignature]) -> Note:
    """The note with further signature lines at its end; a line that it has already is not added again."""
    return replace(note, signatures=tuple(dict.fromkeys((*note.signatures, *lines))))
