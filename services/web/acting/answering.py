"""Answering: what an answer says of what it answers is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from events.known_event import KnownEvent
from events.regulation.offers import Offer
from events.regulation.row import Check
from services.agency.taking_up import taken_up

_NAMING = frozenset({"answers", "refers_to_held", "takes_up_own"})
"""Conditions that say by which member a content names the event that it takes up, and of which types that one is."""

_TRACED: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("InspectionTeamFormed", "InspectionRequested"): {"request": "", "ground": "at_request"},
    ("InspectionReported", "InspectionRequested"): {"request": "", "ground": "at_request"},
    ("InspectionReported", "InspectionTeamFormed"): {"team": ""},
    ("RecommendationIssued", "InspectionReported"): {"inspection": ""},
    ("SuspensionLifted", "SuspensionOrdered"): {"suspension": ""},
}
"""(What is written, what it takes up) → the members that say so where no such condition does; blank is the event."""

ANSWERS = {
    "InfoRequested": ("InfoProvided", "InfoWithheld"),
    "CoordinationRequested": ("CoordinationAccepted", "CoordinationDeclined"),
    "SuspensionOrdered": ("SuspensionExecuted", "SuspensionImpossible", "SuspensionLifted"),
    "DossierTransferred": ("DossierReceived",),
    "EmergencyNoticeGiven": ("EmergencyNoticeConfirmed",),
    "SuspicionReported": ("SuspicionReferred", "SuspicionDismissed", "CaseOpened"),
    "SuspicionReferred": ("CaseOpened",),
    "SeizureReported": ("CaseOpened",),
    "LookupRequested": ("LookupAnswered",),
    "ReportRequested": ("ReportSubmitted",),
    "InspectionRequested": ("InspectionTeamFormed", "InspectionReported"),
    "InspectionTeamFormed": ("InspectionMembershipConfirmed",),
    "EnforcementRequested": ("EnforcementReported",),
    "EventRecalled": ("RecallConfirmed",),
    "EventCorrected": ("CorrectionConfirmed",),
    "ExpertAssessmentRequested": (
        "ExpertAssessmentDelivered", "ExpertAssessmentDeclined", "AssessmentCouncilProposed",
    ),
    "AssessmentCouncilProposed": ("AssessmentCouncilEstablished",),
    "MeetingCalled": ("MinutesShared",),
    "ViolationDecided": ("EnforcementRequested",),
    "TechnicalIncidentReported": ("TechnicalMeasureReported",),
    "PublicityRequested": ("PublicityReported",),
    "RecommendationIssued": ("RecommendationAnswered",),
    "SupportRequested": ("SupportAnswered",),
    "SupportProposed": ("SupportRequested",),
    "DisagreementEscalated": ("DirectionIssued",),
    "DisagreementRaised": ("DisagreementEscalated",),
    "ProvisionOrdered": ("ProvisionExecuted", "ProvisionImpossible"),
}  # fmt: skip
"""What a document may be answered with: the shortcuts beside it. Whether one may be sent now, the rules say."""


def answer_recipients(cause: KnownEvent, me: str) -> tuple[str, ...]:
    """Whom an answer goes to: the sender of what it answers; of an own event, those who received it."""
    return cause.envelope.agencies if cause.envelope.sender == me else (cause.envelope.sender,)


def opening_values(made: Offer, cause: KnownEvent, me: str) -> dict[str, Any]:
    """The members of an answer that name what it answers, as the rows want it, and those that it takes over from it."""
    values: dict[str, Any] = {
        str(check.params["member"]): cause.id
        for row in made.rows
        for check in row.checks
        if check.name in _NAMING and _takes_up(check, cause.event_type)
    }
    traced = _TRACED.get((made.event_type, cause.event_type), {})
    values |= {member: value or cause.id for member, value in traced.items()}
    return values | taken_up(made.event_type, cause, me)


def _takes_up(check: Check, event_type: str) -> bool:
    types = check.params.get("types")
    return not types or (isinstance(types, list) and event_type in types)
