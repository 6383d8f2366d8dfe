"""The leaves of a stretch of the log, gathered so that stretches join to one tree.

A stretch begins and ends anywhere. Its leaves up to the next multiple of 256 and behind the last one stay leaves; of
those between, only the root of each full 256 is kept: the hashes of which tiles of level 1 consist.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from events.transparency.tile_path import FULL_WIDTH
from events.transparency.tiles import tile_root

UNREADABLE = b"\x00" * 32
"""Stands for an entry whose event is missing or cannot be read: nothing hashes to it."""

_HEAD = b"phoihop/log-entry/v1\n\x00\x00\x00\x20"
_ABSENT = b"\x00\x00\x00\x00"


def entry_parts(
    digest: bytes, signature: str, stream_sequence: int | None, stored_at: str | None
) -> tuple[bytes, bytes]:
    """What stands before and behind the recipient in the entries of an event (`events.transparency.entry`).

    `signature` is ASCII and `stored_at` an instant as on the wire, or absent: the caller has made sure of it.
    """
    signature_bytes = signature.encode("ascii")
    sequence = _ABSENT if stream_sequence is None else b"\x00\x00\x00\x08" + stream_sequence.to_bytes(8, "big")
    stored = _ABSENT if stored_at is None else b"\x00\x00\x00\x18" + stored_at.encode("ascii")
    return _HEAD + digest + len(signature_bytes).to_bytes(4, "big") + signature_bytes, sequence + stored


def entry_of(parts: tuple[bytes, bytes], recipient: bytes) -> bytes:
    """The 32-byte entry of an event to one recipient, its id in ASCII."""
    return sha256(parts[0] + _field(recipient) + parts[1]).digest()


@lru_cache(maxsize=4096)
def _field(recipient: bytes) -> bytes:
    return len(recipient).to_bytes(4, "big") + recipient


def leaf_of(entry: bytes) -> bytes:
    """An entry's hash as a leaf."""
    return sha256(b"\x00" + entry).digest()


class Leaves(NamedTuple):
    """The leaf hashes from index `begin` up to `end`: those before the first full tile, roots of full tiles, the rest.

    A stretch that neither begins nor ends a tile is all `head`. `cuts` gives, for checkpoints inside the stretch,
    their size and the leaves that the last, partial tile has of this stretch by then.
    """

    begin: int
    end: int
    head: bytes
    tiles: bytes
    tail: bytes
    cuts: tuple[tuple[int, bytes], ...]


def gather(begin: int, leaves: Sequence[bytes], sizes: Sequence[int]) -> Leaves:
    """The leaves that begin at an index; `sizes` are the checkpoints that end behind `begin` and not behind the end."""
    end = begin + len(leaves)
    first = -(-begin // FULL_WIDTH) * FULL_WIDTH
    last = end // FULL_WIDTH * FULL_WIDTH
    cuts = []
    for size in sizes:
        start = max(begin, size // FULL_WIDTH * FULL_WIDTH)
        cuts.append((size, b"".join(leaves[start - begin : size - begin])))
    if last < first:
        return Leaves(begin, end, b"".join(leaves), b"", b"", tuple(cuts))
    roots = [tile_root(b"".join(leaves[at - begin : at - begin + FULL_WIDTH])) for at in range(first, last, FULL_WIDTH)]
    return Leaves(
        begin, end, b"".join(leaves[: first - begin]), b"".join(roots), b"".join(leaves[last - begin :]), tuple(cuts)
    )
