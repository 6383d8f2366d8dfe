"""Folds of what steers a case or takes something back: disagreements, outside help, decisions, conflicts, recalls.

A recall or a refusal takes back what its event had opened: the event itself stays in the history as it is.
"""

# ruff: noqa: ARG001  (folds share one signature, whatever each of them needs)
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from immutables import Map

from events.case_fold_life import hearers, with_openings, with_status_of_openings
from events.case_parts import Disagreement, DossierInTransit, Opening, SupportCase, Suspension
from events.known_event import KnownEvent
from events.types.conflict import ConflictResolved
from events.types.correction import EventRecalled
from events.types.direction import DirectionIssued
from events.types.disagreement import DisagreementEscalated, DisagreementRaised
from events.types.emergency import EmergencyNoticeConfirmed, EmergencyNoticeGiven
from events.types.protocol import EventRefused
from events.types.support import SupportAnswered, SupportProposed, SupportRequested
from events.types.violation import ViolationDecided

if TYPE_CHECKING:
    from events.case import Fold
    from events.case_state import CaseState


MAX_RESOLVED = 40
"""So many openings that resolutions have named are remembered: each resolution names 20 at most."""


def disagreement_raised(state: CaseState, event: KnownEvent, content: DisagreementRaised, me: str | None) -> CaseState:
    """A functional agency disagrees; open until a superior's direction settles it (LC-2.5).

    That the lead has escalated it may be known before.
    """
    known = state.disagreements.get(event.id)
    points = tuple(sorted(str(point) for point in content.points))
    raised = Disagreement(event.envelope.sender, points, known.escalation if known is not None else None)
    return replace(state, disagreements=state.disagreements.set(event.id, raised))


def disagreement_escalated(
    state: CaseState, event: KnownEvent, content: DisagreementEscalated, me: str | None
) -> CaseState:
    """The lead put it before the superior. Who did not hear of the disagreement itself learns of it by this."""
    known = state.disagreements.get(content.disagreement)
    if known is None:
        raiser = next((p.agency for p in content.positions if p.agency != event.envelope.sender), event.envelope.sender)
        known = Disagreement(raiser, tuple(sorted(str(point) for point in content.points)))
    escalated = replace(known, escalation=event.id)
    return replace(state, disagreements=state.disagreements.set(content.disagreement, escalated))


def direction_issued(state: CaseState, event: KnownEvent, content: DirectionIssued, me: str | None) -> CaseState:
    """A superior's direction settles the disagreement whose escalation it answers, and ends the proposal it answers."""
    settled = [key for key, known in state.disagreements.items() if known.escalation == content.answers is not None]
    for key in settled if content.settlement is not None else ():
        state = replace(state, disagreements=state.disagreements.delete(key))
    if content.answers is not None and content.answers in state.supports:
        state = replace(state, supports=state.supports.delete(content.answers))
    return state


def support_proposed(state: CaseState, event: KnownEvent, content: SupportProposed, me: str | None) -> CaseState:
    """The lead proposed that outside help be asked for (LC-2.3); the PPC's letter may be known before."""
    known = state.supports.get(event.id)
    proposed = SupportCase(event.envelope.sender, known.request if known is not None else None)
    return replace(state, supports=state.supports.set(event.id, proposed))


def support_requested(state: CaseState, event: KnownEvent, content: SupportRequested, me: str | None) -> CaseState:
    """The PPC asked for it."""
    known = state.supports.get(content.proposal, SupportCase(event.envelope.sender))
    return replace(state, supports=state.supports.set(content.proposal, replace(known, request=event.id)))


def support_answered(state: CaseState, event: KnownEvent, content: SupportAnswered, me: str | None) -> CaseState:
    """The authority answered: the proposal is done with."""
    for proposal, known in state.supports.items():
        if known.request == content.request:
            return replace(state, supports=state.supports.delete(proposal))
    return state


def notice_given(state: CaseState, event: KnownEvent, content: EmergencyNoticeGiven, me: str | None) -> CaseState:
    """The head told of an emergency; the written confirmation is owed by who told (LC-2.4b)."""
    return replace(state, notices=state.notices.set(event.id, event.envelope.sender))


def notice_confirmed(
    state: CaseState, event: KnownEvent, content: EmergencyNoticeConfirmed, me: str | None
) -> CaseState:
    """Confirmed by who gave it."""
    if state.notices.get(content.notice) != event.envelope.sender:
        return state.with_anomaly(event.id, "confirms-no-notice-of-its-own")
    return replace(state, notices=state.notices.delete(content.notice))


