"""The ten documents of a made-up case, and who says them to whom under which clause.

Every step is lawful by its envelope under Decision 29/2008: the roles, the addressees and the citations are those that
the rows of its clause ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

LEAD, FOCAL_POINT = "police", "dic"
ENTERPRISES = ("vnpt", "viettel", "mobifone", "fpt-telecom")
ENTERPRISE = "the enterprise of the case"
"""Stands for one of `ENTERPRISES` in the steps below."""

ROLES = {"police": "police", "dic": "dic", "customs": "customs", "trade": "trade", "market": "market"} | dict.fromkeys(
    ENTERPRISES, "enterprise"
)


@dataclass(frozen=True)
class Step:
    """One document: its sender, type, clause and recipients.

    `cause` and `basis` are the places of earlier steps; `due_after` is the time that a request leaves for its answer.
    """

    sender: str
    event_type: str
    clause: str
    recipients: tuple[str, ...]
    cause: int | None = None
    basis: int | None = None
    due_after: timedelta | None = None
    in_case: bool = True


STORY: tuple[Step, ...] = (
    Step(ENTERPRISE, "SuspicionReported", "LC-10.1", ("dic", "police")),
    Step("dic", "SuspicionReferred", "LC-7.1", ("police",), cause=0),
    Step("police", "CaseOpened", "LC-7.1", ("dic", ENTERPRISE), cause=1, basis=1),
    Step("police", "InfoRequested", "LC-3.3", (ENTERPRISE,), basis=2, due_after=timedelta(days=3)),
    Step(ENTERPRISE, "InfoProvided", "LC-5.2", ("police",), cause=3, basis=2),
    Step("police", "InfoShared", "LC-7.2c", ("dic",), basis=2),
    Step("police", "InfoRequested", "LC-3.3", (ENTERPRISE,), basis=2, due_after=timedelta(days=5)),
    Step(ENTERPRISE, "InfoProvided", "LC-5.2", ("police",), cause=6, basis=2),
    Step("police", "InfoShared", "LC-7.2c", ("customs",), in_case=False),
    Step("police", "CaseClosed", "LC-2.2a", ("dic", ENTERPRISE), basis=2),
)

UNANSWERED_STEP, UNANSWERED_ONE_IN = 7, 7
"""The answer that one case in so many never gets."""


@dataclass
class Told:
    """A case on its way: its number, its enterprise, its id, and the events said so far by their step."""

    number: int
    enterprise: str
    case: str
    events: dict[int, str] = field(default_factory=dict)

    def agency(self, name: str) -> str:
        """The agency that a step means."""
        return self.enterprise if name == ENTERPRISE else name
