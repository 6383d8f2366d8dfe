"""What a replay says: counts, how far the log is signed and witnessed, and every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from events.audit.finding import Finding
from events.canonical import JSON


@dataclass(frozen=True)
class ReplayedView:
    """An agency's exchange view as replayed: where it stands, how many rows it has, its digest."""

    agency: str
    year: int
    incoming_number: int
    outgoing: Mapping[str, int]
    rows: int
    digest: str

    def to_json(self) -> JSON:
        """All members."""
        return {
            "agency": self.agency,
            "year": self.year,
            "incoming_number": self.incoming_number,
            "outgoing": dict(self.outgoing),
            "rows": self.rows,
            "digest": self.digest,
        }


@dataclass(frozen=True)
class Verdict:
    """The verdict over a history.

    `entries` are the log's, `signed_entries` those under its newest checkpoint, `witnessed_entries` those under the
    newest that the policy's quorum has cosigned. `unreceipted` deliveries are those that no receipt tells of.
    `finding_count` counts findings that are not listed, too. `rate` is signatures a second; `cpu_seconds` the processor
    time of all processes, but for starting them.
    """

    province: str
    simulated: bool
    full: bool
    events: int = 0
    entries: int = 0
    signatures: int = 0
    documents: int = 0
    deliveries: int = 0
    receipted: int = 0
    refused: int = 0
    unreceipted: int = 0
    unlawful_refused: int = 0
    checkpoints: int = 0
    signed_entries: int = 0
    witnessed_entries: int = 0
    statements: int = 0
    directory_versions: int = 0
    root: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    finding_count: int = 0
    findings: tuple[Finding, ...] = ()
    by_check: Mapping[str, int] = field(default_factory=dict)
    views: tuple[ReplayedView, ...] = ()
    as_of: str | None = None

    def with_findings(self, more: Sequence[Finding]) -> Verdict:
        """The verdict with findings that were made elsewhere."""
        by_check = Counter(self.by_check)
        by_check.update(finding.check.value for finding in more)
        return replace(
            self,
            findings=(*self.findings, *more),
            finding_count=self.finding_count + len(more),
            by_check=dict(sorted(by_check.items())),
        )

    @property
    def verified(self) -> bool:
        """Whether nothing is wrong."""
        return self.finding_count == 0

    @property
    def rate(self) -> float:
        """Signatures verified in a second."""
        return self.signatures / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, JSON]:
        """All members, as `phoihop audit verify --json` prints them."""
        return {
            "province": self.province,
            "verified": self.verified,
            "clock": "simulated" if self.simulated else "real",
            "full": self.full,
            "events": self.events,
            "entries": self.entries,
            "signatures": self.signatures,
            "documents": self.documents,
            "deliveries": self.deliveries,
            "receipted": self.receipted,
            "refused": self.refused,
            "unreceipted": self.unreceipted,
            "unlawful_refused": self.unlawful_refused,
            "checkpoints": self.checkpoints,
            "signed_entries": self.signed_entries,
            "witnessed_entries": self.witnessed_entries,
            "statements": self.statements,
            "directory_versions": self.directory_versions,
            "root": self.root,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "signatures_per_second": round(self.rate),
            "as_of": self.as_of,
            "findings_count": self.finding_count,
            "by_check": dict(self.by_check),
            "findings": [finding.to_json() for finding in self.findings],
            "views": [view.to_json() for view in self.views],
        }
