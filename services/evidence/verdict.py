"""What the verifier says of a package: what was found, what is proven, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import base64url
from events.audit.finding import Finding
from events.directory import Directory
from events.instants import format_instant
from services.evidence.deliveries import LISTED, Delivery
from services.evidence.manifest import Inventory, Selection
from services.evidence.trees import Trees


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the package does not prove, by a stable name."""

    name: str
    vi: str
    en: str

    def to_json(self) -> dict[str, str]:
        """All members."""
        return {"name": self.name, "vi": self.vi, "en": self.en}


@dataclass(frozen=True, slots=True)
class Stamp:
    """An RFC 3161 time-stamp over a checkpoint. `trusted` is whether the authority's certificate was brought along."""

    size: int
    at: datetime
    authority: str
    trusted: bool

    def to_json(self) -> dict[str, Any]:
        """All members, the instant as on the wire."""
        return {"size": self.size, "at": format_instant(self.at), "authority": self.authority, "trusted": self.trusted}


@dataclass(frozen=True)
class Examination:
    """Everything that follows from a package's evidence: the verdict and the page for reading are made of it.

    `directory` is the newest version, None if none can be believed. `deliveries` are at most `LISTED`.
    `policy_from` says whose policy was applied: `given`, `package` or `default`.
    """

    province: str
    root: str
    selection: Selection
    directory: Directory | None
    trees: Trees
    policy_from: str
    inventory: Inventory
    deliveries: tuple[Delivery, ...]
    all_deliveries: int
    receipted: int
    stamps: tuple[Stamp, ...]
    findings: tuple[Finding, ...]
    findings_count: int
    remarks: tuple[Remark, ...]

    @property
    def verified(self) -> bool:
        """Whether no check failed."""
        return self.findings_count == 0

    @property
    def simulated(self) -> bool:
        """Whether the network's clock is simulated: then order is proven, and times are not."""
        return self.directory is not None and self.directory.simulated

    def to_json(self, further: Sequence[Finding] = (), remarks: Sequence[Remark] = ()) -> dict[str, Any]:
        """The verdict as a document, with what was found outside the evidence."""
        newest = self.trees.newest
        return {
            "subject": "package",
            "verified": self.verified and not further,
            "province": self.province,
            "selection": self.selection.to_json(),
            "clock": "simulated" if self.simulated else "real",
            "times_proven": self.verified and not further and not self.simulated and newest is not None,
            "directory_version": None if self.directory is None else self.directory.version,
            "log": None
            if newest is None
            else {
                "origin": newest.checkpoint.origin,
                "size": newest.checkpoint.size,
                "root": base64url.encode(newest.checkpoint.root),
                "witnessed_at": None if newest.witnessed_at is None else format_instant(newest.witnessed_at),
                "cosigned_by": [each.cosigner.name for each in newest.cosignatures],
            },
            "policy": self.policy_from,
            "holds": self.inventory.to_json(),
            "deliveries": self.all_deliveries,
            "receipted": self.receipted,
            "timestamps": [stamp.to_json() for stamp in self.stamps],
            "findings": [finding.to_json() for finding in (*self.findings, *further)],
            "findings_count": self.findings_count + len(further),
            "remarks": [remark.to_json() for remark in (*self.remarks, *remarks)],
            "listed": [delivery.to_json() for delivery in self.deliveries],
            "listed_at_most": LISTED,
        }
