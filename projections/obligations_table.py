"""What makes somebody owe something, and what settles it: a table of event types.

Most lines are alike: a request is owed an answer by each of its recipients until the envelope's due time, and settled
by the event of theirs that names it. Where the content says who owes, or until when, a function reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from projections.obligations import ObligationKind
from projections.role_terms import RolesOf

if TYPE_CHECKING:
    from events.record_entry import RecordEntry

EMERGENCY_CONFIRMED_WITHIN = timedelta(hours=24)
"""How soon the writing follows an emergency notice given by phone or in person (LC-2.4b). Ours."""

RECALL_CONFIRMED_WITHIN = timedelta(days=3)
"""How soon a recipient confirms a recall or a correction, where its sender sets no time. Ours."""

SUPERIORS = ("branch", "ministry", "ppc")
"""The roles of those who settle a disagreement that the lead escalates; others are told, and owe nothing (LC-2.5)."""

ANY = ""
"""Whoever owes it, or to whomever it is owed."""


@dataclass(frozen=True)
class Owed:
    """One obligation that an event makes: by whom, to whom, by when."""

    kind: ObligationKind
    debtor: str
    creditor: str
    due: datetime | None


@dataclass(frozen=True)
class Settled:
    """One obligation that an event settles: made by which event, of which kind, how, and whose."""

    kind: ObligationKind
    event_id: str | None
    how: str
    debtor: str = ANY
    creditor: str = ANY


Makes = Callable[["RecordEntry", Any, RolesOf], Iterable[Owed]]
Settles = Callable[["RecordEntry", Any], Iterable[Settled]]


def _every_recipient(kind: ObligationKind) -> Makes:
    def makes(entry: RecordEntry, _content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
        envelope = entry.event.envelope
        return (Owed(kind, agency, envelope.sender, envelope.due) for agency in envelope.agencies)

    return makes


def _recipients_in_role(entry: RecordEntry, roles: frozenset[str], roles_of: RolesOf) -> Iterable[str]:
    # With an agency that passed on its place, its successor is meant: by the role that the one addressed had then.
    envelope = entry.event.envelope
    for agency in envelope.agencies:
        addressed = (agency, *(gone for gone, heir in entry.heirs if heir == agency))
        if any(roles & roles_of(entry.directory_version, each, envelope.time) for each in addressed):
            yield agency


def _in_role(kind: ObligationKind, *roles: str) -> Makes:
    meant = frozenset(roles)

    def makes(entry: RecordEntry, _content: Any, roles_of: RolesOf) -> Iterable[Owed]:
        envelope = entry.event.envelope
        for agency in _recipients_in_role(entry, meant, roles_of):
            yield Owed(kind, agency, envelope.sender, envelope.due)

    return makes


def _order(entry: RecordEntry, content: Any, roles_of: RolesOf) -> Iterable[Owed]:
    # Those who provide the services it names have to act; if none of them is addressed, every enterprise that is.
    envelope = entry.event.envelope
    enterprises = tuple(_recipients_in_role(entry, frozenset({"enterprise"}), roles_of))
    providers = {target.service.provider for target in content.targets}
    for agency in [a for a in enterprises if a in providers] or enterprises:
        yield Owed(ObligationKind.EXECUTE, agency, envelope.sender, envelope.due)
        yield Owed(ObligationKind.END_SUSPENSION, envelope.sender, agency, content.ends.at)


def _confirmation(kind: ObligationKind) -> Makes:
    def makes(entry: RecordEntry, _content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
        envelope = entry.event.envelope
        due = envelope.due or envelope.time + RECALL_CONFIRMED_WITHIN
        return (Owed(kind, agency, envelope.sender, due) for agency in envelope.agencies)

    return makes


def _emergency(entry: RecordEntry, content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
    # Owed by who told, to everyone who was told: the only duty that an event lays on its own sender at once.
    envelope = entry.event.envelope
    due = content.given_at + EMERGENCY_CONFIRMED_WITHIN
    return (Owed(ObligationKind.CONFIRM_EMERGENCY, envelope.sender, agency, due) for agency in envelope.agencies)


def _team(entry: RecordEntry, content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
    envelope = entry.event.envelope
    for agency in sorted({member.agency for member in content.members} & set(envelope.agencies)):
        yield Owed(ObligationKind.CONFIRM_MEMBERSHIP, agency, envelope.sender, envelope.due)


def _own_stop(entry: RecordEntry, content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
    envelope = entry.event.envelope
    if content.order is None:
        for agency in envelope.agencies:
            yield Owed(ObligationKind.END_SUSPENSION, envelope.sender, agency, content.ends and content.ends.at)


def _dossier(entry: RecordEntry, content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
    envelope = entry.event.envelope
    yield Owed(ObligationKind.CONFIRM_DOSSIER, content.to, envelope.sender, envelope.due)


MAKES: Mapping[str, Makes] = {
    "InfoRequested": _every_recipient(ObligationKind.ANSWER),
    "CoordinationRequested": _every_recipient(ObligationKind.REPLY),
    "SuspicionReported": _in_role(ObligationKind.ROUTE, "dic"),
    "SuspensionOrdered": _order,
    "SuspensionExecuted": _own_stop,
    "DossierTransferred": _dossier,
    "ReportRequested": _every_recipient(ObligationKind.SUBMIT_REPORT),
    "LookupRequested": _every_recipient(ObligationKind.ANSWER_LOOKUP),
    "ProvisionOrdered": _every_recipient(ObligationKind.EXECUTE_PROVISION),
    "InspectionRequested": _every_recipient(ObligationKind.ANSWER_INSPECTION),
    "InspectionTeamFormed": _team,
    "EnforcementRequested": _every_recipient(ObligationKind.REPORT_ENFORCEMENT),
    "ExpertAssessmentRequested": _in_role(ObligationKind.DELIVER_ASSESSMENT, "dic"),
    "RecommendationIssued": _every_recipient(ObligationKind.ANSWER_RECOMMENDATION),
    "PublicityRequested": _every_recipient(ObligationKind.REPORT_PUBLICITY),
    "SupportProposed": _in_role(ObligationKind.ANSWER_SUPPORT, "ppc"),
    "SupportRequested": _every_recipient(ObligationKind.ANSWER_SUPPORT),
    "DisagreementEscalated": _in_role(ObligationKind.SETTLE_DISAGREEMENT, *SUPERIORS),
    "EmergencyNoticeGiven": _emergency,
    "EventRecalled": _confirmation(ObligationKind.CONFIRM_RECALL),
    "EventCorrected": _confirmation(ObligationKind.CONFIRM_CORRECTION),
}
"""Event type → what it makes somebody owe."""


def _answer(kind: ObligationKind, member: str, how: str | None = None) -> Settles:
    """The sender settles what the event in `member` made it owe; `how` None takes the content's own outcome."""

    def settles(entry: RecordEntry, content: Any) -> Iterable[Settled]:
        sender = entry.event.envelope.sender
        yield Settled(kind, getattr(content, member), how or content.outcome.value, debtor=sender)

    return settles


