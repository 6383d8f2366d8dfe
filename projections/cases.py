"""The case view: state, lead, participants, what is open, suspensions in force, and the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from events.case import CaseState, CaseStatus
from events.case_parts import DossierInTransit, OpenRequest, Suspension
from events.record_entry import EntryKind
from projections.case_store import SQL, read_state
from projections.inbox import NEWEST
from projections.rows import Row
from projections.search_form import search_form

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class CaseSummary(Row):
    """One line of the list of cases. `suspensions` counts those ordered or carried out and not lifted."""

    case_id: str
    status: CaseStatus
    status_since: datetime
    category: str | None
    title: str | None
    lead: str | None
    opened_at: datetime | None
    last_position: int
    open_requests: int
    suspensions: int


@dataclass(frozen=True)
class TimelineEvent(Row):
    """One event of a case as this agency holds it, in the order of its record."""

    position: int
    event_id: str
    event_type: str
    kind: EntryKind
    sender: str
    role: str
    recipients: tuple[str, ...]
    clause: str | None
    cause: str | None
    docnumber: str
    docsymbol: str
    signed_at: datetime
    due: datetime | None
    recorded_at: datetime
    refusal_reason: str | None


@dataclass(frozen=True)
class CaseRequest(Row):
    """A request that is open: `unanswered` of the asked have not answered yet."""

    event_id: str
    event_type: str
    requester: str
    unanswered: tuple[str, ...]
    due: datetime | None
    overdue: bool


@dataclass(frozen=True)
class CaseSuspension(Row):
    """A suspension ordered or carried out and not lifted. `ordered_by` is None if the enterprise began it by itself.

    `awaiting` have yet to act, `executed` have acted. `in_force` at the moment asked about: somebody has acted, and
    its own end has not come.
    """

    event_id: str
    ordered_by: str | None
    interim: bool
    awaiting: tuple[str, ...]
    executed: tuple[str, ...]
    ends_at: datetime | None
    in_force: bool


@dataclass(frozen=True)
class CaseDossier(Row):
    """A dossier handed over and not yet confirmed in full; `outstanding` are the ids of unconfirmed items."""

    event_id: str
    sender: str
    to: str
    outstanding: tuple[str, ...]
    passes_lead: bool


@dataclass(frozen=True)
class CaseAnomaly(Row):
    """An event that did not fit the case's state and changed nothing."""

    event_id: str
    reason: str


@dataclass(frozen=True)
class CaseView(Row):
    """One case as this agency holds it, at the moment asked about.

    `in_conflict`: two agencies opened it. `closed_at` is None unless it is closed. `events` counts the timeline;
    `timeline` is the page of it that was asked for.
    """

    case_id: str
    status: CaseStatus
    status_since: datetime
    category: str | None
    title: str | None
    lead: str | None
    lead_since: datetime | None
    participants: tuple[str, ...]
    in_conflict: bool
    opened_at: datetime | None
    closed_at: datetime | None
    suspicions: tuple[str, ...]
    requests: tuple[CaseRequest, ...]
    suspensions: tuple[CaseSuspension, ...]
    dossiers: tuple[CaseDossier, ...]
    anomalies: tuple[CaseAnomaly, ...]
    events: int
    timeline: tuple[TimelineEvent, ...]


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are wanted; a member that is None does not narrow.

    `text` is looked for in the title, whatever its case and accents, or is the beginning of the case's id.
    """

    status: CaseStatus | None = None
    lead: str | None = None
    category: str | None = None
    text: str | None = None


def cases(cursor: sqlite3.Cursor, wanted: CaseFilter, *, before: int | None, limit: int) -> tuple[CaseSummary, ...]:
    """The cases, the one with the newest event first; `before` the `last_position` of a row goes on behind it."""
    values = {
        "status": wanted.status,
        "lead": wanted.lead,
        "category": wanted.category,
        "text": search_form(wanted.text) or None if wanted.text is not None else None,
        "before": before or NEWEST,
        "limit": limit,
    }
    return CaseSummary.from_rows(cursor.execute(SQL["cases"], values).fetchall())


def timeline(cursor: sqlite3.Cursor, case_id: str, *, after: int, limit: int) -> tuple[TimelineEvent, ...]:
    """The events of a case after a position of the record."""
    rows = cursor.execute(SQL["timeline"], {"case_id": case_id, "after": after, "limit": limit}).fetchall()
    return tuple(TimelineEvent.from_columns(row, recipients=tuple(row["recipients"].split(" "))) for row in rows)


def case(cursor: sqlite3.Cursor, case_id: str, *, now: datetime, after: int, limit: int) -> CaseView | None:
    """One case with a page of its timeline; None if this agency holds nothing of it."""
    state = read_state(cursor, case_id)
    if state is None:
        return None
    title = cursor.execute(SQL["title"], (case_id,)).fetchone()["title"]
    events = cursor.execute(SQL["count_events"], (case_id,)).fetchone()["events"]
    openings = state.openings.values()
    return CaseView(
        case_id=case_id,
        status=state.status,
        status_since=state.status_since,
        category=state.category,
        title=title,
        lead=state.lead,
        lead_since=state.lead_since,
        participants=tuple(sorted(state.participants)),
        in_conflict=state.in_conflict,
        opened_at=min((opening.opened_at for opening in openings), default=None),
        closed_at=state.status_since if state.status is CaseStatus.CLOSED else None,
        suspicions=tuple(sorted(state.suspicions)),
        requests=tuple(_request(e, r, now) for e, r in _sorted(state.requests)),
        suspensions=tuple(suspension_at(e, s, now) for e, s in _sorted(state.suspensions)),
        dossiers=tuple(_dossier(e, d) for e, d in _sorted(state.dossiers)),
        anomalies=_anomalies(state),
        events=events,
        timeline=timeline(cursor, case_id, after=after, limit=limit),
    )


def _sorted(part: Any) -> list[tuple[str, Any]]:
    return sorted(part.items(), key=lambda member: member[0])


def _request(event_id: str, request: OpenRequest, now: datetime) -> CaseRequest:
    overdue = request.due is not None and now > request.due
    return CaseRequest(event_id, request.event_type, request.requester, request.unanswered, request.due, overdue)


def suspension_at(event_id: str, suspension: Suspension, now: datetime) -> CaseSuspension:
    """A suspension as it stands at a moment."""
    return CaseSuspension(
        event_id=event_id,
        ordered_by=suspension.ordered_by,
        interim=suspension.interim,
        awaiting=suspension.ordered,
        executed=suspension.executed,
        ends_at=suspension.ends_at,
        in_force=bool(suspension.executed) and suspension.in_force(now),
    )


def _dossier(event_id: str, dossier: DossierInTransit) -> CaseDossier:
    return CaseDossier(event_id, dossier.sender, dossier.to, dossier.outstanding, dossier.passes_lead)


def _anomalies(state: CaseState) -> tuple[CaseAnomaly, ...]:
    return tuple(CaseAnomaly(anomaly.event, anomaly.reason) for anomaly in state.anomalies)
