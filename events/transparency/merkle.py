"""Merkle trees and their proofs (RFC 6962 section 2.1, the same as RFC 9162 section 2.1).

A leaf's hash is SHA-256(0x00 ‖ entry), a node's SHA-256(0x01 ‖ left ‖ right), the root of the empty tree SHA-256 of
nothing. Where a tree's size is no power of two, its left subtree is the largest power of two that is smaller.

A *node* is named by level and index: node (level, index) is the root over the leaves index · 2^level up to
(index + 1) · 2^level, all of them present. Every proof is made of nodes, which a passed-in function reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import NoReturn

from events.errors import InvalidValue, ProofInvalid

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

MAX_SIZE = 2**63 - 1
"""The most leaves that a tree here may have: sizes are signed 64-bit integers in other implementations."""

ReadNode = Callable[[int, int], bytes]
"""`read_node(level, index)`: the 32-byte hash of a node of the tree."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest nodes (level, index) that cover the leaves from `start` up to `end`, from left to right.

    `start` is a multiple of every subtree's size that follows, as it is for every subtree of a tree.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def subtree_root(start: int, end: int, read_node: ReadNode) -> bytes:
    """The root over the leaves from `start` up to `end`; the empty tree's root if there are none."""
    hashes = [read_node(level, index) for level, index in peaks(start, end)]
    if not hashes:
        return EMPTY_ROOT
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""
    row = list(leaf_hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        # A hash without a neighbour goes up as it is: that is where the ragged right edge joins.
        last = row[-1:] if len(row) % 2 else []
        pairs = iter(row)
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)] + last
    return row[0]


def inclusion_proof(index: int, size: int, read_node: ReadNode) -> tuple[bytes, ...]:
    """The proof that leaf `index` is in the tree of `size` leaves, from the leaf's neighbour upwards.

    Raises `InvalidValue` unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise InvalidValue(f"a tree of {size} leaves has no leaf {index}")
    return tuple(subtree_root(start, end, read_node) for start, end in _siblings(index, 0, size))


def consistency_proof(old_size: int, size: int, read_node: ReadNode) -> tuple[bytes, ...]:
    """The proof that the tree of `size` leaves begins with the tree of `old_size` leaves; empty if they are equal.

    Raises `InvalidValue` unless 0 < old_size ≤ size: of the empty tree there is nothing to prove.
    """
    if not 0 < old_size <= size:
        raise InvalidValue(f"there is no proof from a tree of {old_size} leaves to one of {size}")
    if old_size == size:
        return ()
    # The old tree's last complete subtree is where both trees part: from there the proof is as for a leaf.
    level = (old_size & -old_size).bit_length() - 1
    index = (old_size - 1) >> level
    siblings = [subtree_root(start, end, read_node) for start, end in _siblings(index, level, size)]
    if index == 0:
        return tuple(siblings)
    return (read_node(level, index), *siblings)


def _siblings(index: int, level: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots join the node (level, index) with the tree's root, from below."""
    start, end = 0, size
    target = index << level
    ranges: list[tuple[int, int]] = []
    while end - start > 1 << level:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if target < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root of the tree of `size` leaves of which the proof says that `leaf` (a leaf hash) is leaf `index`.

    Raises `ProofInvalid` if the proof does not have the shape of one for this place.
    """
    if not 0 <= index < size:
        _fail("sizes", f"leaf {index} is not in a tree of {size} leaves")
    _check_hashes((leaf, *proof))
    inner = _inner_length(index, size)
    _check_length(proof, inner + (index >> inner).bit_count())
    return _climb(leaf, index, inner, proof)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` (a leaf hash) is leaf `index` of the tree of `size` leaves and this root.

    Raises `ProofInvalid`: `sizes`, `hash`, `length` or `root`.
    """
    if root_from_inclusion(leaf, index, size, proof) != root:
        _fail("root", f"the proof does not join leaf {index} with the root of the tree of {size} leaves")


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size` leaves begins with the tree of `old_size` leaves.

    Trees of one size are consistent if their roots are the same and the proof is empty. Of the empty tree nothing can
    be proven to a larger one. Raises `ProofInvalid`: `sizes`, `hash`, `length`, `old-root` or `root`.
    """
    if not 0 <= old_size <= size:
        _fail("sizes", f"a tree of {size} leaves cannot begin with one of {old_size}")
    if old_size == size:
        _check_length(proof, 0)
        if old_root != root:
            _fail("root", f"two different roots for one size of {size} leaves: the log shows two histories")
        return
    if old_size == 0:
        _fail("sizes", "a proof from the empty tree proves nothing")
    _check_hashes((old_root, root, *proof))
    level = (old_size & -old_size).bit_length() - 1
    index = (old_size - 1) >> level
    inner = _inner_length(old_size - 1, size) - level
    border = (index >> inner).bit_count()
    # The proof begins with the old tree's last complete subtree, unless that is the whole old tree.
    own = 0 if index == 0 else 1
    _check_length(proof, own + inner + border)
    seed, steps = (proof[0], proof[1:]) if own else (old_root, proof)
    if _climb_left(seed, index, inner, steps) != old_root:
        _fail("old-root", f"the proof does not give the root of the tree of {old_size} leaves")
    if _climb(seed, index, inner, steps) != root:
        _fail("root", f"the tree of {size} leaves does not begin with the tree of {old_size} leaves")


def _inner_length(index: int, size: int) -> int:
    """How many steps the path of leaf `index` goes before it joins the tree's right edge."""
    return (index ^ (size - 1)).bit_length()


def _climb(node: bytes, index: int, inner: int, steps: Sequence[bytes]) -> bytes:
    for height, step in enumerate(steps):
        left = height >= inner or index >> height & 1
        node = node_hash(step, node) if left else node_hash(node, step)
    return node


def _climb_left(node: bytes, index: int, inner: int, steps: Sequence[bytes]) -> bytes:
    """As `_climb`, without what stands to the right: the tree as it was when `node` was its end."""
    for height, step in enumerate(steps):
        if height >= inner or index >> height & 1:
            node = node_hash(step, node)
    return node


def _check_hashes(hashes: Sequence[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            _fail("hash", f"a hash of {len(value)} bytes in a proof; SHA-256 has {HASH_BYTES}")


def _check_length(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        _fail("length", f"a proof of {len(proof)} hashes where there must be {expected}")


def _fail(check: str, explanation: str) -> NoReturn:
    raise ProofInvalid(check, explanation)
