from __future__ import annotations

from datetime import timedelta

import pytest

from events.types.coordination import CoordinationDeclined, DeclineGround
from projections.obligations import RECEIPT_EXPECTED_WITHIN, Obligation, ObligationFilter, ObligationKind, Standing
from projections.views import Views
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, START, Town

DAY = timedelta(days=1)


def owed(views: Views, kind: ObligationKind, at: object = None, *, settled: bool = True) -> list[Obligation]:
    now = at if at is not None else START + DAY
    return list(views.obligations(now=now, wanted=ObligationFilter(kind=kind, settled=settled)))  # type: ignore[arg-type]


@pytest.mark.clause("LC-3.3")
def test_a_request_is_owed_by_each_recipient_and_followed_by_who_asked_and_who_is_asked(
    town: Town, views_of: ViewsOf
) -> None:
    due = START + timedelta(hours=1)
    request = town.tell("police", of.question(), "viettel", "vnpt", due=due)
    answer = town.tell("vnpt", of.answer(request), "police")
    for side, followed in (("police", {"viettel", "vnpt"}), ("viettel", {"viettel"}), ("vnpt", {"vnpt"})):
        found = {o.debtor: o for o in owed(views_of(side), ObligationKind.ANSWER)}
        # vnpt's answer goes to police alone: at viettel it would stand open for ever.
        assert set(found) == followed
        if "viettel" in found:
            assert (found["viettel"].standing, found["viettel"].creditor) == (Standing.OVERDUE, "police")
        if "vnpt" in found:
            assert found["vnpt"].standing is Standing.SETTLED
            assert (found["vnpt"].settled_by, found["vnpt"].settled_how) == (answer.envelope.id, "provided")


@pytest.mark.clause("LC-3.3")
def test_overdue_begins_after_the_instant_and_only_at_the_moment_asked_about(town: Town, views_of: ViewsOf) -> None:
    due = START + timedelta(hours=1)
    request = town.tell("police", of.question(), "vnpt", due=due)
    town.tick(7200)
    town.tell("vnpt", of.answer(request), "police")
    views = views_of("vnpt")
    instant = timedelta(milliseconds=1)
    assert [o.standing for o in owed(views, ObligationKind.ANSWER, due)] == [Standing.OPEN]
    assert [o.overdue for o in owed(views, ObligationKind.ANSWER, due + instant)] == [True]
    assert [o.standing for o in owed(views, ObligationKind.ANSWER, START + DAY)] == [Standing.SETTLED_LATE]
    assert owed(views, ObligationKind.ANSWER, START + DAY, settled=False) == []
    assert owed(views, ObligationKind.ANSWER, request.envelope.time - instant) == []


@pytest.mark.clause("LC-5.1")
def test_coordination_is_owed_an_answer_and_a_decline_is_one(town: Town, views_of: ViewsOf) -> None:
    request = town.tell("dic", of.coordination(), "customs")
    assert [o.standing for o in owed(views_of("dic"), ObligationKind.REPLY)] == [Standing.OPEN]
    decline = CoordinationDeclined(
        subject="Từ chối",
        request=request.envelope.id,
        ground=DeclineGround.OUTSIDE_FUNCTION_AND_POWERS,
        explanation="Không thuộc thẩm quyền.",
    )
    town.tell("customs", decline, "dic")
    assert [o.settled_how for o in owed(views_of("dic"), ObligationKind.REPLY)] == ["declined"]


@pytest.mark.clause("LC-6.1")
def test_the_focal_point_alone_owes_the_routing_of_a_suspicion(town: Town, views_of: ViewsOf) -> None:
    report = town.tell("vnpt", of.suspicion(), "dic", "police")
    assert [o.debtor for o in owed(views_of("dic"), ObligationKind.ROUTE, settled=False)] == ["dic"]
    town.tell("dic", of.referral(report), "police")
    assert [(o.debtor, o.settled_how) for o in owed(views_of("dic"), ObligationKind.ROUTE)] == [("dic", "referred")]
    assert owed(views_of("police"), ObligationKind.ROUTE) == []


