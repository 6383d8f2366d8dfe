"""An agency's role passes to a successor: DIC goes into Science and Technology, a district is dissolved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.case import CaseState, state_from_json, state_to_json
from events.case_succession import agencies_in
from events.regulation.verdict import Lawful
from events.types.information import InfoOutcome
from events.values.matter import Category
from tests.scenarios.story import Story

LC = "lao-cai-29-2008"
SCIENCE = "khcn"
"""A department like others, until DIC's role passes to it."""
DAY = timedelta(days=1)


@pytest.fixture
def lc() -> Story:
    return Story(LC)


def led_by_dic(lc: Story) -> str:
    """A case that DIC leads, in which customs and an enterprise take part."""
    case, _ = lc.opened("dic", "police customs vnpt", category=Category.OTHER)
    return case


def test_the_lead_passes_to_the_successor(lc: Story) -> None:
    case = led_by_dic(lc)
    lc.passes("dic", SCIENCE, "dic")
    asked = lc.when(
        SCIENCE, "InfoRequested", "vnpt", "LC-3.3", role="dic", case=case, due=lc.later()
    )  # fmt: skip
    asked.allowed("LC-3.3/InfoRequested")
    lc.hold(asked.event)
    for agency in (SCIENCE, "vnpt"):
        state = lc.cases[agency, case]
        assert state.lead == SCIENCE
        assert not state.is_party("dic")
        assert state.anomaly_count == 0


