"""The chains of the pairs, as far as their documents are in the package.

| check | rules out |
| --- | --- |
| count-twice | two documents under one count of a pair |
| chain | a document that names another predecessor than the one with the count before |
| back-dated | a document that is dated before the one with the count before |
| gap | in a package of the whole log: a count that is neither there nor declared lost |
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from events.audit.finding import AuditCheck
from events.envelope import Envelope
from events.recipients import GENESIS
from events.transparency.merkle import HASH_BYTES
from services.evidence.authenticity import Held
from services.evidence.faults import Faults
from services.evidence.manifest import PairCounts

Pair = tuple[str, str]
"""(sender, recipient)."""


class _Waiting(NamedTuple):
    """A document whose predecessor has not been seen: what it says of it."""

    previous: bytes
    event: str
    where: str


class _Chain:
    """The digests of one pair's documents by their counts, and which of them a receipt covers.

    Counts that follow one another from 1 on take 33 bytes each; any others, which may be as large as a liar likes, a
    place in a dictionary.
    """

    def __init__(self) -> None:
        self._digests = bytearray()
        self._receipted = bytearray()
        self._others: dict[int, tuple[bytes, bool]] = {}

    def get(self, count: int) -> bytes | None:
        """The digest under a count."""
        if 0 < count <= len(self._receipted):
            return bytes(self._digests[HASH_BYTES * (count - 1) : HASH_BYTES * count])
        other = self._others.get(count)
        return None if other is None else other[0]

    def put(self, count: int, digest: bytes) -> bytes:
        """Keep a digest unless there is one under this count; the one that stands."""
        known = self.get(count)
        if known is not None:
            return known
        if count == len(self._receipted) + 1:
            self._digests += digest
            self._receipted.append(0)
        else:
            self._others[count] = (digest, False)
        return digest

    def receipt(self, count: int) -> None:
        """Note that a receipt covers a count that is here."""
        if count <= len(self._receipted):
            self._receipted[count - 1] = 1
        else:
            self._others[count] = (self._others[count][0], True)

    @property
    def receipted(self) -> int:
        """How many counts a receipt covers."""
        return sum(self._receipted) + sum(receipted for _, receipted in self._others.values())

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The counts that are here, as ranges."""
        found: list[tuple[int, int]] = [(1, len(self._receipted))] if self._receipted else []
        for count in sorted(self._others):
            if found and found[-1][1] + 1 == count:
                found[-1] = (found[-1][0], count)
            else:
                found.append((count, count))
        return tuple(found)


class Chains:
    """The documents of each pair by their counts: the digests of their envelopes."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._chains: defaultdict[Pair, _Chain] = defaultdict(_Chain)
        self._waiting: defaultdict[Pair, dict[int, _Waiting]] = defaultdict(dict)
        self._dated: dict[Pair, tuple[int, datetime]] = {}
        self._gaps: defaultdict[Pair, list[tuple[int, int]]] = defaultdict(list)

    def take(self, held: Held, where: str) -> None:
        """Put a document into the chain of each pair."""
        envelope = held.envelope
        for recipient in envelope.recipients:
            pair = (envelope.sender, recipient.agency)
            if self._chains[pair].put(recipient.count, held.digest) != held.digest:
                self._fault(
                    AuditCheck.COUNT_TWICE, envelope, where,
                    f"số {recipient.count} gửi {recipient.agency} đã được ký cho một văn bản khác",
                    f"count {recipient.count} to {recipient.agency} was signed for another document too",
                )  # fmt: skip
                continue
            self._link(pair, recipient.count, recipient.previous, envelope, where)
            self._date(pair, recipient.count, envelope, where)

    def declare_gap(self, sender: str, recipient: str, first: int, last: int) -> None:
        """Take in the sender's own statement that counts are lost for good."""
        self._gaps[sender, recipient].append((first, last))

    def digest(self, sender: str, recipient: str, count: int) -> bytes | None:
        """The digest of a document by its place in a chain; None if it is not in the package."""
        chain = self._chains.get((sender, recipient))
        return None if chain is None else chain.get(count)

    def receipt(self, sender: str, recipient: str, count: int) -> None:
        """Note that a receipt covers a document that is here."""
        self._chains[sender, recipient].receipt(count)

    @property
    def receipted(self) -> int:
        """How many deliveries a receipt covers."""
        return sum(chain.receipted for chain in self._chains.values())

    def check_gaps(self) -> None:
        """In a package of the whole log no count is missing between the first and the last."""
        for pair, chain in sorted(self._chains.items(), key=itemgetter(0)):
            last = 0
            for first, end in chain.ranges:
                if first > last + 1 and not self._is_declared(pair, last + 1, first - 1):
                    missing = f"{last + 1}" if first == last + 2 else f"{last + 1}-{first - 1}"
                    self._faults.add(
                        AuditCheck.GAP, f"{pair[0]} → {pair[1]}",
                        f"thiếu số {missing} trong chuỗi văn bản", f"counts {missing} of the chain are missing",
                    )  # fmt: skip
                last = end

    @property
    def counts(self) -> tuple[PairCounts, ...]:
        """Which counts of each pair are in the package."""
        return tuple(
            PairCounts(sender, recipient, chain.ranges)
            for (sender, recipient), chain in sorted(self._chains.items(), key=itemgetter(0))
        )

    def _link(self, pair: Pair, count: int, previous: bytes, envelope: Envelope, where: str) -> None:
        before = GENESIS if count == 1 else self._chains[pair].get(count - 1)
        if before is None:
            self._waiting[pair][count] = _Waiting(previous, envelope.id, where)
        elif before != previous:
            self._broken(pair, count, envelope.id, where)
        behind = self._waiting[pair].pop(count + 1, None)
        if behind is not None and behind.previous != self._chains[pair].get(count):
            self._broken(pair, count + 1, behind.event, behind.where)

    def _date(self, pair: Pair, count: int, envelope: Envelope, where: str) -> None:
        last = self._dated.get(pair)
        if last is not None and count == last[0] + 1 and envelope.time < last[1]:
            self._fault(
                AuditCheck.BACK_DATED, envelope, where,
                f"ghi thời điểm trước văn bản số {last[0]} gửi {pair[1]}, dù được ký sau",
                f"it is dated before count {last[0]} to {pair[1]}, which was signed before it",
            )  # fmt: skip
        if last is None or count > last[0]:
            self._dated[pair] = (count, envelope.time)

    def _is_declared(self, pair: Pair, first: int, last: int) -> bool:
        return any(start <= first and last <= end for start, end in self._gaps[pair])

    def _broken(self, pair: Pair, count: int, event: str, where: str) -> None:
        self._faults.add(
            AuditCheck.CHAIN, where,
            f"số {count} từ {pair[0]} đến {pair[1]} không nối với văn bản số {count - 1} trong gói",
            f"count {count} from {pair[0]} to {pair[1]} does not name the document of count {count - 1} in the package",
            event,
        )  # fmt: skip

    def _fault(self, check: AuditCheck, envelope: Envelope, where: str, vi: str, en: str) -> None:
        self._faults.add(check, where, vi, en, envelope.id)