@pytest.mark.clause("LC-6.1")
def test_an_opening_by_another_agency_settles_the_routing(town: Town, views_of: ViewsOf) -> None:
    report = town.tell("vnpt", of.suspicion(), "dic", "police")
    town.tell("police", of.opening("dic", suspicions=(report.envelope.id,)), "dic")
    assert [o.settled_how for o in owed(views_of("dic"), ObligationKind.ROUTE)] == ["opened"]


@pytest.mark.clause("LC-10.3")
def test_an_order_is_owed_by_the_enterprise_and_its_end_by_who_ordered(town: Town, views_of: ViewsOf) -> None:
    ends = START + timedelta(days=3)
    event = town.tell("police", of.order(ends), "dic", "vnpt")
    assert [o.debtor for o in owed(views_of("police"), ObligationKind.EXECUTE)] == ["vnpt"]
    town.tell("vnpt", of.execution(event, town.now), "police", "dic")
    views = views_of("police")
    assert [o.settled_how for o in owed(views, ObligationKind.EXECUTE)] == ["executed"]
    (end,) = owed(views, ObligationKind.END_SUSPENSION, ends + DAY)
    assert (end.debtor, end.creditor, end.due, end.overdue) == ("police", "vnpt", ends, True)
    town.tell("police", of.lifting(event, town.now), "dic", "vnpt")
    assert [o.settled_how for o in owed(views_of("vnpt"), ObligationKind.END_SUSPENSION)] == ["lifted"]


@pytest.mark.clause("DL-10.4b")
def test_who_stops_a_service_by_itself_owes_its_end(town: Town, views_of: ViewsOf) -> None:
    stop = town.tell("vnpt", of.execution(None, START), "dic", "police")
    owing = owed(views_of("vnpt"), ObligationKind.END_SUSPENSION)
    assert [(o.debtor, o.creditor) for o in owing] == [("vnpt", "dic"), ("vnpt", "police")]
    town.tell("vnpt", of.lifting(stop, town.now), "dic", "police")
    assert {o.standing for o in owed(views_of("dic"), ObligationKind.END_SUSPENSION)} == {Standing.SETTLED}


def test_a_refused_event_is_to_be_corrected_and_asks_nothing_of_who_refused_it(town: Town, views_of: ViewsOf) -> None:
    event = town.send("customs", of.order(None), "vnpt")
    assert [o.standing for o in owed(views_of("customs"), ObligationKind.EXECUTE)] == [Standing.OPEN]
    town.arrive(event, refusal=REFUSAL)
    town.arrive(town.refusal_message("vnpt", event))
    for side in ("customs", "vnpt"):
        views = views_of(side)
        (correct,) = owed(views, ObligationKind.CORRECT)
        assert (correct.debtor, correct.creditor, correct.standing) == ("customs", "vnpt", Standing.OPEN)
        assert [o for o in owed(views, ObligationKind.EXECUTE) if o.standing is Standing.OPEN] == []
    town.tell("customs", of.shared(), "vnpt", cause=event.envelope.id)
    assert [o.standing for o in owed(views_of("customs"), ObligationKind.CORRECT)] == [Standing.OPEN]
    again = town.tell("customs", of.order(None), "vnpt", cause=event.envelope.id)
    for side in ("customs", "vnpt"):
        (correct,) = owed(views_of(side), ObligationKind.CORRECT)
        assert (correct.settled_by, correct.settled_how) == (again.envelope.id, "corrected")


def test_a_receipt_alone_tells_of_the_correction_owed(town: Town, views_of: ViewsOf) -> None:
    event = town.send("customs", of.order(None), "vnpt")
    town.arrive(event, refusal=REFUSAL)
    town.arrive(town.receipt("vnpt", "customs", entries=False))
    assert [o.debtor for o in owed(views_of("customs"), ObligationKind.CORRECT)] == ["customs"]


