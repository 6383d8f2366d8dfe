"""What is open outside cases passes to the successor with the next document that says who stands in whose place."""

from __future__ import annotations

from dataclasses import replace

from events.record_entry import RecordEntry
from projections.obligations import Obligation, ObligationFilter, ObligationKind
from projections.views import Views
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import Town, answer, question, shared

HEIRS = (("dic", "customs"),)


def succeeded(town: Town, agency: str) -> None:
    """The last entry was recorded when customs stood in DIC's place."""
    last = town.records[agency][-1]
    assert isinstance(last, RecordEntry)
    town.records[agency][-1] = replace(last, heirs=HEIRS)


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
