"""Checkpoints (https://c2sp.org/tlog-checkpoint): a log's signed statement of its size and root.

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Three lines, then possibly extension lines; together the text of a signed note (`events.note`). The origin names the
log, and its key has the same name. `parse_checkpoint` accepts only what `format_checkpoint` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events import base64padded
from events.errors import InvalidValue, Malformed, ProofInvalid
from events.note import Note, VerifierKey, check_text, parse_note, sign_note, verify_note
from events.transparency.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE, verify_consistency

MAX_ORIGIN_BYTES = 255
"""Later cosignature types write the origin's length in one byte."""

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree of a log: the log's origin, the number of leaves, the root; extension lines say what the log pleases.

    Raises `Malformed` (`checkpoint`) for what cannot stand in one.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise Malformed("checkpoint", "a checkpoint's origin and extension lines are one line each, not empty")
            check_text(f"{line}\n")
        if len(self.origin.encode("utf-8")) > MAX_ORIGIN_BYTES:
            raise Malformed("checkpoint", f"a checkpoint's origin has at most {MAX_ORIGIN_BYTES} bytes")
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed("checkpoint", f"{self.size} is no size of a tree")
        if len(self.root) != HASH_BYTES:
            raise Malformed("checkpoint", f"a root has {HASH_BYTES} bytes, not {len(self.root)}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise Malformed("checkpoint", "the root of a tree without leaves is SHA-256 of nothing")


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed, ending in a newline."""
    root = base64padded.encode(checkpoint.root)
    return "".join(f"{line}\n" for line in (checkpoint.origin, checkpoint.size, root, *checkpoint.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text as a checkpoint; raises `Malformed` (`checkpoint` or `note`), naming what is wrong."""
    check_text(text)
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise Malformed("checkpoint", f"a checkpoint has at least 3 lines (origin, size, root), not {len(lines)}")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise Malformed("checkpoint", f"size {size[:40]!r} is not a decimal number without leading zeros")
    try:
        return Checkpoint(origin, int(size), base64padded.decode(root), tuple(extensions))
    except InvalidValue as error:
        raise Malformed("checkpoint", f"root: {error}") from error


def sign_checkpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Callable[[bytes], bytes]) -> Note:
    """The checkpoint as a note signed by its log; `sign` gives the 64-byte Ed25519 signature of a message.

    Raises `InvalidValue` if the key is not named as the origin, `SignatureInvalid` if `sign` is not of `key`.
    """
    if key.name != checkpoint.origin:
        raise InvalidValue(f"the log {checkpoint.origin!r} signs with a key of that name, not {key.name!r}")
    return sign_note(format_checkpoint(checkpoint), key, sign)


def open_checkpoint(data: str | bytes | Note, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note that the log's key signed; other signatures are passed over.

    Raises `Malformed`, or `SignatureInvalid` if the log's signature is missing or wrong, or the origin is another's.
    """
    note = data if isinstance(data, Note) else parse_note(data)
    verify_note(note, [key])
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != key.name:
        raise Malformed("checkpoint", f"the log {key.name!r} signed a checkpoint of {checkpoint.origin[:80]!r}")
    return checkpoint


def verify_growth(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that a log only grew between two of its checkpoints: what a witness asks before it cosigns.

    From a tree without leaves every tree follows, and the proof is empty. Raises `ProofInvalid`: `origin` for two logs,
    else as `verify_consistency`.
    """
    if old.origin != new.origin:
        raise ProofInvalid("origin", f"checkpoints of two logs, {old.origin!r} and {new.origin!r}")
    if old.size == 0:
        if proof:
            raise ProofInvalid("length", "a proof from the tree without leaves is empty")
        return
    verify_consistency(old.size, old.root, new.size, new.root, proof)