def test_an_answer_that_is_refused_settles_nothing_on_either_side(town: Town, views_of: ViewsOf) -> None:
    request = town.tell("police", of.question(), "vnpt", due=START + timedelta(hours=1))
    wrong = town.send("vnpt", of.answer(request), "police")
    assert [o.standing for o in owed(views_of("vnpt"), ObligationKind.ANSWER)] == [Standing.SETTLED]
    town.arrive(wrong, refusal=REFUSAL)
    town.arrive(town.refusal_message("police", wrong))
    assert [o.standing for o in owed(views_of("vnpt"), ObligationKind.ANSWER)] == [Standing.OVERDUE]
    assert [o.standing for o in owed(views_of("police"), ObligationKind.ANSWER)] == [Standing.OVERDUE]
    right = town.tell("vnpt", of.answer(request), "police")
    assert [o.settled_by for o in owed(views_of("vnpt"), ObligationKind.ANSWER)] == [right.envelope.id]
    assert [o.settled_by for o in owed(views_of("police"), ObligationKind.ANSWER)] == [right.envelope.id]


def test_an_answer_recorded_before_its_question_settles_it(town: Town, views_of: ViewsOf) -> None:
    request = town.send("police", of.question(), "vnpt", record=False)
    town.arrive(request)
    answer = town.tell("vnpt", of.answer(request), "police")
    assert owed(views_of("police"), ObligationKind.ANSWER) == []
    town.store_sent(request)
    assert [o.settled_by for o in owed(views_of("police"), ObligationKind.ANSWER)] == [answer.envelope.id]


def test_a_missing_receipt_is_owed_and_becomes_overdue(town: Town, views_of: ViewsOf) -> None:
    event = town.tell("police", of.shared(), "dic")
    late = event.envelope.time + RECEIPT_EXPECTED_WITHIN + timedelta(seconds=1)
    for side in ("police", "dic"):
        views = views_of(side)
        assert [(o.debtor, o.standing) for o in owed(views, ObligationKind.RECEIPT, town.now)] == [
            ("dic", Standing.OPEN)
        ]
        assert [o.standing for o in owed(views, ObligationKind.RECEIPT, late)] == [Standing.OVERDUE]
        assert owed(views, ObligationKind.RECEIPT, START) == []
    town.arrive(town.receipt("dic", "police"))
    assert owed(views_of("police"), ObligationKind.RECEIPT, late) == []
    assert owed(views_of("dic"), ObligationKind.RECEIPT, late) == []


def test_what_is_asked_for_narrows_and_what_has_no_time_comes_last(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    town.tell("dic", of.coordination(), "customs", case=case_id)
    town.tell("police", of.question(), "customs", due=START + DAY)
    views = views_of("customs")
    kinds = [o.kind for o in views.obligations(now=town.now)]
    assert kinds[-1] is ObligationKind.REPLY
    by_case = views.obligations(now=town.now, wanted=ObligationFilter(case_id=case_id))
    assert {o.case_id for o in by_case} == {case_id}
    to_police = views.obligations(now=town.now, wanted=ObligationFilter(creditor="police"))
    assert {o.creditor for o in to_police} == {"police"}
    assert views.obligations(now=town.now, wanted=ObligationFilter(debtor="dic")) == ()
    assert to_police[0].to_json()["overdue"] is False


@pytest.mark.clause("LC-10.3")
def test_an_order_binds_the_providers_it_names_or_else_every_enterprise_addressed(
    town: Town, views_of: ViewsOf
) -> None:
    town.tell("police", of.order(None), "dic", "vnpt", "viettel")  # names vnpt's service
    town.tell("police", of.order(None), "dic", "viettel")
    debtors = [(o.owed_since, o.debtor) for o in owed(views_of("police"), ObligationKind.EXECUTE)]
    assert [debtor for _, debtor in sorted(debtors)] == ["vnpt", "viettel"]


def test_a_refused_answer_that_stands_before_its_question_settles_nothing(town: Town, views_of: ViewsOf) -> None:
    request = town.send("police", of.question(), "vnpt", due=START + timedelta(hours=1))
    wrong = town.send("vnpt", of.answer(request), "police")
    town.arrive(town.refusal_message("police", wrong))
    town.arrive(request)
    assert [o.standing for o in owed(views_of("vnpt"), ObligationKind.ANSWER)] == [Standing.OVERDUE]
