"""What was open in a case between two agencies that have become one: nobody owes itself anything."""

from __future__ import annotations

from dataclasses import replace

from events.case_state import CaseState


def without_debts_to_itself(state: CaseState, agency: str) -> CaseState:
    """The state without what the agency would have to answer or confirm to itself."""
    requests, dossiers = state.requests, state.dossiers
    for event, request in list(requests.items()):
        if request.requester == agency and agency in request.unanswered:
            others = tuple(asked for asked in request.unanswered if asked != agency)
            requests = requests.set(event, replace(request, unanswered=others)) if others else requests.delete(event)
    for event, dossier in list(dossiers.items()):
        if dossier.sender == dossier.to == agency:
            dossiers = dossiers.delete(event)
    if requests is state.requests and dossiers is state.dossiers:
        return state
    return replace(state, requests=requests, dossiers=dossiers)
