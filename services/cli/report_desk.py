"""What the commands of `phoihop report` share: their options, the desk they write at, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from events.draft import Draft
from events.types.report import InheritedWork, ReportConsolidated, ReportSubmitted
from services.agency.drafts import save_draft
from services.agency.lawfulness import by_any_clause
from services.cli.desk import Desk
from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import option
from services.cli.session import Session
from services.cli.tables import draw_facts, short
from services.documents.reports import report_draft_document
from services.moments import show_moment
from services.reports.duties import calendar_duties
from services.reports.periods import name_period, show_period
from services.reports.writing import LOOKED_AHEAD
from services.reports.writing import Desk as ReportDesk

_Function = TypeVar("_Function", bound=Callable[..., Any])


def report_options(function: _Function) -> _Function:
    """The options of a command that writes a report's draft."""
    function = option("--check", is_flag=True, text="draft_check")(function)
    function = option("--proposals", metavar="TEXT", text="report_proposals")(function)
    function = option("--difficulties", metavar="TEXT", text="report_difficulties")(function)
    function = option("--assessment", metavar="TEXT", text="report_assessment")(function)
    return option("--period", metavar="PERIOD", text="report_period")(function)


@contextmanager
def report_desk(desk: Desk, now: datetime) -> Iterator[ReportDesk]:
    """What reports are made from, with the views brought up to the record."""
    with desk.views() as views:
        duties = calendar_duties(desk.directories.chain(), now + LOOKED_AHEAD)
        yield ReportDesk(desk.me, desk.directory, views, duties, now)


def keep_and_show(session: Session, desk: Desk, draft: Draft, now: datetime, *, check: bool) -> int:
    """Judge a report's draft, keep it unless it is only checked, and show it; the command's exit code."""
    context = desk.context
    with desk.record.writing() as transaction:
        draft, judged = by_any_clause(draft, transaction, context, "head", now)
        saved = None if check else save_draft(transaction, draft, "report", now)
    if not check:
        desk.wake_service()
    content = draft.content
    assert isinstance(content, ReportSubmitted | ReportConsolidated)  # noqa: S101 - what the two commands write
    document = report_draft_document(desk.me, draft, saved, judged)

    def draw() -> None:
        draw_facts(session, content.subject, _facts(session, content))
        if saved is not None:
            session.say("report.saved", draft=saved, recipients=", ".join(draft.recipients))
        if judged.refusal is None:
            session.say("draft.lawful", clause=judged.draft.clause or "-", role=judged.draft.role)
        else:
            session.say("draft.unlawful", why=judged.reason(session.texts.lang), clause=judged.clause or "-")
        if saved is not None:
            session.say("draft.next", draft=short(saved))

    session.show(document, draw)
    return REFUSED if check and judged.refusal is not None else OK


def _facts(session: Session, content: ReportSubmitted | ReportConsolidated) -> list[tuple[str, str]]:
    figures, lang = content.figures, session.texts.lang
    facts = [("period", name_period(content.period) if lang == "vi" else show_period(content.period))]
    if isinstance(content, ReportConsolidated):
        none = session.texts("report.none")
        facts.append(("included", ", ".join(sorted({one.agency for one in content.included})) or none))
        facts.append(("missing", ", ".join(sorted({one.agency for one in content.missing})) or none))
    elif content.inherited:
        facts.append(("inherited", "; ".join(_inherited(session, one) for one in content.inherited)))
    facts += [
        (
            "cases",
            "; ".join(
                f"{c.category.label(lang)} - {(c.outcome or c.standing).label(lang)}: {c.cases}" for c in figures.cases
            ),
        ),
        (
            "suspicions",
            "; ".join(
                f"{s.category.label(lang)}: "
                + session.texts(
                    "report.suspicions",
                    received=s.received,
                    passed_on=s.passed_on,
                    taken_up=s.taken_up,
                    dismissed=s.dismissed,
                )
                for s in figures.suspicions
            ),
        ),
        ("answers", session.texts("report.requests", **figures.requests.model_dump() | _median(figures.requests))),
        ("suspensions", session.texts("report.suspensions", **figures.suspensions.model_dump())),
        ("withheld", "; ".join(f"{w.ground.label(lang)}: {w.requests}" for w in figures.withheld)),
        ("sanctions", session.texts("report.sanctions", **figures.sanctions.model_dump())),
        ("assessment", content.assessment),
    ]
    return [(name, value) for name, value in facts if value]


def _inherited(session: Session, work: InheritedWork) -> str:
    about = {"agency": work.agency, "since": show_moment(work.counted_from)}
    if work.report is None:
        return session.texts("report.inherited", **about)
    return session.texts("report.inherited_after", report=short(work.report), **about)


def _median(requests: Any) -> dict[str, str]:
    median = requests.median_minutes_to_answer
    return {"median_minutes_to_answer": "-" if median is None else str(median)}
