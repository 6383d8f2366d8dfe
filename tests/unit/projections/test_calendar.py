"""Duties of the calendar as obligations: who sees them, and what settles them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from events.calendar.falling_due import FallingDue, falling_due
from events.content import Content
from events.types.correction import CorrectionGround, EventRecalled
from events.types.meeting import MeetingCalled, MeetingKind
from events.types.report import ReportConsolidated, ReportSubmitted
from events.values.period import ReportingPeriod, half_year, quarter
from projections.obligations import Obligation, ObligationFilter, ObligationKind, Standing
from projections.views import Views
from tests.contract.samples import SAMPLES
from tests.unit.calendar.test_falling_due import Roles
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, ROLES, START, Town

SAMPLE = {type(content).__name__: content for content in SAMPLES}
PERIOD = half_year(2026, 2)
DUE = datetime(2026, 12, 20, 16, 59, 59, 999_000, tzinfo=UTC)
AFTER = DUE + timedelta(milliseconds=1)
DIRECTORY = Roles({role: tuple(a for a, held in ROLES.items() if held == role) for role in set(ROLES.values())})


def duties(until: datetime = AFTER) -> tuple[FallingDue, ...]:
    return falling_due("lao-cai-29-2008", DIRECTORY, since=START, until=until)


def owed(views: Views, me: str, kind: ObligationKind, at: datetime = AFTER) -> list[Obligation]:
    wanted = ObligationFilter(kind=kind, settled=True)
    return list(views.obligations(now=at, wanted=wanted, calendar=duties(at), me=me))


def report(period: ReportingPeriod = PERIOD) -> ReportSubmitted:
    sample = SAMPLE["ReportSubmitted"]
    assert isinstance(sample, ReportSubmitted)
    return sample.model_copy(update={"period": period, "request": None})


@pytest.mark.clause("LC-13.2")
def test_a_report_is_open_until_the_day_is_over_then_overdue_then_settled_late(town: Town, views_of: ViewsOf) -> None:
    town.tell("vnpt", of.shared(), "dic")
    (before,) = owed(views_of("vnpt"), "vnpt", ObligationKind.SUBMIT_REPORT, DUE)
    assert (before.standing, before.due, before.clause, before.creditor) == (Standing.OPEN, DUE, "LC-13.2", "dic")
    assert before.due_soon(DUE)
    (after,) = owed(views_of("vnpt"), "vnpt", ObligationKind.SUBMIT_REPORT)
    assert after.overdue
    town.now = AFTER
    sent = town.tell("vnpt", report(), "dic")
    (late,) = owed(views_of("vnpt"), "vnpt", ObligationKind.SUBMIT_REPORT, AFTER + timedelta(hours=1))
    assert (late.standing, late.settled_by, late.settled_how) == (Standing.SETTLED_LATE, sent.envelope.id, "submitted")
    (then,) = owed(views_of("vnpt"), "vnpt", ObligationKind.SUBMIT_REPORT)  # as of before it was sent
    assert (then.standing, then.settled_by) == (Standing.OVERDUE, None)


@pytest.mark.clause("LC-13.2")
def test_the_focal_point_sees_all_who_owe_it_and_others_only_their_own(town: Town, views_of: ViewsOf) -> None:
    town.tell("vnpt", report(), "dic")
    town.tell("police", of.shared(), "dic", "vnpt")
    at_dic = {o.debtor: o.standing for o in owed(views_of("dic"), "dic", ObligationKind.SUBMIT_REPORT)}
    late = Standing.OVERDUE
    assert at_dic == {"vnpt": Standing.SETTLED, "viettel": late, "police": late, "customs": late}
    assert [o.debtor for o in owed(views_of("police"), "police", ObligationKind.SUBMIT_REPORT)] == ["police"]
    assert owed(views_of("ppc"), "ppc", ObligationKind.SUBMIT_REPORT) == []


@pytest.mark.parametrize("flaw", ["another period", "not to the focal point", "refused", "recalled", "by another"])
def test_what_does_not_settle_a_report(town: Town, views_of: ViewsOf, flaw: str) -> None:
    content = report(quarter(2026, 4) if flaw == "another period" else PERIOD)
    sender = "viettel" if flaw == "by another" else "vnpt"
    event = town.send(sender, content, "police" if flaw == "not to the focal point" else "dic")
    town.arrive(event, refusal=REFUSAL if flaw == "refused" else None)
    if flaw == "refused":
        town.arrive(town.receipt("dic", "vnpt"), "vnpt")
    if flaw == "recalled":
        town.tell("vnpt", EventRecalled(
            subject="Thu hồi", event=event.envelope.id, ground=CorrectionGround.FACTS_DIFFER, explanation="Sai số.",
        ), "dic")  # fmt: skip
    for side in ("vnpt", "dic"):
        found = [o for o in owed(views_of(side), side, ObligationKind.SUBMIT_REPORT) if o.debtor == "vnpt"]
        assert [o.standing for o in found] == [Standing.OVERDUE]


@pytest.mark.clause("LC-13.1")
def test_the_briefing_is_settled_by_a_call_of_its_kind_and_period_whoever_is_invited(
    town: Town, views_of: ViewsOf
) -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    sample = SAMPLE["MeetingCalled"]
    assert isinstance(sample, MeetingCalled)
    for kind, period in (
        (MeetingKind.CASE, PERIOD),
        (MeetingKind.BRIEFING, half_year(2026, 1)),
        (MeetingKind.BRIEFING, None),
    ):
        town.tell("dic", sample.model_copy(update={"kind": kind, "period": period}), "police")
    assert [o.overdue for o in owed(views_of("dic"), "dic", ObligationKind.HOLD_BRIEFING, end)] == [True]
    town.tell("dic", sample.model_copy(update={"kind": MeetingKind.BRIEFING, "period": PERIOD}), "police", "vnpt")
    (held,) = owed(views_of("dic"), "dic", ObligationKind.HOLD_BRIEFING, end)
    assert (held.settled_how, held.standing) == ("called", Standing.SETTLED)
    assert owed(views_of("ppc"), "ppc", ObligationKind.HOLD_BRIEFING, end) == []  # it need not be told


@pytest.mark.clause("LC-13.1")
def test_the_consolidated_report_is_owed_to_the_ppc_and_shown_there(town: Town, views_of: ViewsOf) -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    sample = SAMPLE["ReportConsolidated"]
    assert isinstance(sample, ReportConsolidated)
    assert [o.overdue for o in owed(views_of("ppc"), "ppc", ObligationKind.CONSOLIDATE_REPORT, end)] == [True]
    town.tell("dic", sample.model_copy(update={"period": PERIOD}), "ppc")
    for side in ("dic", "ppc"):
        found = owed(views_of(side), side, ObligationKind.CONSOLIDATE_REPORT, end)
        assert [(o.debtor, o.creditor, o.standing) for o in found] == [("dic", "ppc", Standing.SETTLED)]


@pytest.mark.clause("LC-5.3")
def test_a_focal_point_is_owed_without_a_time_until_it_is_named(town: Town, views_of: ViewsOf) -> None:
    def open_ones(side: str) -> list[str]:
        found = owed(views_of(side), side, ObligationKind.DESIGNATE_FOCAL_POINT)
        assert {o.due for o in found} == {None}
        return [o.debtor for o in found if o.settled_at is None]

    assert open_ones("dic") == ["customs", "dic", "police"]
    named: Content = SAMPLE["FocalPointDesignated"]
    town.tell("police", named, "vnpt", "dic")
    town.tell("dic", named, "police")  # of its own: to whomever
    assert open_ones("dic") == ["customs"]
    assert open_ones("police") == []


def test_reports_received_are_each_senders_newest_on_exactly_that_period(town: Town, views_of: ViewsOf) -> None:
    town.tell("vnpt", report(), "dic")
    newest = town.tell("vnpt", report(), "dic")
    town.tell("viettel", report(quarter(2026, 3)), "dic")
    of_police = town.tell("police", report(), "dic")
    town.arrive(town.send("customs", report(), "dic"), refusal=REFUSAL)
    found = views_of("dic").reports_received(PERIOD)
    assert [(r.sender, r.event_id) for r in found] == [
        ("police", of_police.envelope.id),
        ("vnpt", newest.envelope.id),
    ]
    assert views_of("vnpt").reports_received(PERIOD) == ()


def test_duties_are_filtered_like_any_obligation(town: Town, views_of: ViewsOf) -> None:
    town.tell("vnpt", report(), "dic")
    views = views_of("dic")
    unsettled = views.obligations(now=AFTER, wanted=ObligationFilter(debtor="vnpt"), calendar=duties(), me="dic")
    assert ObligationKind.SUBMIT_REPORT not in {o.kind for o in unsettled}
    wanted = ObligationFilter(debtor="vnpt", settled=True)
    everything = views.obligations(now=AFTER, wanted=wanted, calendar=duties(), me="dic")
    assert {o.debtor for o in everything} == {"vnpt"}
    assert ObligationKind.SUBMIT_REPORT in {o.kind for o in everything}
    assert {str(d.due_day) for d in duties() if d.duty.kind == "submit_report"} == {str(date(2026, 12, 20))}
