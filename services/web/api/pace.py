"""How fast one caller may call: a bucket of tokens each, that fills again with time.

https://en.wikipedia.org/wiki/Token_bucket. The buckets are this process's own; of too many the one is forgotten whose
owner has not called for the longest time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_MOST_BUCKETS = 10_000


@dataclass
class _Bucket:
    left: float
    at_seconds: float


class Pace:
    """`burst` calls at once, then `per_second`. `clock` gives seconds that never go back."""

    def __init__(self, per_second: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._burst, self._clock = per_second, burst, clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, who: str) -> float:
        """Count a call of somebody; 0 if it may go on, else the seconds to wait."""
        now = self._clock()
        bucket = self._buckets.pop(who, None) or _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at_seconds) * self._per_second)
        bucket.at_seconds = now
        # Put at the end: the first is whoever has not called for the longest time.
        self._buckets[who] = bucket
        if len(self._buckets) > _MOST_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
        if bucket.left < 1:
            return (1 - bucket.left) / self._per_second
        bucket.left -= 1
        return 0.0