def test_before_the_date_the_successor_is_nobody_and_after_it_the_old_agency_is(lc: Story) -> None:
    case = led_by_dic(lc)
    moment = lc.passes("dic", SCIENCE, "dic", at=lc.later(days=5))
    early = lc.when(SCIENCE, "InfoRequested", "vnpt", "LC-3.3", role="dic", case=case, at=moment - DAY, due=moment)
    assert {type(verdict).__name__ for verdict in (early.sender, *early.receivers.values())} == {"Unlawful"}
    late = lc.when("dic", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    late.refused("LC-3.3/InfoRequested", "unknown-party", lc.rules.party_clause)
    to_the_old = lc.when("vnpt", "InfoShared", "dic", "LC-4.1a", case=case)
    to_the_old.refused("LC-4.1a/InfoShared", "unknown-party", lc.rules.party_clause)


def test_what_the_old_agency_signed_before_is_judged_by_the_standing_that_it_had(lc: Story) -> None:
    case = led_by_dic(lc)
    before = lc.clock
    lc.passes("dic", SCIENCE, "dic", at=lc.later(days=1))
    lc.given(SCIENCE, "InfoRequested", "vnpt customs police", "LC-3.3", role="dic", case=case, due=lc.later())
    still_under_way = lc.when("dic", "InfoRequested", "vnpt", "LC-3.3", case=case, at=before, due=lc.later())
    still_under_way.allowed("LC-3.3/InfoRequested")
    lc.hold(still_under_way.event, "vnpt", SCIENCE)
    state = lc.cases["vnpt", case]
    assert state.requests[still_under_way.event.id].requester == SCIENCE
    answer = lc.when(
        "vnpt", "InfoProvided", SCIENCE, "LC-5.2", case=case, cause=still_under_way.event,
        request=still_under_way.event.id, outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip
    answer.allowed("LC-5.2/InfoProvided")


def test_an_unanswered_request_is_the_successors_to_answer(lc: Story) -> None:
    case, _ = lc.opened("police", "dic customs")
    request = lc.given("police", "InfoRequested", "dic", "LC-3.3", case=case, due=lc.later())
    lc.passes("dic", SCIENCE, "dic")
    assert lc.cases[SCIENCE, case].requests[request.id].unanswered == (SCIENCE,)
    answer = lc.given(
        SCIENCE, "InfoProvided", "police", "LC-5.2", role="dic", case=case, cause=request,
        request=request.id, outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip
    assert answer.envelope.basis is not None
    for agency in ("police", SCIENCE):
        assert request.id not in lc.cases[agency, case].requests


def test_an_answer_to_the_old_agencys_request_goes_to_the_successor(lc: Story) -> None:
    case = led_by_dic(lc)
    request = lc.given("dic", "InfoRequested", "customs", "LC-3.3", case=case, due=lc.later())
    lc.passes("dic", SCIENCE, "dic")
    lc.given(
        "customs", "InfoProvided", SCIENCE, "LC-5.2", case=case, cause=request, request=request.id,
        outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip
    assert request.id not in lc.cases[SCIENCE, case].requests


def test_a_stranger_gains_nothing_by_anothers_succession(lc: Story) -> None:
    case = led_by_dic(lc)
    lc.passes("dic", SCIENCE, "dic")
    intruder = lc.when("market", "CaseClosed", f"{SCIENCE} police customs vnpt", "LC-2.2a", case=case, basis=None)
    assert {type(verdict).__name__ for verdict in (intruder.sender, *intruder.receivers.values())} == {"Unlawful"}


def test_a_dissolved_districts_open_work_is_its_successors(lc: Story) -> None:
    """Districts were abolished: here the trade department takes Sa Pa's part."""
    case, _ = lc.opened("police", "dic sa-pa")
    request = lc.given("police", "InfoRequested", "sa-pa", "LC-3.3", case=case, due=lc.later())
    lc.passes("sa-pa", "trade", "district")
    lc.given(
        "trade", "InfoProvided", "police", "LC-5.2", role="district", case=case, cause=request,
        request=request.id, outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip
    state = lc.cases["police", case]
    assert (state.is_party("trade"), state.is_party("sa-pa"), request.id in state.requests) == (True, False, False)


def test_a_successor_that_took_part_already_stands_there_once(lc: Story) -> None:
    case, opening = lc.opened("police", "dic sa-pa trade")
    lc.passes("sa-pa", "trade", "district")
    lc.given("police", "InfoShared", "trade dic", "LC-4.1a", case=case)
    state = lc.cases["police", case]
    assert dict(state.parties) == {"police": opening.id, "dic": opening.id, "trade": opening.id}


def test_the_history_stays_as_it_was(lc: Story) -> None:
    case = led_by_dic(lc)
    before = [event.envelope.to_bytes() for event in lc.held["vnpt"].values()]
    lc.passes("dic", SCIENCE, "dic")
    lc.given(SCIENCE, "InfoShared", "vnpt customs", "LC-4.1a", role="dic", case=case)
    assert [event.envelope.to_bytes() for event in lc.held["vnpt"].values()][: len(before)] == before
    assert "dic" not in agencies_in(lc.cases["vnpt", case])
    assert lc.cases["vnpt", case].succeeded["dic"].led


def test_a_state_with_successors_is_written_and_read_back(lc: Story) -> None:
    case = led_by_dic(lc)
    lc.passes("dic", SCIENCE, "dic")
    lc.given(SCIENCE, "InfoShared", "vnpt customs", "LC-4.1a", role="dic", case=case)
    state: CaseState = lc.cases["vnpt", case]
    assert state_from_json(state_to_json(state)) == state


def test_what_was_open_between_an_agency_and_its_successor_is_open_no_more(lc: Story) -> None:
    case, _ = lc.opened("police", "dic trade vnpt")
    between = lc.given("police", "InfoRequested", "trade", "LC-3.3", case=case, due=lc.later())
    asked = lc.given("police", "InfoRequested", "trade vnpt", "LC-3.3", case=case, due=lc.later())
    lc.passes("police", "trade", "police")
    lc.given(
        "vnpt", "InfoProvided", "trade", "LC-3.3", case=case, cause=asked, request=asked.id,
        outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip
    for agency in ("trade", "vnpt"):
        assert not {between.id, asked.id} & set(lc.cases[agency, case].requests)


def test_a_dossier_on_its_way_to_the_successor_has_arrived(lc: Story) -> None:
    case, _ = lc.opened("dic", "police pc vnpt", category=Category.INFORMATION_SECURITY, discovered_by_sender=False)
    lc.given("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case)
    lc.passes("dic", "pc", "dic")
    lc.given("police", "InfoShared", "pc vnpt", "LC-4.1a", case=case)
    for agency in ("pc", "police", "vnpt"):
        state = lc.cases[agency, case]
        assert (state.lead, dict(state.dossiers)) == ("pc", {})


def test_a_record_taken_over_tells_how_its_agency_led_and_took_part(lc: Story) -> None:
    """What it sent before and arrives after is judged so, at the successor, too."""
    case = led_by_dic(lc)
    before = lc.clock
    lc.passes("dic", SCIENCE, "dic", at=lc.later(days=1))
    state = lc.cases[SCIENCE, case]
    assert (state.lead, state.succeeded["dic"].led) == (SCIENCE, True)
    under_way = lc.when("dic", "InfoRequested", "police vnpt", "LC-3.3", case=case, at=before, due=lc.later())
    under_way.allowed("LC-3.3/InfoRequested")
    assert isinstance(lc.judged(under_way.event, SCIENCE), Lawful)
