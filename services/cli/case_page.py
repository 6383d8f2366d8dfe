"""One case for people: who leads, what is open, what is in force, and its timeline."""

from __future__ import annotations

from collections.abc import Mapping

from projections.cases import CaseView
from services.cli.session import Session
from services.cli.tables import category_name, draw_facts, draw_table, short
from services.moments import show_moment, show_short


def draw_case(session: Session, case: CaseView, names: Mapping[str, str]) -> None:
    """Print the case; `names` are the official names by agency id."""
    word = session.texts.word
    facts = [
        ("case", case.case_id),
        ("status", f"{word('case_status', case.status)} ({show_moment(case.status_since)})"),
        ("category", category_name(session, case.category)),
        ("lead", _named(case.lead, names)),
        ("participants", ", ".join(_named(agency, names) for agency in case.participants)),
        ("opened", show_moment(case.opened_at)),
        ("closed", show_moment(case.closed_at)),
        ("conflict", session.texts("case.conflict") if case.in_conflict else ""),
    ]
    draw_facts(session, case.title or session.texts("case.untitled"), [(key, text) for key, text in facts if text])
    if case.requests:
        _requests(session, case)
    if case.suspensions:
        _suspensions(session, case)
    if case.dossiers:
        rows = [(short(d.event_id), d.sender, d.to, ", ".join(d.outstanding)) for d in case.dossiers]
        draw_table(session, session.texts("case.dossiers"), ("event!", "sender", "to", "outstanding"), rows)
    if case.anomalies:
        anomalies = [(short(anomaly.event_id), anomaly.reason) for anomaly in case.anomalies]
        draw_table(session, session.texts("case.anomalies"), ("event!", "why"), anomalies)
    _timeline(session, case)


def _requests(session: Session, case: CaseView) -> None:
    rows = [
        (
            short(request.event_id),
            session.texts.word("event", request.event_type),
            request.requester,
            ", ".join(request.unanswered),
            show_moment(request.due),
            session.texts("standing.overdue") if request.overdue else "",
        )
        for request in case.requests
    ]
    columns = ("event!", "type", "requester", "unanswered", "due!", "standing")
    draw_table(session, session.texts("case.requests"), columns, rows)


def _suspensions(session: Session, case: CaseView) -> None:
    rows = [
        (
            short(suspension.event_id),
            suspension.ordered_by or session.texts("case.by_itself"),
            ", ".join(suspension.awaiting),
            ", ".join(suspension.executed),
            show_moment(suspension.ends_at),
            session.texts("case.in_force") if suspension.in_force else "",
        )
        for suspension in case.suspensions
    ]
    columns = ("event!", "ordered_by", "awaiting", "executed", "ends!", "standing")
    draw_table(session, session.texts("case.suspensions"), columns, rows)


def _timeline(session: Session, case: CaseView) -> None:
    rows = [
        (
            show_short(event.signed_at),
            event.sender,
            ", ".join(event.recipients),
            session.texts.word("event", event.event_type),
            event.clause or "",
            f"{event.docnumber}/{event.docsymbol}",
            session.texts.word("entry_kind", event.kind),
        )
        for event in case.timeline
    ]
    title = session.texts("case.timeline", shown=len(rows), events=case.events)
    draw_table(session, title, ("signed!", "sender", "recipients", "type", "clause!", "document!", "state"), rows)


def _named(agency: str | None, names: Mapping[str, str]) -> str:
    return "" if agency is None else f"{names[agency]} ({agency})" if agency in names else agency