def _impossible(entry: RecordEntry, content: Any) -> Iterable[Settled]:
    sender = entry.event.envelope.sender
    yield Settled(ObligationKind.EXECUTE, content.order, "impossible", debtor=sender)
    yield Settled(ObligationKind.END_SUSPENSION, content.order, "impossible", creditor=sender)


def _lifted(_entry: RecordEntry, content: Any) -> Iterable[Settled]:
    yield Settled(ObligationKind.EXECUTE, content.suspension, "lifted")
    yield Settled(ObligationKind.END_SUSPENSION, content.suspension, "lifted")


def _opened(_entry: RecordEntry, content: Any) -> Iterable[Settled]:
    # Whoever opens the case on it: the suspicion has reached its agency.
    return (Settled(ObligationKind.ROUTE, suspicion, "opened") for suspicion in content.suspicions)


def _closed(_entry: RecordEntry, content: Any) -> Iterable[Settled]:
    made_final = content.suspensions_made_final
    return (Settled(ObligationKind.END_SUSPENSION, suspension, "made_final") for suspension in made_final)


def _team_formed(entry: RecordEntry, content: Any) -> Iterable[Settled]:
    sender = entry.event.envelope.sender
    return (Settled(ObligationKind.ANSWER_INSPECTION, content.request, "team_formed", debtor=sender),)


