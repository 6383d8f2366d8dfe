"""Folds of a case's life: suspicions, openings, participants, the lead, closing and reopening."""

# ruff: noqa: ARG001  (folds share one signature, whatever each of them needs)
from __future__ import annotations

from collections.abc import Iterable
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
    """An opening: the first makes the lead, another one makes the conflict visible.

    One that a resolution has named already opens nothing anew, in whatever order the two come.
    """
    sender = event.envelope.sender
    opening = Opening(
        event.id,
        sender,
        event.envelope.time,
        content.suspicions,
        sender if content.discovered_by_sender else None,
        str(content.category),
        opened_by=sender,
        told_by=event.id,
        told=hearers(event),
    )
    parties, suspicions = state.parties, state.suspicions
    if event.id in state.resolved:
        return _opened_late(state, opening)
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
    return with_status_of_openings(state, event.envelope.time)


def _opened_late(state: CaseState, opening: Opening) -> CaseState:
    suspicions = state.suspicions
    for suspicion in opening.suspicions:
        if suspicion in suspicions:
            suspicions = suspicions.delete(suspicion)
    state = replace(state, suspicions=suspicions)
    upheld = state.openings.get(opening.event)
    if upheld is None:
        return state
    # What the resolution said of it stands; the rest is known from now on.
    known = replace(
        opening,
        lead=upheld.lead,
        given_by=upheld.given_by,
        acknowledged=upheld.acknowledged,
        told_by=upheld.told_by,
        told=upheld.told,
        closed_on=upheld.closed_on,
    )
    return replace(state, openings=state.openings.set(opening.event, known), category=opening.category)


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
            given_by=event.envelope.basis,
            acknowledged=True,
            told_by=event.id,
            told=hearers(event),
        )
        parties = state.parties
        for agency in (sender, *briefing.participants):
            parties = parties.set(agency, briefing.opening)
        state = replace(state, parties=parties, category=str(briefing.category))
        state = with_openings(state, state.openings.set(briefing.opening, opening))
        state = state.with_status(CaseStatus.OPEN, event.envelope.time)
    elif not led_knowingly(state, event):
        return state.with_anomaly(event.id, "participant-added-by-other-than-lead")
    else:
        state = heard_of_lead(state, event)
    if content.participant in state.parties:
        return state
    return replace(state, parties=state.parties.set(content.participant, event.id))


def lead_transferred(state: CaseState, event: KnownEvent, content: LeadTransferred, me: str | None) -> CaseState:
    """The lead passes at once, or with the dossier that it names once that is confirmed in full."""
    sender = event.envelope.sender
    passing = led_knowingly(state, event)
    if not passing:
        return state.with_anomaly(event.id, "lead-passed-by-other-than-lead")
    in_transit = state.dossiers.get(content.dossier) if content.dossier else None
    if content.dossier and in_transit:
        given_by = None if in_transit.passes_lead else event.id
        waiting = replace(in_transit, passes_lead=True, lead_given_by=in_transit.lead_given_by or given_by)
        return replace(state, dossiers=state.dossiers.set(content.dossier, waiting))
    return pass_lead(state, event, sender, content.to, passing, given_by=event.id)


def closed(state: CaseState, event: KnownEvent, content: CaseClosed, me: str | None) -> CaseState:
    """The lead closes; interim suspensions that a decision upheld are interim no more."""
    closing = led_knowingly(state, event)
    if not closing:
        return state.with_anomaly(event.id, "closed-by-other-than-lead")
    suspensions = state.suspensions
    for suspension in content.suspensions_made_final:
        if known := suspensions.get(suspension):
            suspensions = suspensions.set(suspension, replace(known, interim=False))
    openings = state.openings
    for name in closing:
        closed_on = event.envelope.basis or event.id
        openings = openings.set(name, replace(openings[name], closed_on=closed_on, acknowledged=True))
    state = replace(state, suspensions=suspensions, given_up=Map(), openings=openings)
    return with_status_of_openings(state, event.envelope.time)


def reopened(state: CaseState, event: KnownEvent, content: CaseReopened, me: str | None) -> CaseState:
    """The lead takes a closed case up again: from now on everybody's standing rests on this."""
    reopening = [name for name in led_knowingly(state, event) if state.openings[name].closed_on]
    if not reopening:
        return state.with_anomaly(event.id, "reopened-out-of-place")
    parties = Map(dict.fromkeys(state.parties, event.id))
    state = heard_of_lead(state, event)
    openings = state.openings
    for name in reopening:
        openings = openings.set(name, replace(openings[name], closed_on=None))
    return with_status_of_openings(replace(state, parties=parties, openings=openings), event.envelope.time)


def with_status_of_openings(state: CaseState, at: datetime) -> CaseState:
    """The state, open as long as one of its openings is."""
    closed_all = all(opening.closed_on for opening in state.openings.values())
    return state.with_status(CaseStatus.CLOSED if closed_all else CaseStatus.OPEN, at)


def with_openings(state: CaseState, openings: Map[str, Opening]) -> CaseState:
    """The state with these openings; the earliest of them says who leads, in whatever order they came."""
    first = min(openings.values(), key=lambda opening: (opening.opened_at, opening.event))
    since = state.lead_since if state.lead == first.lead else first.opened_at
    return replace(state, openings=openings, lead=first.lead, lead_since=since)


def hearers(event: KnownEvent) -> tuple[str, ...]:
    """Sender and recipients of an event, sorted."""
    return tuple(sorted({event.envelope.sender, *event.envelope.agencies}))


def heard_of_lead(state: CaseState, event: KnownEvent) -> CaseState:
    """The state in which an event of the lead tells its recipients who leads."""
    openings, heard = state.openings, hearers(event)
    for name in led_knowingly(state, event):
        told = tuple(sorted({*openings[name].told, *heard}))
        known = replace(openings[name], told_by=event.id, told=told, acknowledged=True)
        openings = openings.set(name, known)
    return replace(state, openings=openings)


def led_knowingly(state: CaseState, event: KnownEvent) -> tuple[str, ...]:
    """The openings by which the sender of an event leads, as it knew when it signed; none if it does not lead."""
    return state.openings_led(event.envelope.sender, event.envelope.basis)


def pass_lead(
    state: CaseState, event: KnownEvent, old: str, to: str, passing: Iterable[str], *, given_by: str | None
) -> CaseState:
    """`to` leads by these openings of `old` now: given by an event of `old`, or by `to`'s own word, `event`.

    If `to` leads by another opening already, the conflict between them ends. Of a gift and the word that takes it up
    either may come first, and the state is the same.
    """
    openings, basis = state.openings, given_by or event.id
    for name in passing:
        openings = openings.set(
            name,
            replace(
                openings[name],
                lead=to,
                given_by=given_by,
                acknowledged=False,
                told_by=basis,
                told=hearers(event),
                closed_on=None,  # what the old lead closed while the dossier was under way, the new one has open
            ),
        )
    first = min(openings.values(), key=lambda opening: (opening.opened_at, opening.event))
    passed = replace(
        state,
        openings=openings,
        parties=state.parties.set(to, basis),
        lead=first.lead,
        previous_lead=old,
        lead_since=event.envelope.time,
        handed_over_knowingly=given_by is not None,
    )
    return with_status_of_openings(passed, event.envelope.time)


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
