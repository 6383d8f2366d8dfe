"""Answering: what an answer says of what it answers is filled in."""

from __future__ import annotations

from typing import Any

from events.catalogue import content_model, newest_version
from events.known_event import KnownEvent

_NAMES_ITS_CAUSE = frozenset(
    {
        "request", "order", "transfer", "notice", "disagreement", "answers", "proposal", "team", "recall", "correction",
        "recommendation", "lookup", "instruction", "suspicion",
    }
)  # fmt: skip
"""Members by which a content names the event that it takes up."""

ANSWERS = {
    "InfoRequested": ("InfoProvided", "InfoWithheld"),
    "CoordinationRequested": ("CoordinationAccepted", "CoordinationDeclined"),
    "SuspensionOrdered": ("SuspensionExecuted", "SuspensionImpossible"),
    "DossierTransferred": ("DossierReceived",),
    "EmergencyNoticeGiven": ("EmergencyNoticeConfirmed",),
    "SuspicionReported": ("SuspicionReferred", "SuspicionDismissed", "CaseOpened"),
    "LookupRequested": ("LookupAnswered",),
    "ReportRequested": ("ReportSubmitted",),
    "InspectionRequested": ("InspectionTeamFormed", "InspectionReported"),
    "InspectionTeamFormed": ("InspectionMembershipConfirmed",),
    "EnforcementRequested": ("EnforcementReported",),
    "EventRecalled": ("RecallConfirmed",),
    "EventCorrected": ("CorrectionConfirmed",),
    "ExpertAssessmentRequested": ("ExpertAssessmentDelivered", "ExpertAssessmentDeclined"),
    "PublicityRequested": ("PublicityReported",),
    "RecommendationIssued": ("RecommendationAnswered",),
    "SupportRequested": ("SupportAnswered",),
    "SupportProposed": ("SupportRequested",),
    "DisagreementEscalated": ("DirectionIssued",),
    "DisagreementRaised": ("DisagreementEscalated",),
    "ProvisionOrdered": ("ProvisionExecuted", "ProvisionImpossible"),
}
"""What a document may be answered with: the shortcuts beside it. Whether one may be sent now, the rules say."""


def answer_recipients(cause: KnownEvent, me: str) -> tuple[str, ...]:
    """Whom an answer goes to: the sender of what it answers; of an own event, those who received it."""
    return cause.envelope.agencies if cause.envelope.sender == me else (cause.envelope.sender,)


def opening_values(event_type: str, cause: KnownEvent) -> dict[str, Any]:
    """The members of an answer that name what it answers."""
    members = content_model(event_type, newest_version(event_type)).model_fields
    return {name: cause.id for name in members if name in _NAMES_ITS_CAUSE}
