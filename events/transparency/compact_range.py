"""A tree's frontier: the few hashes from which its root follows and to which leaves can be appended.

The frontier of a tree of 13 leaves is the roots over its first 8, the next 4 and the last one (13 = 8 + 4 + 1): as many
hashes as the size has bits set. Whoever keeps it can take in leaves without the tree (transparency-dev/merkle calls it
a compact range).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from events.errors import InvalidValue
from events.transparency.merkle import EMPTY_ROOT, HASH_BYTES, ReadNode, node_hash, peaks


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The frontier of the tree of `size` leaves: the roots of its complete subtrees, the largest first.

    Raises `InvalidValue` if there are not as many hashes as the size asks for.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.nodes) != self.size.bit_count():
            raise InvalidValue(f"the frontier of a tree of {self.size} leaves does not have {len(self.nodes)} hashes")
        if any(len(node) != HASH_BYTES for node in self.nodes):
            raise InvalidValue(f"a frontier's hashes have {HASH_BYTES} bytes each")

    def append(self, leaf: bytes) -> CompactRange:
        """The frontier with one more leaf, given by its leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> CompactRange:
        """The frontier with more leaves, given by their leaf hashes in order."""
        nodes = list(self.nodes)
        size = self.size
        push, pop = nodes.append, nodes.pop
        for leaf in leaf_hashes:
            node = leaf
            # As many subtrees are completed as the size has ones at its end, as when adding one to a binary number.
            carry = size
            while carry & 1:
                node = sha256(b"\x01" + pop() + node).digest()
                carry >>= 1
            push(node)
            size += 1
        return CompactRange(size, tuple(nodes))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def read_frontier(size: int, read_node: ReadNode) -> CompactRange:
    """The frontier of a stored tree, so that a writer can go on after a restart."""
    return CompactRange(size, tuple(read_node(level, index) for level, index in peaks(0, size)))
