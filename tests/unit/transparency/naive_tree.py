"""RFC 6962 section 2.1 taken at its word: slow, recursive, and written without looking at the code under test."""

from __future__ import annotations

from functools import cache
from hashlib import sha256


def leaves(count: int) -> list[bytes]:
    return [sha256(b"\x00" + f"entry {n}".encode()).digest() for n in range(count)]


class NaiveTree:
    def __init__(self, count: int) -> None:
        self.leaves = leaves(count)
        self.mth = cache(self._mth)

    def _mth(self, start: int, end: int) -> bytes:
        if start == end:
            return sha256(b"").digest()
        if end - start == 1:
            return self.leaves[start]
        k = split(end - start)
        return sha256(b"\x01" + self.mth(start, start + k) + self.mth(start + k, end)).digest()

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        k = split(end - start)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m: int, start: int, end: int, complete: bool = True) -> list[bytes]:
        if m == end - start:
            return [] if complete else [self.mth(start, end)]
        k = split(end - start)
        if m <= k:
            return [*self.proof(m, start, start + k, complete), self.mth(start + k, end)]
        return [*self.proof(m - k, start + k, end, complete=False), self.mth(start, start + k)]

    def read_node(self, level: int, index: int) -> bytes:
        end = (index + 1) << level
        assert end <= len(self.leaves)
        return self.mth(index << level, end)


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k
