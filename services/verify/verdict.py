"""What verifying a network says: counts, what did not arrive, and every fault found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from events.canonical import JSON


class FindingKind(StrEnum):
    """What kind of fault a finding is."""

    DIRECTORY = "directory"
    """A directory version is not the root key's, or does not follow the one before."""
    STORE = "store"
    """A record cannot be read, lacks an entry, or holds one that is not what was written."""
    SIGNATURE = "signature"
    """An event is not signed by a key that the directory binds to its sender."""
    KEY_PERIOD = "key_period"
    """A key signed outside its period, or was revoked before the event is known to have existed."""
    CONTENT = "content"
    """A content is not the one whose digest was signed, or not of its type."""
    CHAIN = "chain"
    """A pair chain has a hole, a fork, a repeat or another order; or the two ends hold different things."""
    RECEIPT = "receipt"
    """A receipt or a refusal contradicts what is held, or is missing where a refusal must be told."""
    REGISTER = "register"
    """A register has a gap or gives a number twice."""


@dataclass(frozen=True)
class Finding:
    """One fault: in whose record, at which position, about which event, and what is wrong in a sentence."""

    kind: FindingKind
    agency: str
    what: str
    event: str | None = None
    position: int | None = None

    def to_json(self) -> JSON:
        """The members that are known."""
        members = {
            "kind": self.kind.value,
            "agency": self.agency,
            "what": self.what,
            "event": self.event,
            "position": self.position,
        }
        return {name: value for name, value in members.items() if value is not None}

    def __str__(self) -> str:
        place = f" entry {self.position}" if self.position is not None else ""
        return f"[{self.kind}] {self.agency}{place}: {self.what}"


class Whereabouts(StrEnum):
    """Where a delivery stands that its recipient has not taken in."""

    PARKED = "parked"
    QUARANTINED = "quarantined"
    GAP_DECLARED = "gap_declared"
    """Its sender has signed that it is lost for good."""
    KEY_REVOKED = "key_revoked"
    """Its key was revoked before the recipient could know that the event existed: rightly kept out, not lost."""
    MISSING = "missing"

    @property
    def lost(self) -> bool:
        """Whether this counts as lost."""
        return self is not Whereabouts.KEY_REVOKED


@dataclass(frozen=True)
class Undelivered:
    """One delivery that its recipient has neither admitted nor refused."""

    sender: str
    recipient: str
    count: int
    event: str
    where: Whereabouts

    def to_json(self) -> JSON:
        """All members."""
        return {
            "sender": self.sender,
            "recipient": self.recipient,
            "count": self.count,
            "event": self.event,
            "where": self.where.value,
        }


@dataclass(frozen=True)
class NetworkVerdict:
    """The verdict over all stores of one network.

    `events` are documents sent; `deliveries` counts each with each of its recipients; `receipts` those deliveries that
    a valid receipt in the sender's record covers; `refused` those that the recipient refused. `simulated` networks
    prove order, not times.
    """

    province: str
    agencies: int
    events: int
    deliveries: int
    receipts: int
    refused: int
    seconds: float
    simulated: bool = False
    undelivered: tuple[Undelivered, ...] = ()
    unreceipted: tuple[Undelivered, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def lost(self) -> int:
        """Deliveries that their recipient does not hold, and that no revocation explains."""
        return sum(missing.where.lost for missing in self.undelivered)

    @property
    def verified(self) -> bool:
        """Whether nothing is wrong and nothing is lost."""
        return not self.findings and self.lost == 0

    def summary(self) -> dict[str, JSON]:
        """The nine members that `phoihop demo --once --json` prints."""
        return {
            "province": self.province,
            "agencies": self.agencies,
            "events": self.events,
            "deliveries": self.deliveries,
            "receipts": self.receipts,
            "refused": self.refused,
            "lost": self.lost,
            "verified": self.verified,
            "seconds": round(self.seconds, 3),
        }

    def to_json(self) -> dict[str, JSON]:
        """The summary with everything that was found."""
        return self.summary() | {
            "clock": "simulated" if self.simulated else "real",
            "undelivered": [missing.to_json() for missing in self.undelivered],
            "unreceipted": [missing.to_json() for missing in self.unreceipted],
            "findings": [finding.to_json() for finding in self.findings],
        }


def verdict_from_json(members: JSON) -> NetworkVerdict:
    """The inverse of `NetworkVerdict.to_json`; raises `KeyError` or `ValueError` for anything else."""
    return NetworkVerdict(
        province=members["province"],
        agencies=members["agencies"],
        events=members["events"],
        deliveries=members["deliveries"],
        receipts=members["receipts"],
        refused=members["refused"],
        seconds=members["seconds"],
        simulated=members["clock"] == "simulated",
        undelivered=tuple(_undelivered(each) for each in members["undelivered"]),
        unreceipted=tuple(_undelivered(each) for each in members["unreceipted"]),
        findings=tuple(
            Finding(FindingKind(each["kind"]), each["agency"], each["what"], each.get("event"), each.get("position"))
            for each in members["findings"]
        ),
    )


def _undelivered(members: JSON) -> Undelivered:
    return Undelivered(
        members["sender"], members["recipient"], members["count"], members["event"], Whereabouts(members["where"])
    )
