"""The chains of the pairs, as far as their documents are in the package.

| check | rules out |
| --- | --- |
| count-twice | two documents under one count of a pair, or one that stands twice |
| chain | a document that names another predecessor than the one with the count before |
| back-dated | a document that is dated before the one with the count before |
| gap | in a package of the whole log: a count that is neither there nor declared lost |
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

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
    """A document whose predecessor has not been seen: what it says of it, and when it was signed."""

    previous: bytes
    signed_ms: int
    event: str
    where: str


class Link(NamedTuple):
    """A document in its place in a chain: its envelope's digest, its id, and when it says it was signed (ms)."""

    digest: bytes
    event: bytes
    signed_ms: int


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = Link(GENESIS, b"", -(2**62))
"""What stands before a pair's first document."""

_NOTHING_SAID = -1
_REFUSED = 0


class _Chain:
    """One pair's documents by their counts, and what the recipient has said of each.

    Counts that follow one another from 1 on take 64 bytes each; any others, which may be as large as a liar likes, a
    place in a dictionary. What was said is the incoming number, 0 for a refusal.
    """

    def __init__(self) -> None:
        self._digests = bytearray()
        self._events = bytearray()
        self._signed = array("q")
        self._said = array("q")
        self._others: dict[int, Link] = {}
        self._said_of_others: dict[int, int] = {}

    def get(self, count: int) -> Link | None:
        """The document under a count."""
        if not 0 < count <= len(self._signed):
            return self._others.get(count)
        end = count * HASH_BYTES
        digest = bytes(self._digests[end - HASH_BYTES : end])
        return Link(digest, bytes(self._events[16 * (count - 1) : 16 * count]), self._signed[count - 1])

    def put(self, count: int, link: Link) -> bool:
        """Keep a document; False if there is one under this count already, which then stands."""
        if self.get(count) is not None:
            return False
        if count == len(self._signed) + 1:
            self._digests += link.digest
            self._events += link.event
            self._signed.append(link.signed_ms)
            self._said.append(_NOTHING_SAID)
        else:
            self._others[count] = link
        return True

    def say(self, count: int, said: int) -> int:
        """Note what a receipt says of a document that is here; gives what was said first."""
        if count > len(self._said):
            return self._said_of_others.setdefault(count, said)
        if self._said[count - 1] == _NOTHING_SAID:
            self._said[count - 1] = said
        return self._said[count - 1]

    @property
    def receipted(self) -> int:
        """How many counts a receipt covers."""
        return sum(said != _NOTHING_SAID for said in self._said) + len(self._said_of_others)

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The counts that are here, as ranges."""
        found: list[tuple[int, int]] = [(1, len(self._signed))] if self._signed else []
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
        self._gaps: defaultdict[Pair, list[tuple[int, int]]] = defaultdict(list)

    def take(self, held: Held, where: str) -> None:
        """Put a document into the chain of each pair."""
        envelope = held.envelope
        signed_ms = milliseconds(envelope.time)
        link = Link(held.digest, UUID(envelope.id).bytes, signed_ms)
        for recipient in envelope.recipients:
            pair = (envelope.sender, recipient.agency)
            if not self._chains[pair].put(recipient.count, link):
                self._fault(
                    AuditCheck.COUNT_TWICE, envelope, where,
                    f"số {recipient.count} gửi {recipient.agency} đã có rồi: được ký hai lần hoặc ghi vào sổ hai lần",
                    f"count {recipient.count} to {recipient.agency} is there already: signed twice, or logged twice",
                )  # fmt: skip
                continue
            self._follow(pair, recipient.count, _Waiting(recipient.previous, signed_ms, envelope.id, where))
            behind = self._waiting[pair].pop(recipient.count + 1, None)
            if behind is not None:
                self._follow(pair, recipient.count + 1, behind)

    def declare_gap(self, sender: str, recipient: str, first: int, last: int) -> None:
        """Take in the sender's own statement that counts are lost for good."""
        self._gaps[sender, recipient].append((first, last))

    def link(self, sender: str, recipient: str, count: int) -> Link | None:
        """A document by its place in a chain; None if it is not in the package."""
        chain = self._chains.get((sender, recipient))
        return None if chain is None else chain.get(count)

    def say(self, sender: str, recipient: str, count: int, incoming_number: int | None) -> bool:
        """Note what a receipt says of a document that is here (None: refused); whether nothing else was said before."""
        said = _REFUSED if incoming_number is None else incoming_number
        return self._chains[sender, recipient].say(count, said) == said

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

    def _follow(self, pair: Pair, count: int, own: _Waiting) -> None:
        """Hold a document against the one before it, if that is here; else when that comes."""
        before = _FIRST if count == 1 else self._chains[pair].get(count - 1)
        if before is None:
            self._waiting[pair][count] = own
            return
        if before.digest != own.previous:
            self._faults.add(
                AuditCheck.CHAIN, own.where,
                f"số {count} từ {pair[0]} đến {pair[1]} không nối với văn bản số {count - 1} trong gói",
                f"count {count} from {pair[0]} to {pair[1]} does not name the document of count {count - 1} in the "
                "package", own.event,
            )  # fmt: skip
        if own.signed_ms < before.signed_ms:
            self._faults.add(
                AuditCheck.BACK_DATED, own.where,
                f"ghi thời điểm trước văn bản số {count - 1} gửi {pair[1]}, dù được ký sau",
                f"it is dated before count {count - 1} to {pair[1]}, which was signed before it", own.event,
            )  # fmt: skip

    def _is_declared(self, pair: Pair, first: int, last: int) -> bool:
        return any(start <= first and last <= end for start, end in self._gaps[pair])

    def _fault(self, check: AuditCheck, envelope: Envelope, where: str, vi: str, en: str) -> None:
        self._faults.add(check, where, vi, en, envelope.id)


def milliseconds(moment: datetime) -> int:
    """An instant in whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