def decided(state: CaseState, event: KnownEvent, content: ViolationDecided, me: str | None) -> CaseState:
    """A decision makes interim suspensions final (LC-2.6): its sender's own, or any if it leads."""
    suspensions, sender = state.suspensions, event.envelope.sender
    for upheld in content.suspensions_upheld:
        known = suspensions.get(upheld)
        if known is None or not (known.ordered_by == sender or state.leads(sender)):
            state = state.with_anomaly(event.id, "upholds-no-suspension-of-its-own")
            continue
        suspensions = suspensions.set(upheld, replace(known, interim=False))
    return replace(state, suspensions=suspensions)


def conflict_resolved(state: CaseState, event: KnownEvent, content: ConflictResolved, me: str | None) -> CaseState:
    """One opening stands and its agency leads; the leads of the others named take part as everybody else.

    From now on everybody's standing rests on this, whichever openings this agency held: who hears it takes part, and
    what it upholds is open. What one lead had closed, the parties of the other never heard; only a closing that rests
    on this very resolution stays. An opening that it does not name is in conflict with it still.
    """
    heard, held = hearers(event), state.openings
    upheld = held.get(content.upheld) or Opening(content.upheld, content.lead, event.envelope.time)
    stays_closed = any(opening.closed_on == event.id for opening in held.values())
    stands = replace(
        upheld,
        lead=content.lead,
        given_by=event.id,
        acknowledged=False,
        told_by=event.id,
        told=heard,
        closed_on=event.id if stays_closed else None,
    )
    unnamed = {name: opening for name, opening in held.items() if name not in content.openings}
    elsewhere = {agency for opening in unnamed.values() for agency in opening.told}
    losing = sorted({o.lead for name, o in held.items() if name in content.openings} - {content.lead})
    state = replace(
        state,
        parties=Map(
            {agency: basis for agency, basis in state.parties.items() if agency in elsewhere}
            | dict.fromkeys(heard, event.id)
        ),
        previous_lead=losing[0] if losing else state.previous_lead,
        handed_over_knowingly=not losing and state.handed_over_knowingly,
        resolved=tuple(dict.fromkeys((*state.resolved, *content.openings)))[-MAX_RESOLVED:],
        dossiers=_passing_no_lead(state.dossiers, {opening.lead for opening in unnamed.values()}),
    )
    state = replace(with_openings(state, Map(unnamed | {stands.event: stands})), lead_since=event.envelope.time)
    return with_status_of_openings(state, event.envelope.time)


def _passing_no_lead(dossiers: Map[str, DossierInTransit], but_of: set[str]) -> Map[str, DossierInTransit]:
    """The dossiers under way go on, but who leads is settled now; not of those that lead elsewhere."""
    for key, dossier in list(dossiers.items()):
        if dossier.passes_lead and dossier.sender not in but_of:
            dossiers = dossiers.set(key, replace(dossier, passes_lead=False))
    return dossiers


def recalled(state: CaseState, event: KnownEvent, content: EventRecalled, me: str | None) -> CaseState:
    """What the recalled event had opened is open no more: only its own sender takes it back."""
    sender, gone = event.envelope.sender, content.event
    state = _without_step(state, gone)
    mine: tuple[tuple[str, Map[str, Any], str | None], ...] = (
        ("requests", state.requests, _by(state.requests.get(gone), "requester")),
        ("suspensions", state.suspensions, _begun_by(state.suspensions.get(gone))),
        ("given_up", state.given_up, _by(state.given_up.get(gone), "ordered_by")),
        ("suspicions", state.suspicions, _by(state.suspicions.get(gone), "reporter")),
        ("disagreements", state.disagreements, _by(state.disagreements.get(gone), "raised_by")),
        ("supports", state.supports, _by(state.supports.get(gone), "proposed_by")),
        ("notices", state.notices, state.notices.get(gone)),
    )
    for name, held, owner in mine:
        if owner == sender:
            changed: dict[str, Any] = {name: held.delete(gone)}
            state = replace(state, **changed)
    if (dossier := state.dossiers.get(gone)) is not None and dossier.sender == sender:
        return replace(state, dossiers=state.dossiers.set(gone, replace(dossier, recall=event.id)))
    if dossier is not None or any(gone in held for _, held, _ in mine):
        return state
    return replace(state, took_back=tuple(sorted({*state.took_back, sender})))


def _by(part: object, member: str) -> str | None:
    return getattr(part, member) if part is not None else None


