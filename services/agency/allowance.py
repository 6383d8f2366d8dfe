"""How much a peer may be given again: enough for any honest loss, too little to be used as a weapon.

A request for repair has some hundred bytes and may be answered with megabytes, and asking costs nothing. Each peer has
an allowance that is spent by what it is given and grows back with time. Beyond it nothing is refused for good: an
honest peer asks again, ever more rarely, and gets the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.instants import format_instant, parse_instant
from services.agency.record_transaction import RecordTransaction


@dataclass(frozen=True)
class Rate:
    """`burst_bytes` at once, and `bytes_per_second` in the long run."""

    burst_bytes: int
    bytes_per_second: int

    def spent_after(self, spent_bytes: int, seconds: float) -> int:
        """What still counts as spent after some time."""
        return max(0, spent_bytes - int(max(0.0, seconds) * self.bytes_per_second))


RESENDING = Rate(burst_bytes=64_000_000, bytes_per_second=1_000_000)
"""Own events published again: they cost the broker's disk and the network."""
REPAIR = Rate(burst_bytes=256_000_000, bytes_per_second=32_000)
"""Answers to requests for repair: they are signed, and stay in this agency's record."""
REQUEST_COSTS_BYTES = 64_000
"""What looking for an answer is charged, were it empty."""


class Allowance:
    """What each peer has been given lately, in memory: for what costs nothing that lasts."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._spent: dict[str, tuple[int, float]] = {}

    def take(self, peer: str, size_bytes: int, now_seconds: float) -> bool:
        """Spend some of a peer's allowance; false, and nothing is spent, if none is left."""
        spent, at = self._spent.get(peer, (0, now_seconds))
        spent = self._rate.spent_after(spent, now_seconds - at)
        if spent >= self._rate.burst_bytes:
            return False
        self._spent[peer] = (spent + size_bytes, now_seconds)
        return True


def take_for_repair(transaction: RecordTransaction, peer: str, size_bytes: int, now: datetime) -> bool:
    """Spend some of a peer's allowance for repair, kept in the record so that a restart does not renew it.

    False if none is left; that is noted once, until there is some again.
    """
    cursor = transaction.cursor
    cursor.execute("SELECT bytes, at, postponed FROM given_again WHERE peer = ?", (peer,))
    row = cursor.fetchone()
    spent, postponed = 0, 0
    if row is not None:
        spent = REPAIR.spent_after(row[0], (now - parse_instant(row[1])).total_seconds())
        postponed = row[2]
    if spent >= REPAIR.burst_bytes:
        if not postponed:
            cursor.execute("UPDATE given_again SET postponed = 1 WHERE peer = ?", (peer,))
            transaction.append_local("RepairPostponed", peer, {"bytes_given": spent}, now)
        return False
    cursor.execute(
        "INSERT OR REPLACE INTO given_again VALUES (?,?,?,0)", (peer, spent + size_bytes, format_instant(now))
    )
    return True
