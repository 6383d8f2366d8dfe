"""The parts of a case's state: what is open in it, each a small frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseStatus(StrEnum):
    """How far a case has come, as far as this agency holds its events."""

    KNOWN_IN_PART = "known_in_part"
    """Something of the case is held, but neither a suspicion nor its opening: an enterprise that was asked once."""
    REPORTED = "reported"
    REFERRED = "referred"
    DISMISSED = "dismissed"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of the case and who leads by it now. Two of them are a conflict that everyone sees."""

    event: str
    lead: str
    opened_at: datetime
    suspicions: tuple[str, ...] = ()
    discovered_by: str | None = None
    """The agency that found the case itself (LC-7.2), None if it came by notice."""
    category: str | None = None
    """The category by which it was opened; None where only a resolution of the conflict told of this opening."""
    opened_by: str | None = None
    """Who opened; None where this agency never held the opening itself."""
    given_by: str | None = None
    """The event by which another made its lead the lead; None if it leads by its own word."""
    acknowledged: bool = False
    """Whether the lead has changed something in the case since, resting on that event: it knows that it leads."""
    told_by: str = ""
    """The newest event that told who leads by it: the opening itself, a briefing, a transfer, a resolution."""
    told: tuple[str, ...] = ()
    """The agencies that were told who leads by it now, its sender among them, sorted."""
    closed_on: str | None = None
    """What the closing by its lead rested on; None while it is open. Two leads close each what they opened."""


@dataclass(frozen=True, slots=True)
class OpenSuspicion:
    """A suspicion not yet opened or dismissed. `reporter` is None while only its referral is held."""

    reporter: str | None
    referred: bool = False


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request for information or coordination that some of the asked have not answered yet.

    `unanswered` are sorted agency ids; `due` is the instant that the requester signed.
    """

    event_type: str
    requester: str
    unanswered: tuple[str, ...]
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension in force or ordered. It leaves the state when lifted, recalled, or impossible for all ordered.

    One that a decision made final stays, and is interim no more.

    `ordered_by` is None where an enterprise stopped by itself (DL-10.4b). `ordered` are those that have yet to act,
    `executed` those that have acted, both sorted. `ends_at` is its own end, where that is an instant.
    """

    ordered_by: str | None
    interim: bool
    ordered: tuple[str, ...]
    executed: tuple[str, ...]
    ends_at: datetime | None

    def in_force(self, at: datetime) -> bool:
        """Whether it binds somebody at an instant: it is not over by its own terms."""
        return self.ends_at is None or at < self.ends_at


@dataclass(frozen=True, slots=True)
class DossierInTransit:
    """A dossier handed over and not yet confirmed in full. `outstanding` are the ids of unconfirmed items, sorted.

    `recall` is the event that took it back, until its receiver has confirmed that: its confirmation of the dossier may
    have crossed it. `lead_given_by` is the event, apart from the dossier's own, that lets the lead pass with it.
    """

    sender: str
    to: str
    outstanding: tuple[str, ...]
    passes_lead: bool
    recall: str | None = None
    lead_given_by: str | None = None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How an agency stood in the case when `by` came to stand in its place: by which event, and whether it led."""

    by: str
    basis: str | None
    led: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A disagreement on degree or method, until a direction settles it; `escalation` is the lead's report of it."""

    raised_by: str
    points: tuple[str, ...]
    escalation: str | None = None


@dataclass(frozen=True, slots=True)
class SupportCase:
    """A proposal that outside help be asked for, until it is answered; `request` is the PPC's letter."""

    proposed_by: str
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Anomaly:
    """An event that did not fit the state and changed nothing: kept so that people see it."""

    event: str
    reason: str