def _begun_by(suspension: Suspension | None) -> str | None:
    """Who ordered a suspension, or the enterprise that began it by itself."""
    if suspension is None or suspension.ordered_by is not None:
        return _by(suspension, "ordered_by")
    return next(iter(suspension.executed), None)


def _without_step(state: CaseState, gone: str) -> CaseState:
    """The state without a step that somebody took on what another opened: an escalation, the PPC's letter.

    Who holds such an event has checked that its own sender recalls it; to who does not hold it, it never was a step.
    """
    for key, raised in list(state.disagreements.items()):
        if raised.escalation == gone:
            open_again = replace(raised, escalation=None)
            state = replace(state, disagreements=state.disagreements.set(key, open_again))
    for key, proposed in list(state.supports.items()):
        if proposed.request == gone:
            state = replace(state, supports=state.supports.set(key, replace(proposed, request=None)))
    return state


def refused(state: CaseState, event: KnownEvent, content: EventRefused, me: str | None) -> CaseState:
    """A recipient refused an event: whatever that event asked of it, or gave it, it neither owes nor has.

    Only what concerns the refusing agency changes; what the event did to others stands.
    """
    gone, by = content.event, event.envelope.sender
    if gone is None or by == me:
        return state  # what this agency refused itself has moved nothing here
    state = _without_asked(state, gone, by)
    dossier = state.dossiers.get(gone)
    if dossier is not None and dossier.to == by:
        state = replace(state, dossiers=state.dossiers.delete(gone))
    if state.parties.get(by) != gone:
        return state
    given = [o.event for o in state.openings.values() if o.lead == by and o.given_by == gone]
    if given and state.previous_lead is not None and state.handed_over_knowingly:
        # The lead did not pass: it is again with who would have passed it.
        return _lead_given_back(state, gone, event, given)
    if state.leads(by):
        return state
    return _without_standing(state, gone, by)


def _lead_given_back(state: CaseState, gone: str, refusal: KnownEvent, openings: Iterable[str]) -> CaseState:
    """The lead is again with whoever had passed it by the event that was refused, `gone`."""
    to, held = str(state.previous_lead), state.openings
    for name in openings:
        held = held.set(name, replace(held[name], lead=to, given_by=None, acknowledged=False))
    by = refusal.envelope.sender
    state = replace(state, parties=state.parties.set(to, gone), previous_lead=by, handed_over_knowingly=True)
    return replace(with_openings(state, held), lead_since=refusal.envelope.time)


def _without_standing(state: CaseState, gone: str, by: str) -> CaseState:
    """The agency does not take part by the event that it refused; it still does by an opening that it was told of."""
    openings = state.openings
    for opening in list(openings.values()):
        if by in opening.told and gone in (opening.event, opening.told_by):
            told = tuple(agency for agency in opening.told if agency != by)
            openings = openings.set(opening.event, replace(opening, told=told))
    state = replace(state, openings=openings)
    others = sorted((o.opened_at, o.told_by) for o in openings.values() if by in o.told)
    parties = state.parties.set(by, others[0][1]) if others else state.parties.delete(by)
    return replace(state, parties=parties)


def _without_asked(state: CaseState, gone: str, by: str) -> CaseState:
    request = state.requests.get(gone)
    if request is not None and by in request.unanswered:
        left = tuple(agency for agency in request.unanswered if agency != by)
        requests = state.requests.set(gone, replace(request, unanswered=left)) if left else state.requests.delete(gone)
        state = replace(state, requests=requests)
    order = state.suspensions.get(gone)
    if order is not None and by in order.ordered:
        left = tuple(agency for agency in order.ordered if agency != by)
        suspensions = (
            state.suspensions.set(gone, replace(order, ordered=left))
            if left or order.executed
            else state.suspensions.delete(gone)
        )
        state = replace(state, suspensions=suspensions)
    return state


STEER: dict[str, Fold] = {
    "DisagreementRaised": disagreement_raised,
    "DisagreementEscalated": disagreement_escalated,
    "DirectionIssued": direction_issued,
    "SupportProposed": support_proposed,
    "SupportRequested": support_requested,
    "SupportAnswered": support_answered,
    "EmergencyNoticeGiven": notice_given,
    "EmergencyNoticeConfirmed": notice_confirmed,
    "ViolationDecided": decided,
    "ConflictResolved": conflict_resolved,
    "EventRecalled": recalled,
    "EventRefused": refused,
}
"""Event type → fold."""