def _made_good(how: str) -> Settles:
    def settles(entry: RecordEntry, content: Any) -> Iterable[Settled]:
        # A refused event is made good towards those of its refusers whom the correction or recall reaches.
        envelope = entry.event.envelope
        for agency in envelope.agencies:
            yield Settled(ObligationKind.CORRECT, content.event, how, debtor=envelope.sender, creditor=agency)

    return settles


def _directed(entry: RecordEntry, content: Any) -> Iterable[Settled]:
    sender = entry.event.envelope.sender
    # One direction settles the matter, whichever superiors were told of it (LC-2.5).
    yield Settled(ObligationKind.SETTLE_DISAGREEMENT, content.answers, "directed")
    yield Settled(ObligationKind.ANSWER_SUPPORT, content.answers, "directed", debtor=sender)


SETTLES: Mapping[str, Settles] = {
    "InfoProvided": _answer(ObligationKind.ANSWER, "request"),
    "InfoWithheld": _answer(ObligationKind.ANSWER, "request", "withheld"),
    "CoordinationAccepted": _answer(ObligationKind.REPLY, "request", "accepted"),
    "CoordinationDeclined": _answer(ObligationKind.REPLY, "request", "declined"),
    "SuspensionExecuted": _answer(ObligationKind.EXECUTE, "order", "executed"),
    "SuspensionImpossible": _impossible,
    "SuspensionLifted": _lifted,
    "SuspicionReferred": _answer(ObligationKind.ROUTE, "suspicion", "referred"),
    "SuspicionDismissed": _answer(ObligationKind.ROUTE, "suspicion", "dismissed"),
    "CaseOpened": _opened,
    "CaseClosed": _closed,
    "DossierReceived": _answer(ObligationKind.CONFIRM_DOSSIER, "transfer", "confirmed"),
    "ReportSubmitted": _answer(ObligationKind.SUBMIT_REPORT, "request", "submitted"),
    "LookupAnswered": _answer(ObligationKind.ANSWER_LOOKUP, "request", "provided"),
    "ProvisionExecuted": _answer(ObligationKind.EXECUTE_PROVISION, "order", "executed"),
    "ProvisionImpossible": _answer(ObligationKind.EXECUTE_PROVISION, "order", "impossible"),
    "InspectionTeamFormed": _team_formed,
    "InspectionReported": _answer(ObligationKind.ANSWER_INSPECTION, "request", "inspected"),
    "InspectionMembershipConfirmed": _answer(ObligationKind.CONFIRM_MEMBERSHIP, "team", "confirmed"),
    "EnforcementReported": _answer(ObligationKind.REPORT_ENFORCEMENT, "request", "reported"),
    "ExpertAssessmentDelivered": _answer(ObligationKind.DELIVER_ASSESSMENT, "request", "delivered"),
    "ExpertAssessmentDeclined": _answer(ObligationKind.DELIVER_ASSESSMENT, "request", "declined"),
    "RecommendationAnswered": _answer(ObligationKind.ANSWER_RECOMMENDATION, "recommendation", "answered"),
    "PublicityReported": _answer(ObligationKind.REPORT_PUBLICITY, "request", "reported"),
    "SupportRequested": _answer(ObligationKind.ANSWER_SUPPORT, "proposal", "passed_on"),
    "SupportAnswered": _answer(ObligationKind.ANSWER_SUPPORT, "request", "answered"),
    "DirectionIssued": _directed,
    "EmergencyNoticeConfirmed": _answer(ObligationKind.CONFIRM_EMERGENCY, "notice", "confirmed"),
    "EventCorrected": _made_good("corrected"),
    "EventRecalled": _made_good("recalled"),
    "RecallConfirmed": _answer(ObligationKind.CONFIRM_RECALL, "recall", "confirmed"),
    "CorrectionConfirmed": _answer(ObligationKind.CONFIRM_CORRECTION, "correction", "confirmed"),
}
"""Event type → what it settles."""

STATES_SILENCE = "ReplyOverdue"
"""The event that says that something was not answered in time. It settles nothing: a late answer still does."""

NEED_CONTENT = frozenset(SETTLES) | {
    "SuspensionOrdered",
    "DossierTransferred",
    "InspectionTeamFormed",
    "EmergencyNoticeGiven",
    STATES_SILENCE,
}
"""The types whose content is read for this view; of the others the envelope says enough."""
