"""Folds of a case's life: suspicions, openings, participants, the lead, closing and reopening."""

# ruff: noqa: ARG001  (folds share one signature, whatever each of them needs)
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from immutables import Map

from events.case_parts import CaseStatus, Opening, OpenSuspicion
from events.known_event import KnownEvent
from events.types.case import CaseClosed, CaseOpened, CaseReopened, LeadTransferred, ParticipantAdded
from events.types.suspicion import SuspicionDismissed, SuspicionReferred, SuspicionReported

if TYPE_CHECKING:
    from events.case import Fold
    from events.case_state import CaseState

_BEFORE_OPENING = (CaseStatus.KNOWN_IN_PART, CaseStatus.REPORTED, CaseStatus.REFERRED, CaseStatus.DISMISSED)


def reported(state: CaseState, event: KnownEvent, content: SuspicionReported, me: str | None) -> CaseState:
    """A suspicion joins the open ones, unless an opening already took it up."""
    if any(event.id in opening.suspicions for opening in state.openings.values()):
        return state
    known = state.suspicions.get(event.id, OpenSuspicion(None))
    state = replace(
        state,
        suspicions=state.suspicions.set(event.id, replace(known, reporter=event.envelope.sender)),
        category=state.category or str(content.category),
    )
    if state.status in (CaseStatus.KNOWN_IN_PART, CaseStatus.DISMISSED):
        return state.with_status(CaseStatus.REPORTED, event.envelope.time)
    return state


def referred(state: CaseState, event: KnownEvent, content: SuspicionReferred, me: str | None) -> CaseState:
    """The focal point passed a suspicion on."""
    if not any(content.suspicion in opening.suspicions for opening in state.openings.values()):
        known = state.suspicions.get(content.suspicion, OpenSuspicion(None))
        state = replace(state, suspicions=state.suspicions.set(content.suspicion, replace(known, referred=True)))
    state = replace(state, category=state.category or str(content.category))
    if state.status in (CaseStatus.KNOWN_IN_PART, CaseStatus.REPORTED):
        return state.with_status(CaseStatus.REFERRED, event.envelope.time)
    return state


def dismissed(state: CaseState, event: KnownEvent, content: SuspicionDismissed, me: str | None) -> CaseState:
    """The focal point does not pursue a suspicion; without any other the case is dismissed."""
    if content.suspicion in state.suspicions:
        state = replace(state, suspicions=state.suspicions.delete(content.suspicion))
    if state.status in _BEFORE_OPENING and not state.suspicions:
        return state.with_status(CaseStatus.DISMISSED, event.envelope.time)
    return state


def opened(state: CaseState, event: KnownEvent, content: CaseOpened, me: str | None) -> CaseState:
    """An opening: the first makes the lead, another one makes the conflict visible."""
    sender = event.envelope.sender
    opening = Opening(
        event.id,
        sender,
        event.envelope.time,
        content.suspicions,
        sender if content.discovered_by_sender else None,
        str(content.category),
    )
    parties, suspicions = state.parties, state.suspicions
    with parties.mutate() as draft:
        for agency in (sender, *content.participants):
            if agency not in draft:
                draft[agency] = event.id
        parties = draft.finish()
    for suspicion in content.suspicions:
        if suspicion in suspicions:
            suspicions = suspicions.delete(suspicion)
    state = replace(state, parties=parties, suspicions=suspicions, category=str(content.category))
    state = with_openings(state, state.openings.set(event.id, opening))
    if state.in_conflict:
        state = state.with_anomaly(event.id, "second-opening")
    return state.with_status(CaseStatus.OPEN, event.envelope.time) if state.status in _BEFORE_OPENING else state


