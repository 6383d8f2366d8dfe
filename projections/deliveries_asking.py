"""Which documents ask their recipients for something, and which answer them, as far as envelopes tell.

An answer names its request as its cause. The obligations of an agency (`projections.obligations_table`) also read
contents, which the auditor does not see; what hangs on them alone is no line here: whose part a member of an
inspection team has to confirm, by when an emergency notice is confirmed, when a suspension ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from projections.obligations_table import RECALL_CONFIRMED_WITHIN, SUPERIORS

RECALLS = "EventRecalled"
STATES_SILENCE = "ReplyOverdue"


@dataclass(frozen=True)
class Asking:
    """One type that asks. Who answers with a type of `for_all` settles it for everybody who was asked.

    `roles` are the roles in which a recipient is asked; None asks every recipient. `within` is the time to answer where
    the envelope sets none.
    """

    answers: frozenset[str]
    for_all: frozenset[str] = frozenset()
    roles: frozenset[str] | None = None
    within: timedelta | None = None


def _by(*types: str) -> frozenset[str]:
    return frozenset(types)


ASKING: Mapping[str, Asking] = MappingProxyType(
    {
        "InfoRequested": Asking(_by("InfoProvided", "InfoWithheld")),
        "CoordinationRequested": Asking(_by("CoordinationAccepted", "CoordinationDeclined")),
        # Routed once, by the focal point or by whoever opens the case on it.
        "SuspicionReported": Asking(
            _by(), _by("SuspicionReferred", "SuspicionDismissed", "CaseOpened"), roles=frozenset({"dic"})
        ),
        "SuspensionOrdered": Asking(
            _by("SuspensionExecuted", "SuspensionImpossible"), _by("SuspensionLifted"), roles=frozenset({"enterprise"})
        ),
        # Its content says to whom of the recipients it goes.
        "DossierTransferred": Asking(_by(), _by("DossierReceived")),
        "ReportRequested": Asking(_by("ReportSubmitted")),
        "LookupRequested": Asking(_by("LookupAnswered")),
        "ProvisionOrdered": Asking(_by("ProvisionExecuted", "ProvisionImpossible")),
        "InspectionRequested": Asking(_by("InspectionTeamFormed", "InspectionReported")),
        "EnforcementRequested": Asking(_by("EnforcementReported")),
        "ExpertAssessmentRequested": Asking(
            _by("ExpertAssessmentDelivered", "ExpertAssessmentDeclined"), roles=frozenset({"dic"})
        ),
        "RecommendationIssued": Asking(_by("RecommendationAnswered")),
        "PublicityRequested": Asking(_by("PublicityReported")),
        "SupportProposed": Asking(_by("DirectionIssued"), _by("SupportRequested"), roles=frozenset({"ppc"})),
        "SupportRequested": Asking(_by("SupportAnswered", "DirectionIssued")),
        "DisagreementEscalated": Asking(_by(), _by("DirectionIssued"), roles=frozenset(SUPERIORS)),
        "EventRecalled": Asking(_by("RecallConfirmed"), within=RECALL_CONFIRMED_WITHIN),
        "EventCorrected": Asking(_by("CorrectionConfirmed"), within=RECALL_CONFIRMED_WITHIN),
    }
)
"""Event type → what it asks for."""

ANSWERING: frozenset[str] = frozenset().union(*(asking.answers | asking.for_all for asking in ASKING.values()))
"""The types that answer something."""
