"""Folds of the work in a case: requests and answers, suspensions, dossiers."""

# ruff: noqa: ARG001  (folds share one signature, whatever each of them needs)
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from events.case_fold_life import led_knowingly, pass_lead
from events.case_parts import DossierInTransit, OpenRequest, Suspension
from events.known_event import KnownEvent
from events.types.coordination import CoordinationAccepted, CoordinationDeclined
from events.types.correction import RecallConfirmed
from events.types.document import Document
from events.types.dossier import DossierReceived, DossierTransferred, ItemStatus
from events.types.information import InfoProvided, InfoWithheld
from events.types.suspension import SuspensionExecuted, SuspensionImpossible, SuspensionLifted, SuspensionOrdered

if TYPE_CHECKING:
    from events.case import Fold
    from events.case_state import CaseState


def requested(state: CaseState, event: KnownEvent, content: Document, me: str | None) -> CaseState:
    """A request is open until each of the asked has answered."""
    sender, asked = event.envelope.sender, event.envelope.agencies
    if me is not None and me != sender:
        asked = tuple(agency for agency in asked if agency == me)
    if not asked:
        return state
    request = OpenRequest(event.event_type, sender, asked, event.envelope.due)
    return replace(state, requests=state.requests.set(event.id, request))


def _answered(state: CaseState, event: KnownEvent, request_id: str | None) -> CaseState:
    request = state.requests.get(request_id) if request_id else None
    if request_id is None or request is None or event.envelope.sender not in request.unanswered:
        return state
    unanswered = tuple(agency for agency in request.unanswered if agency != event.envelope.sender)
    if not unanswered:
        return replace(state, requests=state.requests.delete(request_id))
    return replace(state, requests=state.requests.set(request_id, replace(request, unanswered=unanswered)))


def answered(
    state: CaseState,
    event: KnownEvent,
    content: InfoProvided | InfoWithheld | CoordinationAccepted | CoordinationDeclined,
    me: str | None,
) -> CaseState:
    """An answer or a signed refusal ends what its sender owed."""
    return _answered(state, event, content.request)


def suspension_ordered(state: CaseState, event: KnownEvent, content: SuspensionOrdered, me: str | None) -> CaseState:
    """An order: those who provide the services it names have to act; else all its recipients but who leads."""
    named = {target.service.provider for target in content.targets} & set(event.envelope.agencies)
    ordered = sorted(a for a in named if a) or sorted(a for a in event.envelope.agencies if not state.leads(a))
    suspension = Suspension(event.envelope.sender, content.interim, tuple(ordered), (), content.ends.at)
    return replace(state, suspensions=state.suspensions.set(event.id, suspension))


def suspension_executed(state: CaseState, event: KnownEvent, content: SuspensionExecuted, me: str | None) -> CaseState:
    """An order carried out, or a suspension that the enterprise began by itself."""
    sender = event.envelope.sender
    if content.order is None:
        ends_at = content.ends.at if content.ends else None
        begun = Suspension(None, False, (), (sender,), ends_at)
        return replace(state, suspensions=state.suspensions.set(event.id, begun))
    known = state.suspensions.get(content.order) or state.given_up.get(content.order)
    if known is None:  # lifted meanwhile, or never addressed to this agency: nothing is in force by it here
        return state
    if content.order in state.given_up:  # it could be done after all
        state = replace(state, given_up=state.given_up.delete(content.order))
    ordered = tuple(agency for agency in known.ordered if agency != sender)
    executed = tuple(sorted({*known.executed, sender}))
    return replace(
        state, suspensions=state.suspensions.set(content.order, replace(known, ordered=ordered, executed=executed))
    )


def suspension_impossible(
    state: CaseState, event: KnownEvent, content: SuspensionImpossible, me: str | None
) -> CaseState:
    """One of the ordered cannot act; when none is left the order binds nobody."""
    known = state.suspensions.get(content.order)
    if known is None:
        return state
    ordered = tuple(agency for agency in known.ordered if agency != event.envelope.sender)
    if not ordered and not known.executed:
        given_up = state.given_up.set(content.order, replace(known, ordered=()))
        return replace(state, suspensions=state.suspensions.delete(content.order), given_up=given_up)
    return replace(state, suspensions=state.suspensions.set(content.order, replace(known, ordered=ordered)))


def suspension_lifted(state: CaseState, event: KnownEvent, content: SuspensionLifted, me: str | None) -> CaseState:
    """A suspension ends."""
    if content.suspension in state.given_up:
        return replace(state, given_up=state.given_up.delete(content.suspension))
    if content.suspension not in state.suspensions:
        return state.with_anomaly(event.id, "lifts-no-suspension-in-force")
    return replace(state, suspensions=state.suspensions.delete(content.suspension))


def dossier_transferred(state: CaseState, event: KnownEvent, content: DossierTransferred, me: str | None) -> CaseState:
    """A dossier is on its way; until it is confirmed in full the old lead leads."""
    items = tuple(sorted(item.id for item in content.items))
    # What crossed a resolution passes the lead no more: the resolution is newer than what its sender knew.
    passes_lead = content.passes_lead and (not state.resolved or bool(led_knowingly(state, event)))
    in_transit = DossierInTransit(event.envelope.sender, content.to, items, passes_lead)
    return replace(state, dossiers=state.dossiers.set(event.id, in_transit))


def dossier_received(state: CaseState, event: KnownEvent, content: DossierReceived, me: str | None) -> CaseState:
    """Items are confirmed; with the last of them the dossier has arrived, and the lead with it if it was to pass."""
    transit = state.dossiers.get(content.transfer)
    if transit is None or transit.to != event.envelope.sender:
        return state.with_anomaly(event.id, "confirms-no-dossier-in-transit")
    arrived = {item.id for item in content.items if item.status is not ItemStatus.MISSING}
    outstanding = tuple(item for item in transit.outstanding if item not in arrived)
    if outstanding:
        return replace(state, dossiers=state.dossiers.set(content.transfer, replace(transit, outstanding=outstanding)))
    state = replace(state, dossiers=state.dossiers.delete(content.transfer))
    if not transit.passes_lead:
        return state
    if not state.leads(transit.sender):
        return state.with_anomaly(event.id, "dossier-from-other-than-lead")
    led = [opening.event for opening in state.openings.values() if opening.lead == transit.sender]
    return pass_lead(state, event, transit.sender, transit.to, led, given_by=transit.lead_given_by)


def recall_confirmed(state: CaseState, event: KnownEvent, content: RecallConfirmed, me: str | None) -> CaseState:
    """The receiver of a dossier that was taken back says that it will not confirm it: it is under way no more."""
    dossiers = state.dossiers
    for key, dossier in list(dossiers.items()):
        if dossier.recall == content.recall and dossier.to == event.envelope.sender:
            dossiers = dossiers.delete(key)
    return replace(state, dossiers=dossiers)


WORK: dict[str, Fold] = {
    "InfoRequested": requested,
    "CoordinationRequested": requested,
    "InfoProvided": answered,
    "InfoWithheld": answered,
    "CoordinationAccepted": answered,
    "CoordinationDeclined": answered,
    "SuspensionOrdered": suspension_ordered,
    "SuspensionExecuted": suspension_executed,
    "SuspensionImpossible": suspension_impossible,
    "SuspensionLifted": suspension_lifted,
    "DossierTransferred": dossier_transferred,
    "DossierReceived": dossier_received,
    "RecallConfirmed": recall_confirmed,
}
"""Event type → fold."""
