"""What is open outside cases passes to the successor with the next document that says who stands in whose place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent
from events.types.correction import CorrectionGround, EventRecalled
from projections.obligations import Obligation, ObligationFilter, ObligationKind, Standing
from projections.views import Views
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import Town, answer, question, shared, suspicion

HEIRS = (("dic", "customs"),)
DAY = timedelta(days=1)


def succeeded(town: Town, agency: str) -> None:
    """The last entry was recorded when customs stood in DIC's place."""
    last = town.records[agency][-1]
    assert isinstance(last, RecordEntry)
    town.records[agency][-1] = replace(last, heirs=HEIRS)


def inherited(town: Town, agency: str, *events: SignedEvent) -> None:
    """The agency finds these in the record that it takes over."""
    record = town.records[agency]
    for event in events:
        kind = EntryKind.INHERITED
        record.append(RecordEntry(len(record) + 1, kind, town.tick(), event, 1, stored_at=town.now, heirs=HEIRS))


def recall(event: SignedEvent) -> EventRecalled:
    return EventRecalled(
        subject="Thu hồi", event=event.envelope.id, ground=CorrectionGround.FACTS_DIFFER, explanation="Nhầm."
    )


def answers_owed(town: Town, views: Views) -> tuple[Obligation, ...]:
    wanted = ObligationFilter(kind=ObligationKind.ANSWER, settled=True)
    return views.obligations(now=town.now, wanted=wanted)


def test_debts_and_claims_outside_cases_pass_with_the_next_entry(town: Town, views_of: ViewsOf) -> None:
    debt = town.tell("police", question(), "dic")
    claim = town.tell("dic", question(), "police")
    town.tell("customs", shared(), "police")
    before = {o.event_id: (o.debtor, o.creditor) for o in answers_owed(town, views_of("police"))}
    assert before == {debt.envelope.id: ("dic", "police"), claim.envelope.id: ("police", "dic")}
    town.tell("customs", shared(), "police")
    succeeded(town, "police")
    after = {o.event_id: (o.debtor, o.creditor) for o in answers_owed(town, views_of("police"))}
    assert after == {debt.envelope.id: ("customs", "police"), claim.envelope.id: ("police", "customs")}


def test_what_was_settled_and_what_is_open_in_another_case_keep_their_names(town: Town, views_of: ViewsOf) -> None:
    settled = town.tell("police", question(), "dic")
    town.tell("dic", answer(settled), "police")
    case, other = town.new_id(), town.new_id()
    elsewhere = town.tell("police", question(), "dic", case=other)
    town.tell("customs", shared(), "police", case=case)
    succeeded(town, "police")
    assert {o.event_id: o.debtor for o in answers_owed(town, views_of("police"))} == {
        settled.envelope.id: "dic",
        elsewhere.envelope.id: "dic",
    }


def test_the_successors_answer_and_a_late_one_of_the_old_agency_both_settle(town: Town, views_of: ViewsOf) -> None:
    by_heir, by_old = town.tell("police", question(), "dic"), town.tell("police", question(), "dic")
    town.tell("customs", answer(by_heir), "police")
    succeeded(town, "police")
    town.tell("dic", answer(by_old), "police")
    succeeded(town, "police")
    owed = answers_owed(town, views_of("police"))
    assert [(o.debtor, o.settled_how) for o in owed] == [("customs", "provided")] * 2


def test_nobody_owes_itself_what_its_predecessor_owed_it_or_was_owed(town: Town, views_of: ViewsOf) -> None:
    debt = town.tell("dic", question(), "customs")
    claim = town.tell("customs", question(), "dic")
    town.tell("police", shared(), "customs")
    succeeded(town, "customs")
    owed = {o.event_id: o for o in answers_owed(town, views_of("customs"))}
    assert set(owed) == {debt.envelope.id, claim.envelope.id}
    for one in owed.values():
        assert (one.standing, one.settled_how, one.settled_by) == (Standing.SETTLED, "merged", None)


def test_what_the_predecessors_record_tells_of_requests_to_the_successor_is_owed_by_nobody(
    town: Town, views_of: ViewsOf
) -> None:
    """It never reached the successor, which finds it only in the record that it takes over."""
    town.now += DAY
    inherited(town, "customs", town.send("dic", question(), "customs"))
    assert [o.settled_how for o in answers_owed(town, views_of("customs"))] == ["merged"]
    assert views_of("customs").outcome_counts() == ()  # it was neither admitted nor refused here


def test_a_suspicion_that_the_predecessor_took_in_is_the_successors_to_route(town: Town, views_of: ViewsOf) -> None:
    reported = town.send("vnpt", suspicion(), "dic", "police")
    inherited(town, "customs", reported)
    wanted = ObligationFilter(kind=ObligationKind.ROUTE)
    owed = views_of("customs").obligations(now=town.now, wanted=wanted)
    assert [(o.event_id, o.debtor, o.creditor) for o in owed] == [(reported.envelope.id, "customs", "vnpt")]


def test_what_both_were_asked_is_owed_once(town: Town, views_of: ViewsOf) -> None:
    asked = town.tell("police", question(), "customs", "dic")
    town.tell("vnpt", shared(), "police")
    succeeded(town, "police")
    owed = answers_owed(town, views_of("police"))
    assert {(o.debtor, o.settled_how) for o in owed} == {("customs", None), ("dic", "merged")}
    town.tell("customs", answer(asked), "police")
    assert [o for o in answers_owed(town, views_of("police")) if o.settled_at is None] == []


@pytest.mark.parametrize("by", ["dic", "customs"])
def test_a_recall_by_the_old_agency_or_its_successor_releases_what_passed_over(
    town: Town, views_of: ViewsOf, by: str
) -> None:
    asked = town.tell("dic", question(), "police")
    request = town.tell("police", question(), "dic")
    answered = town.tell("dic", answer(request), "police")
    town.tell("customs", shared(), "police")
    succeeded(town, "police")
    before = {o.event_id: (o.creditor, o.settled_how) for o in answers_owed(town, views_of("police"))}
    assert before == {asked.envelope.id: ("customs", None), request.envelope.id: ("police", "provided")}
    for event in (asked, answered):
        town.tell(by, recall(event), "police")
        succeeded(town, "police")
    after = {o.event_id: (o.creditor, o.settled_how) for o in answers_owed(town, views_of("police"))}
    assert after == {asked.envelope.id: ("customs", "recalled"), request.envelope.id: ("police", None)}


def test_a_strangers_recall_releases_nothing(town: Town, views_of: ViewsOf) -> None:
    asked = town.tell("dic", question(), "police")
    town.tell("vnpt", recall(asked), "police")
    succeeded(town, "police")
    assert [o.settled_how for o in answers_owed(town, views_of("police"))] == [None]
