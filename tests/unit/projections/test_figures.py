"""What a report counts: by hand for a small province, and that the reports of all can be added up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from events.signed_event import SignedEvent
from events.types.case import CaseClosed, CaseOutcome, LeadTransferred
from events.types.correction import CorrectionGround, EventCorrected, EventRecalled, MemberCorrection
from events.types.figures import CaseStanding, ReportFigures
from events.types.information import InfoWithheld, ReplyForm, WithholdingGround
from events.types.suspension import ImpossibleReason, SuspensionImpossible
from events.types.suspicion import DismissalReason, SuspicionDismissed
from events.types.violation import ViolationDecided
from events.values.matter import Category
from projections.views import Views
from tests.contract.samples import SAMPLES
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, START, Town

SAMPLE = {type(content).__name__: content for content in SAMPLES}
THEFT = Category.CHARGE_THEFT
ALWAYS = START + timedelta(days=365)


def figures(views: Views, me: str, until: datetime = ALWAYS, since: datetime = START) -> ReportFigures:
    return views.report_figures(me, since=since, until=until)


def closing(outcome: CaseOutcome) -> CaseClosed:
    return CaseClosed(subject="Kết thúc", outcome=outcome, summary="Đã xử lý.")


@pytest.mark.clause("LC-13.2")
def test_cases_count_for_who_leads_them_by_category_and_outcome(town: Town, views_of: ViewsOf) -> None:
    for outcome in (
        CaseOutcome.ADMINISTRATIVE_SANCTION,
        CaseOutcome.ADMINISTRATIVE_SANCTION,
        None,
        CaseOutcome.UNSOLVED,
    ):
        case = town.new_id()
        town.tell("police", of.opening("dic", "vnpt"), "dic", "vnpt", case=case)
        if outcome is not None:
            town.tell("police", closing(outcome), "dic", "vnpt", case=case)
    counted = {(c.category, c.standing, c.outcome): c.cases for c in figures(views_of("police"), "police").cases}
    assert counted == {
        (THEFT, CaseStanding.CLOSED, CaseOutcome.ADMINISTRATIVE_SANCTION): 2,
        (THEFT, CaseStanding.CLOSED, CaseOutcome.UNSOLVED): 1,
        (THEFT, CaseStanding.OPEN, None): 1,
    }
    assert figures(views_of("dic"), "dic").cases == ()
    assert figures(views_of("vnpt"), "vnpt").cases == ()


def test_a_case_counts_as_it_stood_when_the_counting_ended(town: Town, views_of: ViewsOf) -> None:
    case = town.new_id()
    town.tell("dic", of.opening("police"), "police", case=case)
    opened = town.tick()
    town.tell("dic", LeadTransferred(subject="Chuyển", to="police", reason="Dấu hiệu tội phạm"), "police", case=case)
    passed = town.tick()
    town.tell("police", closing(CaseOutcome.CRIMINAL_PROCEEDINGS), "dic", case=case)
    closed = town.tick()

    def standing(me: str, until: datetime, since: datetime = START) -> list[CaseStanding]:
        return [count.standing for count in figures(views_of(me), me, until, since).cases]

    assert (standing("dic", opened), standing("police", opened)) == ([CaseStanding.OPEN], [])
    assert (standing("dic", passed), standing("police", passed)) == ([], [CaseStanding.OPEN])
    assert standing("police", closed) == [CaseStanding.CLOSED]
    assert standing("police", ALWAYS, since=closed) == []  # it was closed, and counted, before


@pytest.mark.clause("LC-6.1")
def test_suspicions_received_passed_on_taken_up_and_dismissed(town: Town, views_of: ViewsOf) -> None:
    first, second, third = (town.tell("vnpt", of.suspicion(), "dic", "police") for _ in range(3))
    town.tell("dic", of.referral(first), "police")
    town.tell("dic", SuspicionDismissed(
        subject="Không thụ lý", suspicion=second.envelope.id, explanation="Không có căn cứ.",
        reason=DismissalReason.NO_SIGN_OF_VIOLATION,
    ), "vnpt")  # fmt: skip
    town.tell("police", of.opening("dic", suspicions=(first.envelope.id, third.envelope.id)), "dic")

    def counted(me: str) -> tuple[int, int, int, int]:
        (count,) = figures(views_of(me), me).suspicions
        assert count.category is THEFT
        return (count.received, count.passed_on, count.taken_up, count.dismissed)

    assert counted("vnpt") == (0, 3, 0, 0)
    assert counted("dic") == (3, 1, 0, 1)
    assert counted("police") == (3, 0, 2, 0)  # the referral is of one that it holds already


@pytest.mark.clause("LC-5.2")
def test_answers_in_time_late_withheld_and_overdue_with_the_median_from_arrival(town: Town, views_of: ViewsOf) -> None:
    minutes = (10, 40, 20)
    for took in minutes:
        due = town.now + timedelta(minutes=30)
        request = town.tell("police", of.question(), "vnpt", due=due)
        arrived = town.now
        town.now = arrived + timedelta(minutes=took) - timedelta(seconds=1)
        town.tell("vnpt", of.answer(request), "police")
    overdue = town.tell("police", of.question(), "vnpt", due=town.now + timedelta(minutes=5))
    town.tell("police", of.question(), "vnpt")  # no time was set
    found = figures(views_of("vnpt"), "vnpt", town.now + timedelta(hours=1)).requests
    assert (found.received, found.answered_in_time, found.answered_late, found.withheld, found.overdue) == (
        5,
        2,
        1,
        0,
        1,
    )
    assert found.median_minutes_to_answer == 20
    before = figures(views_of("vnpt"), "vnpt", overdue.envelope.time + timedelta(minutes=1)).requests
    assert before.overdue == 0
    assert figures(views_of("police"), "police").requests.received == 0


@pytest.mark.clause("LC-7.2b")
def test_what_was_withheld_counts_by_ground_and_is_no_answer(town: Town, views_of: ViewsOf) -> None:
    request = town.tell("dic", of.question(), "police")
    town.tell("police", InfoWithheld(
        subject="Không cung cấp", request=request.envelope.id, ground=WithholdingGround.UNDER_INVESTIGATION_SECRET,
        reason="Cần giữ bí mật.", reply_form=ReplyForm.WRITTEN,
    ), "dic")  # fmt: skip
    found = figures(views_of("police"), "police")
    assert [(count.ground, count.requests) for count in found.withheld] == [
        (WithholdingGround.UNDER_INVESTIGATION_SECRET, 1)
    ]
    assert (found.requests.withheld, found.requests.answered_in_time, found.requests.median_minutes_to_answer) == (
        1,
        0,
        None,
    )


@pytest.mark.clause("LC-10.3")
def test_suspensions_count_where_they_were_done_and_end_by_lifting_or_by_their_own_end(
    town: Town, views_of: ViewsOf
) -> None:
    ends = town.now + timedelta(days=10)
    kept, lifted, expiring = (town.tell("police", of.order(e), "vnpt", "dic") for e in (None, None, ends))
    for order in (kept, lifted, expiring):
        town.tell("vnpt", of.execution(order, town.now), "police")
    town.tell("vnpt", of.execution(None, town.now), "dic", "police")
    town.tell("police", of.lifting(lifted, town.now), "vnpt", "dic")
    refused = town.tell("police", of.order(None), "vnpt")
    town.tell("vnpt", SuspensionImpossible(
        subject="Không thực hiện được", order=refused.envelope.id, reason=ImpossibleReason.UNKNOWN_SUBSCRIBER,
        explanation="Không có thuê bao.",
    ), "police")  # fmt: skip
    police, vnpt = figures(views_of("police"), "police"), figures(views_of("vnpt"), "vnpt", town.now)
    done = vnpt.suspensions
    assert (police.suspensions.ordered, police.suspensions.executed, police.suspensions.lifted) == (4, 0, 1)
    assert (done.ordered, done.executed, done.impossible, done.lifted, done.in_force) == (0, 4, 1, 0, 3)
    after_its_end = figures(views_of("vnpt"), "vnpt", ends + timedelta(seconds=1))
    assert after_its_end.suspensions.in_force == 2
    assert police.suspensions.in_force == 0


@pytest.mark.clause("LC-6.3")
def test_decisions_fines_and_dossiers(town: Town, views_of: ViewsOf) -> None:
    decision = SAMPLE["ViolationDecided"]
    assert isinstance(decision, ViolationDecided)
    fines = sum(sanction.amount_dong or 0 for who in decision.violators for sanction in who.sanctions)
    assert fines > 0
    for _ in range(2):
        town.tell("dic", decision, "police")
    town.tell("dic", SAMPLE["DossierTransferred"], "police")
    found = figures(views_of("dic"), "dic").sanctions
    assert (found.decisions, found.fines_dong, found.dossiers_transferred) == (2, 2 * fines, 1)
    assert figures(views_of("police"), "police").sanctions.decisions == 0


def test_only_what_was_signed_within_the_time_counts_and_each_thing_once_over_successive_times(
    town: Town, views_of: ViewsOf
) -> None:
    edges = [START]
    for _ in range(3):
        town.tell("vnpt", of.suspicion(), "dic")
        edges.append(town.now)
    last = town.tell("vnpt", of.suspicion(), "dic").envelope.time
    edges.append(last)  # signed exactly at the edge: it belongs to the next time
    edges.append(ALWAYS)
    per_time = [
        sum(count.received for count in figures(views_of("dic"), "dic", until, since).suspicions)
        for since, until in pairwise(edges)
    ]
    assert per_time == [1, 1, 1, 0, 1]


def test_what_was_refused_or_recalled_does_not_count(town: Town, views_of: ViewsOf) -> None:
    refused = town.send("vnpt", of.suspicion(), "dic")
    town.arrive(refused, refusal=REFUSAL)
    recalled = town.tell("vnpt", of.suspicion(), "dic")
    before = town.tick()
    town.tell("vnpt", EventRecalled(
        subject="Thu hồi", event=recalled.envelope.id, ground=CorrectionGround.FACTS_DIFFER, explanation="Nhầm.",
    ), "dic")  # fmt: skip
    assert figures(views_of("dic"), "dic").suspicions == ()
    (then,) = figures(views_of("dic"), "dic", before).suspicions
    assert then.received == 1


def recall(of_event: SignedEvent) -> EventRecalled:
    return EventRecalled(
        subject="Thu hồi", event=of_event.envelope.id, ground=CorrectionGround.FACTS_DIFFER, explanation="Nhầm."
    )


def test_a_recalled_dismissal_and_a_recalled_request_do_not_count(town: Town, views_of: ViewsOf) -> None:
    report = town.tell("vnpt", of.suspicion(), "dic")
    dismissal = town.tell("dic", SuspicionDismissed(
        subject="Không thụ lý", suspicion=report.envelope.id, explanation="Không có căn cứ.",
        reason=DismissalReason.NO_SIGN_OF_VIOLATION,
    ), "vnpt")  # fmt: skip
    town.tell("dic", recall(dismissal), "vnpt")
    request = town.tell("dic", of.question(), "vnpt")
    town.tell("vnpt", of.answer(request), "dic")
    town.tell("dic", recall(request), "vnpt")
    assert [count.dismissed for count in figures(views_of("dic"), "dic").suspicions] == [0]
    asked = figures(views_of("vnpt"), "vnpt").requests
    assert (asked.received, asked.answered_in_time) == (0, 1)  # the answer was given all the same


def test_one_suspicion_referred_by_two_counts_once(town: Town, views_of: ViewsOf) -> None:
    report = town.tell("vnpt", of.suspicion(), "dic", "customs")
    first = town.tell("dic", of.referral(report), "police")
    between = town.tick()
    town.tell("customs", of.referral(report), "police")
    (count,) = figures(views_of("police"), "police").suspicions
    assert count.received == 1
    assert figures(views_of("police"), "police", since=between).suspicions == ()
    town.tell("dic", recall(first), "police")
    (count,) = figures(views_of("police"), "police", since=between).suspicions
    assert count.received == 1  # the other referral stands


def test_what_was_refused_and_sent_again_counts_once(town: Town, views_of: ViewsOf) -> None:
    for recipients in (("dic",), ("dic", "police")):
        refused = town.send("vnpt", of.suspicion(), *recipients)
        town.arrive(refused, "dic", refusal=REFUSAL)
        town.arrive(town.refusal_message("dic", refused))
        for other in recipients[1:]:
            town.arrive(refused, other)
        town.tell("vnpt", of.suspicion(), "dic", cause=refused.envelope.id)
    alone = town.send("vnpt", of.suspicion(), "dic")
    town.arrive(alone, refusal=REFUSAL)
    town.arrive(town.refusal_message("dic", alone))
    (count,) = figures(views_of("vnpt"), "vnpt").suspicions
    assert count.passed_on == 2


def test_a_recalled_execution_is_not_in_force_and_a_recalled_lifting_ends_nothing(
    town: Town, views_of: ViewsOf
) -> None:
    recalled, lifted = (town.tell("police", of.order(None), "vnpt") for _ in range(2))
    execution = town.tell("vnpt", of.execution(recalled, town.now), "police")
    town.tell("vnpt", of.execution(lifted, town.now), "police")
    lifting = town.tell("police", of.lifting(lifted, town.now), "vnpt")

    def in_force() -> int:
        return figures(views_of("vnpt"), "vnpt").suspensions.in_force

    assert in_force() == 1
    town.tell("vnpt", recall(execution), "police")
    assert in_force() == 0
    town.tell("police", recall(lifting), "vnpt")
    assert in_force() == 1


def correction(of_event: SignedEvent, member: str, now: str | None, was: str | None = None) -> EventCorrected:
    return EventCorrected(
        subject="Đính chính", event=of_event.envelope.id, ground=CorrectionGround.CLERICAL_ERROR,
        explanation="Sai sót.", corrections=(MemberCorrection(member=member, was=was, now=now),),
    )  # fmt: skip


def test_what_was_corrected_counts_as_corrected_until_the_correction_is_recalled(town: Town, views_of: ViewsOf) -> None:
    decision = town.tell("dic", SAMPLE["ViolationDecided"], "police")
    before = figures(views_of("dic"), "dic").sanctions.fines_dong
    fine = "/violators/0/sanctions/0/amount_dong"
    town.tell("dic", correction(decision, fine, "2500000", was="25000000"), "police")
    again = town.tell("dic", correction(decision, fine, "3000000", was="2500000"), "police")
    assert figures(views_of("dic"), "dic").sanctions.fines_dong == before - 22_000_000
    assert figures(views_of("dic"), "dic", again.envelope.time).sanctions.decisions == 1
    town.tell("dic", recall(again), "police")
    assert figures(views_of("dic"), "dic").sanctions.fines_dong == before - 22_500_000

    report = town.tell("vnpt", of.suspicion(), "dic")
    town.tell("vnpt", correction(report, "/category", '"contraband_by_post"', was='"charge_theft"'), "dic")
    for me in ("vnpt", "dic"):
        assert [count.category for count in figures(views_of(me), me).suspicions] == [Category.CONTRABAND_BY_POST]


def test_a_corrected_outcome_and_a_corrected_end_count(town: Town, views_of: ViewsOf) -> None:
    case = town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case)
    closed = town.tell("police", closing(CaseOutcome.UNSOLVED), "dic", case=case)
    town.tell("police", correction(closed, "/outcome", '"no_violation"', was='"unsolved"'), "dic", case=case)
    assert [count.outcome for count in figures(views_of("police"), "police").cases] == [CaseOutcome.NO_VIOLATION]

    order = town.tell("police", of.order(town.now + timedelta(hours=1)), "vnpt")
    town.tell("vnpt", of.execution(order, town.now), "police")
    assert figures(views_of("vnpt"), "vnpt").suspensions.in_force == 0
    for member, now, in_force in (
        ("/ends", '{"condition":"Khi có kết luận."}', 1),
        ("/ends/at", '"2026-11-21T05:00:00.000Z"', 0),
        ("/ends/at", '"no instant"', 1),
        ("/category", '"no category"', 1),
    ):
        town.tell("police", correction(order, member, now), "vnpt")
        assert figures(views_of("vnpt"), "vnpt").suspensions.in_force == in_force, (member, now)


def test_of_a_case_that_two_opened_and_closed_its_lead_counts_it_with_its_own_outcome(
    town: Town, views_of: ViewsOf
) -> None:
    case = town.new_id()
    for agency, other in (("police", "customs"), ("customs", "police")):
        town.tell(agency, of.opening("dic", other), "dic", other, case=case)
    town.tell("police", closing(CaseOutcome.UNSOLVED), "dic", "customs", case=case)
    town.tell("customs", closing(CaseOutcome.NO_VIOLATION), "dic", "police", case=case)
    counted = {me: [(c.standing, c.outcome) for c in figures(views_of(me), me).cases] for me in ("police", "customs")}
    assert counted == {"police": [(CaseStanding.CLOSED, CaseOutcome.UNSOLVED)], "customs": []}
