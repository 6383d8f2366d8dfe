"""What the rest of the catalogue makes somebody owe: every asking type and answer, recalls, silence, emergencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.catalogue import EVENT_TYPES
from events.content import Content
from events.types.correction import CorrectionGround, EventCorrected, EventRecalled, MemberCorrection
from events.types.overdue import ReplyOverdue
from projections.obligations import DUE_SOON_WITHIN, SETTLED_HOW, Obligation, ObligationFilter, ObligationKind, Standing
from projections.obligations_table import EMERGENCY_CONFIRMED_WITHIN, MAKES, NEED_CONTENT, SETTLES
from projections.views import Views
from tests.contract.samples import SAMPLES
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, START, Town

SAMPLE = {type(content).__name__: content for content in SAMPLES}
LATER = timedelta(days=30)

ASKED_AND_ANSWERED = [
    ("ReportRequested", "ReportSubmitted", "request", "submit_report", "submitted"),
    ("LookupRequested", "LookupAnswered", "request", "answer_lookup", "provided"),
    ("ProvisionOrdered", "ProvisionExecuted", "order", "execute_provision", "executed"),
    ("ProvisionOrdered", "ProvisionImpossible", "order", "execute_provision", "impossible"),
    ("InspectionRequested", "InspectionTeamFormed", "request", "answer_inspection_request", "team_formed"),
    ("InspectionRequested", "InspectionReported", "request", "answer_inspection_request", "inspected"),
    ("EnforcementRequested", "EnforcementReported", "request", "report_enforcement", "reported"),
    ("ExpertAssessmentRequested", "ExpertAssessmentDelivered", "request", "deliver_assessment", "delivered"),
    ("ExpertAssessmentRequested", "ExpertAssessmentDeclined", "request", "deliver_assessment", "declined"),
    ("RecommendationIssued", "RecommendationAnswered", "recommendation", "answer_recommendation", "answered"),
    ("PublicityRequested", "PublicityReported", "request", "report_publicity", "reported"),
    ("SupportRequested", "SupportAnswered", "request", "answer_support", "answered"),
    ("EventRecalled", "RecallConfirmed", "recall", "confirm_recall", "confirmed"),
    ("EventCorrected", "CorrectionConfirmed", "correction", "confirm_correction", "confirmed"),
]


def like(event_type: str, **members: Any) -> Content:
    """The sample of a type with other members."""
    sample = SAMPLE[event_type]
    return type(sample).model_validate({**{n: getattr(sample, n) for n in type(sample).model_fields}, **members})


def owed(views: Views, kind: str, at: Any = None) -> list[Obligation]:
    wanted = ObligationFilter(kind=ObligationKind(kind), settled=True)
    return list(views.obligations(now=at or START + LATER, wanted=wanted))


@pytest.mark.parametrize(("asks", "answers", "member", "kind", "how"), ASKED_AND_ANSWERED)
def test_what_is_asked_is_owed_on_both_sides_until_it_is_answered(
    town: Town, views_of: ViewsOf, asks: str, answers: str, member: str, kind: str, how: str
) -> None:
    due = START + timedelta(hours=5)
    question = town.tell("customs", SAMPLE[asks], "dic", due=due)
    for side in ("customs", "dic"):
        (open_,) = owed(views_of(side), kind, question.envelope.time)
        assert (open_.debtor, open_.creditor, open_.due, open_.standing) == ("dic", "customs", due, Standing.OPEN)
    answer = town.tell("dic", like(answers, **{member: question.envelope.id}), "customs")
    for side in ("customs", "dic"):
        (settled,) = owed(views_of(side), kind)
        assert (settled.settled_by, settled.settled_how) == (answer.envelope.id, how)
    assert how in SETTLED_HOW


@pytest.mark.clause("LC-2.3")
def test_a_proposal_for_support_is_owed_by_the_ppc_alone_and_settled_by_its_request_or_direction(
    town: Town, views_of: ViewsOf
) -> None:
    for answer, how in (("SupportRequested", "passed_on"), ("DirectionIssued", "directed")):
        proposal = town.tell("police", SAMPLE["SupportProposed"], "dic", "ppc")
        member = "proposal" if answer == "SupportRequested" else "answers"
        town.tell("ppc", like(answer, **{member: proposal.envelope.id}), "police")
        found = [o for o in owed(views_of("police"), "answer_support") if o.event_id == proposal.envelope.id]
        assert [(o.debtor, o.settled_how) for o in found] == [("ppc", how)]


@pytest.mark.clause("LC-2.5")
def test_a_disagreement_is_the_superiors_to_settle_and_nobody_elses_who_is_told(town: Town, views_of: ViewsOf) -> None:
    escalated = town.tell("dic", SAMPLE["DisagreementEscalated"], "police", "ppc")
    for side in ("dic", "police", "ppc"):
        assert [one.debtor for one in owed(views_of(side), "settle_disagreement")] == (
            [] if side == "police" else ["ppc"]
        )
    town.tell("ppc", like("DirectionIssued", answers=escalated.envelope.id), "dic")
    assert [one.settled_how for one in owed(views_of("dic"), "settle_disagreement")] == ["directed"]


@pytest.mark.clause("LC-4.5")
def test_each_member_of_a_team_confirms_for_itself(town: Town, views_of: ViewsOf) -> None:
    team = like("InspectionTeamFormed", members=({"agency": "police"}, {"agency": "customs"}, {"agency": "dic"}))
    formed = town.tell("dic", team, "police", "customs", "vnpt")
    town.tell("police", like("InspectionMembershipConfirmed", team=formed.envelope.id), "dic")
    found = {o.debtor: o.settled_how for o in owed(views_of("dic"), "confirm_membership")}
    assert found == {"police": "confirmed", "customs": None}


@pytest.mark.clause("LC-2.4b")
def test_who_told_of_an_emergency_owes_its_writing_to_each_who_was_told(town: Town, views_of: ViewsOf) -> None:
    given_at = START - timedelta(minutes=10)
    notice = town.tell("vnpt", like("EmergencyNoticeGiven", given_at=given_at), "dic", "police")
    due = given_at + EMERGENCY_CONFIRMED_WITHIN
    for side in ("vnpt", "police"):
        found = owed(views_of(side), "confirm_emergency", due + timedelta(seconds=1))
        told = ("dic", "police") if side == "vnpt" else (side,)
        assert [(o.debtor, o.creditor, o.due, o.overdue) for o in found] == [("vnpt", who, due, True) for who in told]
    town.tell("vnpt", like("EmergencyNoticeConfirmed", notice=notice.envelope.id), "dic", "police")
    assert {o.settled_how for o in owed(views_of("police"), "confirm_emergency")} == {"confirmed"}


def test_a_recalled_request_asks_nothing_more(town: Town, views_of: ViewsOf) -> None:
    request = town.tell("police", of.question(), "vnpt", due=START + timedelta(hours=1))
    town.tell("police", recall(request.envelope.id), "vnpt")
    for side in ("police", "vnpt"):
        (found,) = owed(views_of(side), "answer_request")
        assert (found.settled_how, found.overdue) == ("recalled", False)
        (confirmation,) = owed(views_of(side), "confirm_recall", town.now)
        assert (confirmation.debtor, confirmation.standing) == ("vnpt", Standing.OPEN)
        assert confirmation.due is not None


def test_a_recalled_answer_leaves_the_request_open_again(town: Town, views_of: ViewsOf) -> None:
    request = town.tell("police", of.question(), "vnpt")
    answer = town.tell("vnpt", of.answer(request), "police")
    town.tell("vnpt", recall(answer.envelope.id), "police")
    assert [o.settled_how for o in owed(views_of("police"), "answer_request")] == [None]
    second = town.tell("vnpt", of.answer(request), "police")
    assert [o.settled_by for o in owed(views_of("police"), "answer_request")] == [second.envelope.id]


def test_an_answer_that_another_one_replaced_may_be_recalled_or_refused_and_the_request_stays_answered(
    town: Town, views_of: ViewsOf
) -> None:
    request = town.tell("police", of.question(), "vnpt", due=START + timedelta(hours=1))
    first, second, third = (town.tell("vnpt", of.answer(request), "police") for _ in range(3))
    town.tell("vnpt", recall(first.envelope.id), "police")
    for side in ("police", "vnpt"):
        (found,) = owed(views_of(side), "answer_request")
        assert (found.settled_by, found.settled_at) == (second.envelope.id, second.envelope.time)
    town.tell("vnpt", recall(second.envelope.id), "police")
    town.tell("police", recall(request.envelope.id), "vnpt")
    town.tell("vnpt", recall(third.envelope.id), "police")
    for side in ("police", "vnpt"):
        (found,) = owed(views_of(side), "answer_request")
        assert (found.settled_how, found.standing) == ("recalled", Standing.SETTLED)


def test_nobody_recalls_for_another(town: Town, views_of: ViewsOf) -> None:
    """A recall by another agency would be refused; a fold that met one all the same must not take it."""
    town.tell("police", of.question(), "vnpt", "viettel")
    request = town.tell("police", of.question(), "vnpt", "viettel")
    town.tell("viettel", recall(request.envelope.id), "vnpt", "police")
    assert {o.settled_how for o in owed(views_of("vnpt"), "answer_request")} == {None}


@pytest.mark.parametrize("how", ["corrected", "recalled"])
def test_a_refused_event_is_made_good_by_a_correction_or_a_recall_that_reaches_its_refuser(
    town: Town, views_of: ViewsOf, how: str
) -> None:
    event = town.send("vnpt", of.shared(), "police", "dic")
    town.arrive(event, "police", refusal=REFUSAL)
    town.arrive(event, "dic")
    amends: Content = recall(event.envelope.id)
    if how == "corrected":
        change = MemberCorrection(member="/title", was='"Thủ đoạn"', now='"Thủ đoạn mới"')
        amends = EventCorrected(
            subject="Đính chính", event=event.envelope.id, ground=CorrectionGround.REFUSED, explanation="Sai tiêu đề.",
            corrections=(change,),
        )  # fmt: skip
    town.tell("vnpt", amends, "dic")
    assert [o.settled_how for o in owed(views_of("police"), "correct_refused")] == [None]
    town.tell("vnpt", amends, "police")
    assert [o.settled_how for o in owed(views_of("police"), "correct_refused")] == [how]


@pytest.mark.clause("LC-5.2")
def test_a_stated_silence_stands_beside_the_obligation_and_a_late_answer_still_settles_it(
    town: Town, views_of: ViewsOf
) -> None:
    due = START + timedelta(minutes=1)
    request = town.tell("police", of.question(), "vnpt", "viettel", due=due)
    town.tick(120)
    silence = ReplyOverdue(subject="Quá hạn", request=request.envelope.id, due=due, unanswered_by=("vnpt",))
    stated = town.tell("police", silence, "vnpt")
    town.tell("vnpt", of.answer(request), "police")
    found = {o.debtor: o for o in owed(views_of("police"), "answer_request")}
    assert found["vnpt"].standing is Standing.SETTLED_LATE
    assert found["vnpt"].overdue_stated_by == stated.envelope.id
    assert found["viettel"].overdue_stated_by is None
    assert found["vnpt"].to_json()["overdue_stated_by"] == stated.envelope.id


def test_only_the_creditor_states_silence(town: Town, views_of: ViewsOf) -> None:
    request = town.tell("police", of.question(), "vnpt", due=START)
    silence = ReplyOverdue(subject="Quá hạn", request=request.envelope.id, due=START, unanswered_by=("vnpt",))
    town.tell("viettel", silence, "vnpt")
    assert [o.overdue_stated_by for o in owed(views_of("vnpt"), "answer_request")] == [None]


@pytest.mark.clause("LC-2.6")
def test_a_suspensions_end_shows_before_it_comes(town: Town, views_of: ViewsOf) -> None:
    ends = START + timedelta(days=10)
    town.tell("police", of.order(ends), "vnpt")
    views = views_of("police")
    instant = timedelta(milliseconds=1)
    for at, soon in (
        (ends - DUE_SOON_WITHIN - instant, False),
        (ends - DUE_SOON_WITHIN, True),
        (ends, True),
        (ends + instant, False),  # it is overdue now
    ):
        (end,) = owed(views, "end_suspension", at)
        assert end.due_soon(at) is soon


def test_the_table_speaks_of_types_that_exist_and_its_settlements_have_names() -> None:
    assert set(MAKES) | set(SETTLES) | NEED_CONTENT <= set(EVENT_TYPES)
    assert len(ASKED_AND_ANSWERED) > 10


def recall(event_id: str) -> EventRecalled:
    return EventRecalled(
        subject="Thu hồi", event=event_id, ground=CorrectionGround.WRONG_RECIPIENT, explanation="Gửi nhầm."
    )
