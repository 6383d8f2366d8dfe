"""A stretch of the log: what examining its events by themselves brings, small enough to travel between processes.

A history is cut into stretches that any number of processes examine side by side (`events.audit.examiner`);
`events.audit.history` joins what they bring, in order.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from typing import NamedTuple

from events.audit.finding import AuditCheck
from events.audit.leaves import Leaves
from events.audit.protocol_facts import Fact
from events.audit.runs import Run

MAX_FINDINGS = 1_000
"""So many are told of one stretch; beyond that they are counted."""


class Row(NamedTuple):
    """An event as the ledger has it, with what the ledger's own columns say of it."""

    first_index: int
    entries: int
    digest: bytes
    event_id: str
    stream_sequence: int | None
    stored_at: str | None
    envelope: bytes
    signature: str
    data: bytes | None


@dataclass(slots=True)
class Stretch:
    """What a stretch brings.

    `begin` is the index of its first entry. `findings` are (check, event, where, Vietnamese, English), of which
    `finding_count` there are. `places` are (first index, event id) of its events, for who finds an entry that is
    another than the log's; `entries` are the log's entries, `hashes` their leaf hashes. These three do not travel.
    `differences` are (index, event id, entry by the ledger, entry by the log's files), `wrong_files` their paths;
    `cpu_seconds` is the processor time that examining took.
    """

    begin: int
    events: int = 0
    signatures: int = 0
    leaves: Leaves = field(default_factory=lambda: Leaves(0, 0, b"", b"", b"", ()))
    runs: list[Run] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    findings: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    finding_count: int = 0
    differences: list[tuple[int, str, bytes, bytes]] = field(default_factory=list)
    wrong_files: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0
    places: list[tuple[int, str]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)

    def find(self, check: AuditCheck, event: str, where: str, vi: str, en: str) -> None:
        """Note a finding, or count it where there are too many."""
        self.finding_count += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append((check.value, event, where, vi, en))

    def to_bytes(self) -> bytes:
        """The block that travels."""
        return marshal.dumps(
            (
                self.begin, self.events, self.signatures, tuple(self.leaves), self.runs, self.facts, self.findings,
                self.finding_count, self.differences, self.wrong_files, self.cpu_seconds,
            )
        )  # fmt: skip

    @classmethod
    def from_bytes(cls, block: bytes) -> Stretch:
        """The inverse, for a block of the same program."""
        begin, events, signatures, leaves, *others = marshal.loads(block)  # noqa: S302 - own process's bytes
        return cls(begin, events, signatures, Leaves(*leaves), *others)


def at(index: int) -> str:
    """Where an entry stands, as findings say it."""
    return f"entry {index}"
