"""A case: its state (`CaseState`), its snapshot, and the fold that moves it, `evolve(state, event)`.

The fold is one small function an event type, in the tables of the theme modules.

Nothing here refuses or raises over what an event says: lawfulness is judged before. What does not fit the state is
shown in `state.anomalies` and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events.case_fold_life import LIFE
from events.case_fold_steer import STEER
from events.case_fold_work import WORK
from events.case_parts import (
    Anomaly,
    CaseStatus,
    DossierInTransit,
    Opening,
    OpenRequest,
    OpenSuspicion,
    Suspension,
)
from events.case_snapshot import state_from_json, state_to_json
from events.case_state import CaseState
from events.case_succession import evolve_passing_over
from events.errors import InvalidValue
from events.known_event import KnownEvent

__all__ = [
    "FOLDS", "TELL_WHO_TAKES_PART", "Anomaly", "CaseState", "CaseStatus", "DossierInTransit", "OpenRequest",
    "OpenSuspicion", "Opening", "Suspension", "after", "evolve", "state_from_json", "state_to_json",
]  # fmt: skip

TELL_WHO_TAKES_PART = frozenset(
    {"CaseOpened", "ParticipantAdded", "LeadTransferred", "DossierReceived", "CaseReopened", "ConflictResolved"}
)
"""Event types by which an agency may learn of another that it leads a case, or takes part in it."""

Fold = Callable[[CaseState, KnownEvent, Any, str | None], CaseState]
"""(state, event, its content, this agency if known) → state."""

FOLDS: dict[str, Fold] = {**LIFE, **WORK, **STEER}
"""Event type → its fold. Types that are not here leave the case as it is."""


def evolve(state: CaseState | None, event: KnownEvent, me: str | None = None) -> CaseState:
    """The case after one more event that this agency holds.

    `me` is the agency whose view this is: with it, a request to several is followed only where `me` asked it or is
    asked, since the others' answers do not come here. Without it every answer is expected (an auditor's view).
    A refused event changes nothing. Raises `InvalidValue` only for an event without a case, or of another case.
    """
    case = event.envelope.case
    if event.heirs:
        return evolve_passing_over(evolve, state, event, me)
    if case is None or (state is not None and state.case != case):
        raise InvalidValue(f"event {event.id} belongs to case {case}, not to this one; fold each case by itself")
    if state is None:
        state = CaseState(case=case, status=CaseStatus.KNOWN_IN_PART, status_since=event.envelope.time)
    fold = FOLDS.get(event.event_type)
    if fold is None or event.refused:
        return state
    return fold(state, event, event.content, me)


def after(state: CaseState | None, event: KnownEvent, me: str | None = None) -> CaseState | None:
    """As `evolve`, for whatever stands in a case's history: refused events and protocol messages begin no case."""
    if event.refused or (state is None and event.envelope.is_protocol):
        return state
    return evolve(state, event, me)
