"""The chain of each pair over the whole history: every count once, each link naming the envelope before it.

1. a run begins where the last one of its pair ended, and names its last envelope: else the chain is forked (`chain`)
2. it is not dated before that envelope: else it is dated back (`back-dated`)
3. counts that are passed over come later in the log, or their sender has declared them lost: else `gap`
4. a count that stands in the log already is not signed for another event: else `count-twice`

Order in the log is the order in which the auditor could verify, so a link that comes late breaks nothing. It closes the
hole that it left, and must fit on both sides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from events import base64url
from events.audit.finding import AuditCheck, Finding
from events.audit.protocol_facts import Fact
from events.audit.runs import (
    DIGEST,
    EVENT,
    FIRST,
    INDEX,
    LAST,
    LAST_EVENT,
    PREVIOUS,
    RECIPIENT,
    SENDER,
    SINCE,
    UNTIL,
    Run,
)
from events.recipients import GENESIS

Found = Callable[[Finding], None]

_GENESIS = base64url.encode(GENESIS)


@dataclass(slots=True)
class _Hole:
    """Counts that are missing so far, with what stands on both sides: digest, time and id before, the run behind."""

    first: int
    last: int
    digest: str
    until: str
    behind: Run


@dataclass(slots=True)
class _Pair:
    last: int = 0
    digest: str = _GENESIS
    until: str = ""
    event: str = ""
    holes: list[_Hole] = field(default_factory=list)
    """In the order of their counts."""
    lost: list[tuple[int, int, str]] = field(default_factory=list)


class PairChains:
    """The chains of all pairs; `found` is told of every fault."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._pairs: dict[tuple[str, str], _Pair] = {}

    def add(self, runs: Iterable[Run]) -> None:
        """Join the runs of the next stretch."""
        for run in runs:
            pair = self._pairs.get((run[SENDER], run[RECIPIENT]))
            if pair is None:
                pair = self._pairs[run[SENDER], run[RECIPIENT]] = _Pair()
            if run[FIRST] <= pair.last:
                self._late(pair, run)
                continue
            if run[FIRST] > pair.last + 1:
                pair.holes.append(_Hole(pair.last + 1, run[FIRST] - 1, pair.digest, pair.until, run))
            else:
                self._follows(run, pair.digest, pair.until)
            pair.last, pair.digest, pair.until, pair.event = run[LAST], run[DIGEST], run[UNTIL], run[LAST_EVENT]

    def declare_lost(self, gap: Fact) -> None:
        """A sender has declared counts to its recipients lost for good."""
        _, _, sender, _, recipients, first, last, digest = gap
        for recipient in recipients:
            self._pairs.setdefault((sender, recipient), _Pair()).lost.append((first, last, digest))

    def head(self, sender: str, recipient: str) -> tuple[int, str]:
        """The last count and digest of a pair; (0, …) before the first."""
        pair = self._pairs.get((sender, recipient), _Pair())
        return pair.last, pair.digest

    def is_lost(self, sender: str, recipient: str, count: int) -> bool:
        """Whether a count was declared lost."""
        pair = self._pairs.get((sender, recipient))
        return pair is not None and any(first <= count <= last for first, last, _ in pair.lost)

    def finish(self) -> None:
        """Nothing more comes: what is missing now is missing."""
        for (sender, recipient), pair in self._pairs.items():
            for hole in pair.holes:
                self._missing(sender, recipient, hole, pair.lost)

    # --- one run ---

    def _late(self, pair: _Pair, run: Run) -> None:
        place = bisect_right(pair.holes, run[FIRST], key=lambda hole: hole.first) - 1
        if place < 0 or run[LAST] > pair.holes[place].last:
            self._twice(run)
            return
        hole = pair.holes[place]
        if run[FIRST] == hole.first:
            self._follows(run, hole.digest, hole.until)
        if run[LAST] == hole.last:
            self._follows(hole.behind, run[DIGEST], run[UNTIL])
        rest = []
        if hole.first < run[FIRST]:
            rest.append(_Hole(hole.first, run[FIRST] - 1, hole.digest, hole.until, run))
        if run[LAST] < hole.last:
            rest.append(_Hole(run[LAST] + 1, hole.last, run[DIGEST], run[UNTIL], hole.behind))
        pair.holes[place : place + 1] = rest

    def _follows(self, run: Run, digest: str, until: str) -> None:
        sender, recipient, where = run[SENDER], run[RECIPIENT], f"entry {run[INDEX]}"
        if run[PREVIOUS] != digest:
            self._found(
                Finding(
                    AuditCheck.CHAIN, run[EVENT], where,
                    f"Số {run[FIRST]} từ {sender} đến {recipient} không nối tiếp văn bản trước đó.",
                    f"Count {run[FIRST]} from {sender} to {recipient} does not name the envelope of count "
                    f"{run[FIRST] - 1}: one of them was altered, or the sender signed two histories.",
                )
            )  # fmt: skip
        if run[SINCE] < until:
            self._found(
                Finding(
                    AuditCheck.BACK_DATED, run[EVENT], where,
                    f"Ghi thời điểm {run[SINCE]}, trước văn bản số {run[FIRST] - 1} của chính bên gửi ({until}).",
                    f"Dated {run[SINCE]}, before count {run[FIRST] - 1} to {recipient} that its sender {sender} had "
                    f"signed at {until}: it names that envelope, so it was signed later than it says.",
                )
            )  # fmt: skip

    def _twice(self, run: Run) -> None:
        counts = str(run[FIRST]) if run[FIRST] == run[LAST] else f"{run[FIRST]} to {run[LAST]}"
        self._found(
            Finding(
                AuditCheck.COUNT_TWICE, run[EVENT], f"entry {run[INDEX]}",
                f"{run[SENDER]} đã ký số {counts} gửi {run[RECIPIENT]} cho hai văn bản khác nhau.",
                f"{run[SENDER]} has signed count {counts} to {run[RECIPIENT]} for two different events: another one "
                "with it stands earlier in the log.",
            )
        )  # fmt: skip

    def _missing(self, sender: str, recipient: str, hole: _Hole, lost: list[tuple[int, int, str]]) -> None:
        counts = _without(hole.first, hole.last, lost)
        for first, last in counts:
            which = f"{first}" if first == last else f"{first} to {last}"
            self._found(
                Finding(
                    AuditCheck.GAP, hole.behind[EVENT], f"entry {hole.behind[INDEX]}",
                    f"Thiếu văn bản số {which} từ {sender} đến {recipient}; bên gửi không khai báo là đã mất.",
                    f"Count {which} from {sender} to {recipient} is missing before this event, and its sender has "
                    "not declared it lost: events were dropped.",
                )
            )  # fmt: skip
        for first, last, digest in lost:
            if last == hole.last and digest and digest != hole.behind[PREVIOUS] and not counts:
                self._found(
                    Finding(
                        AuditCheck.CHAIN, hole.behind[EVENT], f"entry {hole.behind[INDEX]}",
                        f"Khai báo mất số {first} đến {last} nêu mã băm khác với chuỗi.",
                        f"The declared gap of counts {first} to {last} names another envelope than the chain goes on "
                        "from.",
                    )
                )  # fmt: skip


def _without(first: int, last: int, lost: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The parts of a range that no declared gap covers."""
    parts = [(first, last)]
    for gap_first, gap_last, _ in lost:
        left = [(start, min(end, gap_first - 1)) for start, end in parts]
        right = [(max(start, gap_last + 1), end) for start, end in parts]
        parts = [(start, end) for start, end in (*left, *right) if start <= end]
    return parts
