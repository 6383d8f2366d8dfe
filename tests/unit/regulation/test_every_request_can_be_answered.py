"""No row asks of a role what no row lets that role answer."""

from __future__ import annotations

from typing import cast

import pytest

from events.regulation.regulations import load_rules
from events.regulation.row import RuleRow
from events.regulation.table import RuleTable
from events.regulation.vocabulary import REGULATIONS

ANSWERED_BY = {
    "InfoRequested": {"InfoProvided"},
    "CoordinationRequested": {"CoordinationAccepted"},
    "InspectionRequested": {"InspectionReported"},
    "InspectionTeamFormed": {"InspectionMembershipConfirmed"},
    "EnforcementRequested": {"EnforcementReported"},
    "ExpertAssessmentRequested": {"ExpertAssessmentDelivered"},
    "AssessmentCouncilProposed": {"AssessmentCouncilEstablished"},
    "PublicityRequested": {"PublicityReported"},
    "RecommendationIssued": {"RecommendationAnswered"},
    "ReportRequested": {"ReportSubmitted"},
    "SupportProposed": {"SupportRequested", "DirectionIssued"},
    "SupportRequested": {"SupportAnswered"},
    "DisagreementEscalated": {"DirectionIssued"},
    "LookupRequested": {"LookupAnswered"},
    "SuspensionOrdered": {"SuspensionExecuted"},
    "ProvisionOrdered": {"ProvisionExecuted"},
    "DossierTransferred": {"DossierReceived"},
    "EventCorrected": {"CorrectionConfirmed"},
    "EventRecalled": {"RecallConfirmed"},
}
"""What asks something of those it is sent to, and what settles it for good."""

ASKED = {
    "SuspensionOrdered": {"enterprise"},
    "ProvisionOrdered": {"enterprise"},
    "DossierTransferred": {"investigator"},
    "SupportProposed": {"ppc"},
    "SupportRequested": {"ministry", "branch", "outside"},
    "DisagreementEscalated": {"ppc", "ministry", "branch"},
}
"""Of what others hear too, the roles of whom it is asked."""


def _asked_of(row: RuleRow, rules: RuleTable) -> frozenset[str]:
    reached = rules.named_roles if row.recipient_roles is None or row.to_participants else row.recipient_roles
    return frozenset(ASKED.get(row.event_type, reached)) & rules.named_roles


def _answers(answer: RuleRow, asking: RuleRow, asker: str, asked: str) -> bool:
    types = {
        event_type
        for check in answer.checks
        if check.name in {"answers", "refers_to_held"}
        for event_type in cast("list[str]", check.params.get("types", []))
    }
    within = asking.case == "required"
    if (types and asking.event_type not in types) or (answer.case != "optional" and not within):
        return False
    in_place = within and (answer.from_participants or answer.from_lead)
    if any(asked in named for _, named in answer.yields_to) or not (answer.admits_role(asked) or in_place):
        return False
    placed = within and (answer.to_lead or answer.to_participants)
    return answer.recipient_roles is None or asker in answer.recipient_roles or placed


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_whoever_is_asked_can_answer_whoever_asks(regulation: str) -> None:
    rules = load_rules(regulation)
    stuck = [
        f"{asking.id}: {asker} asks {asked}"
        for asking in rules.rows
        if asking.event_type in ANSWERED_BY
        for asker in sorted(asking.sender_roles or rules.named_roles)
        for asked in sorted(_asked_of(asking, rules) - {asker})
        if not any(
            _answers(answer, asking, asker, asked)
            for event_type in ANSWERED_BY[asking.event_type]
            for answer in rules.by_type.get(event_type, ())
        )
    ]
    assert stuck == []