def participant_added(state: CaseState, event: KnownEvent, content: ParticipantAdded, me: str | None) -> CaseState:
    """An agency joins; the newcomer learns from the briefing what it did not see."""
    sender, briefing = event.envelope.sender, content.briefing
    if not state.openings:
        opening = Opening(
            briefing.opening,
            sender,
            briefing.opened_at or event.envelope.time,
            briefing.suspicions,
            briefing.lead if briefing.discovered_by_lead else None,
            str(briefing.category),
        )
        parties = state.parties
        for agency in (sender, *briefing.participants):
            parties = parties.set(agency, briefing.opening)
        state = replace(state, parties=parties, category=str(briefing.category), briefed_on=briefing.opening)
        state = with_openings(state, state.openings.set(briefing.opening, opening))
        state = state.with_status(CaseStatus.OPEN, event.envelope.time)
    elif not state.leads(sender):
        return state.with_anomaly(event.id, "participant-added-by-other-than-lead")
    if content.participant in state.parties:
        return state
    return replace(state, parties=state.parties.set(content.participant, event.id))


def lead_transferred(state: CaseState, event: KnownEvent, content: LeadTransferred, me: str | None) -> CaseState:
    """The lead passes at once, or with the dossier that it names once that is confirmed in full."""
    sender = event.envelope.sender
    if not state.leads(sender):
        return state.with_anomaly(event.id, "lead-passed-by-other-than-lead")
    in_transit = state.dossiers.get(content.dossier) if content.dossier else None
    if content.dossier and in_transit:
        waiting = replace(in_transit, passes_lead=True)
        return replace(state, dossiers=state.dossiers.set(content.dossier, waiting))
    return pass_lead(state, sender, content.to, event.id, event.envelope.time, knowingly=True)


def closed(state: CaseState, event: KnownEvent, content: CaseClosed, me: str | None) -> CaseState:
    """The lead closes; interim suspensions that a decision upheld are interim no more."""
    if not state.leads(event.envelope.sender):
        return state.with_anomaly(event.id, "closed-by-other-than-lead")
    suspensions = state.suspensions
    for suspension in content.suspensions_made_final:
        if known := suspensions.get(suspension):
            suspensions = suspensions.set(suspension, replace(known, interim=False))
    return replace(state, suspensions=suspensions).with_status(CaseStatus.CLOSED, event.envelope.time)


def reopened(state: CaseState, event: KnownEvent, content: CaseReopened, me: str | None) -> CaseState:
    """The lead takes a closed case up again: from now on everybody's standing rests on this."""
    if state.status is not CaseStatus.CLOSED or not state.leads(event.envelope.sender):
        return state.with_anomaly(event.id, "reopened-out-of-place")
    parties = Map(dict.fromkeys(state.parties, event.id))
    return replace(state, parties=parties).with_status(CaseStatus.OPEN, event.envelope.time)


def with_openings(state: CaseState, openings: Map[str, Opening]) -> CaseState:
    """The state with these openings; the earliest of them says who leads, in whatever order they came."""
    first = min(openings.values(), key=lambda opening: (opening.opened_at, opening.event))
    since = state.lead_since if state.lead == first.lead else first.opened_at
    return replace(state, openings=openings, lead=first.lead, lead_since=since)


def pass_lead(state: CaseState, old: str, to: str, basis: str, at: datetime, *, knowingly: bool) -> CaseState:
    """The lead of `old` is `to`'s now. If `to` leads by another opening already, the conflict between them ends."""
    openings = state.openings
    others = [opening for opening in openings.values() if opening.lead != old]
    for opening in list(openings.values()):
        if opening.lead == old:
            merged = any(other.lead == to for other in others)
            openings = (
                openings.delete(opening.event) if merged else openings.set(opening.event, replace(opening, lead=to))
            )
    state = replace(
        state, parties=state.parties.set(to, basis), previous_lead=old, lead_since=at, handed_over_knowingly=knowingly
    )
    first = min(openings.values(), key=lambda opening: (opening.opened_at, opening.event))
    return replace(state, openings=openings, lead=first.lead)


LIFE: dict[str, Fold] = {
    "SuspicionReported": reported,
    "SuspicionReferred": referred,
    "SuspicionDismissed": dismissed,
    "CaseOpened": opened,
    "ParticipantAdded": participant_added,
    "LeadTransferred": lead_transferred,
    "CaseClosed": closed,
    "CaseReopened": reopened,
}
"""Event type → fold."""
