"""The fold of a case: what leaves the state again, what is bounded, what a snapshot keeps."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from immutables import Map

from events.canonical import canonical_json, parse_canonical
from events.case import CaseState, CaseStatus, after, evolve, state_from_json, state_to_json
from events.case_state import MAX_ANOMALIES
from events.errors import InvalidValue, Malformed
from events.known_event import KnownEvent
from tests.scenarios.samples import CONFIRMED, briefing
from tests.scenarios.story import Story


def told(story: Story, sender: str, event_type: str, to: str, case: str, /, **more: Any) -> KnownEvent:
    """An event as it would travel, lawful or not."""
    return story.when(sender, event_type, to, None, case=case, **more).event


@pytest.fixture
def lc() -> Story:
    return Story("lao-cai-29-2008")


def busy_case(lc: Story) -> tuple[str, list[KnownEvent]]:
    """A case in which something of each kind is still open."""
    case, opening = lc.opened(others="customs dic pc vnpt")
    order = lc.given("dic", "SuspensionOrdered", "viettel police", "LC-10.3", case=case)
    brief = briefing(opening.id, "police", ("customs", "dic", "pc", "vnpt"))
    return case, [
        opening,
        order,
        lc.given("police", "InfoRequested", "customs vnpt", "LC-3.3", case=case, due=lc.later()),
        lc.given("viettel", "SuspensionExecuted", "dic police", "LC-10.3", case=case, cause=order, order=order.id),
        told(lc, "police", "DossierTransferred", "customs dic pc vnpt", case),
        lc.given(
            "police", "ParticipantAdded", "customs dic pc trade vnpt", "LC-2.2a",
            case=case, participant="trade", reason="Có hàng", briefing=brief,
        ),
        told(lc, "customs", "SuspicionReported", "dic police", case),
        told(lc, "customs", "CaseClosed", "police", case),
    ]  # fmt: skip


def folded(events: list[KnownEvent], me: str | None = None) -> CaseState:
    state: CaseState | None = None
    for event in events:
        state = evolve(state, event, me)
    assert state is not None
    return state


def test_a_snapshot_keeps_everything(lc: Story) -> None:
    _, events = busy_case(lc)
    for count in range(1, len(events) + 1):
        state = folded(events[:count])
        written = canonical_json(state_to_json(state))
        assert state_from_json(parse_canonical(written)) == state
    assert {"openings", "parties", "requests", "suspensions", "dossiers", "suspicions", "anomalies"} <= set(
        state_to_json(folded(events))
    )


@pytest.mark.parametrize(
    "change", [{"status": "ajar"}, {"colour": "red"}, {"parties": []}, {"status_since": "yesterday"}]
)
def test_what_no_snapshot_says_is_refused(lc: Story, change: dict[str, object]) -> None:
    _, events = busy_case(lc)
    value = state_to_json(folded(events))
    with pytest.raises(Malformed):
        state_from_json({**value, **change})


def test_going_on_from_a_snapshot_is_the_same(lc: Story) -> None:
    _, events = busy_case(lc)
    half = state_from_json(state_to_json(folded(events[:4])))
    for event in events[4:]:
        half = evolve(half, event)
    assert half == folded(events)


def test_a_refused_event_changes_nothing(lc: Story) -> None:
    _, events = busy_case(lc)
    state = folded(events[:1])
    for event in events[1:]:
        assert evolve(state, replace(event, refused=True)) == state


def test_an_event_of_another_case_is_a_mistake_of_the_caller(lc: Story) -> None:
    _, events = busy_case(lc)
    _, other = lc.opened()
    with pytest.raises(InvalidValue):
        evolve(folded(events), other)


def test_no_order_of_arrival_raises_and_the_lead_is_the_same(lc: Story) -> None:
    case, events = busy_case(lc)
    second = told(lc, "customs", "CaseOpened", "dic police", case, participants=("dic", "police"))
    orders = list(itertools.permutations([events[0], events[2], events[5], second]))
    assert {folded(list(order)).lead for order in orders if order.index(events[0]) < order.index(events[5])} == {
        "police"
    }
    for order in itertools.islice(itertools.permutations(events), 0, None, 199):
        folded(list(order))


def test_the_state_is_as_large_as_what_is_open(lc: Story) -> None:
    case, _ = lc.opened()
    start = lc.cases["police", case]
    for _ in range(30):
        request = lc.given("police", "InfoRequested", "customs vnpt", "LC-3.3", case=case, due=lc.later())
        assert lc.cases["vnpt", case].requests[request.id].unanswered == ("vnpt",)
        for agency in ("customs", "vnpt"):
            lc.given(agency, "InfoProvided", "police", "LC-2.2b", case=case, cause=request, request=request.id)
        order = lc.given("police", "SuspensionOrdered", "viettel", "LC-10.3", case=case)
        lc.given("viettel", "SuspensionExecuted", "police", "LC-10.3", case=case, cause=order, order=order.id)
        lc.given("police", "SuspensionLifted", "viettel", "LC-10.3", case=case, cause=order, suspension=order.id)
    assert lc.cases["police", case] == start
    assert lc.cases["vnpt", case].requests == Map()
    assert lc.cases["viettel", case].suspensions == Map()


def test_anomalies_are_counted_and_the_last_are_kept(lc: Story) -> None:
    case, events = busy_case(lc)
    state = folded(events)
    before = state.anomaly_count
    for _ in range(MAX_ANOMALIES + 5):
        state = evolve(state, told(lc, "customs", "CaseReopened", "police", case))
    assert len(state.anomalies) == MAX_ANOMALIES
    assert state.anomaly_count == before + MAX_ANOMALIES + 5
    assert state.lead == "police"


def test_until_the_last_item_is_confirmed_the_old_lead_leads(lc: Story) -> None:
    case, events = busy_case(lc)
    sent = next(event for event in events if event.event_type == "DossierTransferred")
    state = folded(events)
    assert state.lead == "police"
    for part, lead in ((CONFIRMED[:1], "police"), (CONFIRMED[1:], "pc")):
        state = evolve(state, told(lc, "pc", "DossierReceived", "police", case, transfer=sent.id, items=part))
        assert state.lead == lead


def test_a_conflict_ends_when_one_lead_gives_way(lc: Story) -> None:
    case, events = busy_case(lc)
    state = evolve(
        folded(events[:1]), told(lc, "customs", "CaseOpened", "dic police", case, participants=("dic", "police"))
    )
    assert state.in_conflict
    assert state.leads("customs")
    state = evolve(state, told(lc, "customs", "LeadTransferred", "dic police", case, to="police"))
    assert not state.in_conflict
    assert not state.leads("customs")
    assert state.lead == "police"


def test_suspicions_leave_when_opened_or_dismissed(lc: Story) -> None:
    case = lc.case()
    one = told(lc, "vnpt", "SuspicionReported", "dic police", case)
    two = told(lc, "viettel", "SuspicionReported", "dic police", case)
    state = folded([one, two, told(lc, "dic", "SuspicionReferred", "police", case, suspicion=one.id)])
    assert state.status is CaseStatus.REFERRED
    assert set(state.suspicions) == {one.id, two.id}
    state = evolve(state, told(lc, "dic", "SuspicionDismissed", "viettel", case, suspicion=two.id))
    assert state.status is CaseStatus.REFERRED
    opening = told(lc, "police", "CaseOpened", "dic", case, participants=("dic",), suspicions=(one.id,))
    state = evolve(evolve(state, opening), one)
    assert not state.suspicions
    assert state.status is CaseStatus.OPEN
    assert folded([one, told(lc, "dic", "SuspicionDismissed", "vnpt", case, suspicion=one.id)]).status == "dismissed"


def refusal(lc: Story, case: str, by: str, event: KnownEvent) -> KnownEvent:
    return lc.when(by, "EventRefused", event.envelope.sender, None, case=case, event=event.id).event


def test_a_refused_order_binds_and_blocks_nothing(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.given("police", "SuspensionOrdered", "viettel vnpt", "LC-10.3", case=case)
    state = lc.cases["police", case]
    state = evolve(state, refusal(lc, case, "viettel", order), "police")
    assert state.suspensions[order.id].ordered == ("vnpt",)
    state = evolve(state, refusal(lc, case, "vnpt", order), "police")
    assert not state.suspensions
    assert state.interim_suspensions(lc.later()) == ()


def test_a_refused_request_is_open_no_more_for_who_refused_it(lc: Story) -> None:
    case, _ = lc.opened()
    request = lc.given("police", "InfoRequested", "customs vnpt", "LC-3.3", case=case, due=lc.later())
    state = evolve(lc.cases["police", case], refusal(lc, case, "vnpt", request), "police")
    assert state.requests[request.id].unanswered == ("customs",)
    # What an agency has answered it cannot take back by refusing.
    answer = told(lc, "customs", "InfoProvided", "police", case, request=request.id)
    state = evolve(state, answer, "police")
    assert evolve(state, refusal(lc, case, "customs", request), "police") == state


def test_who_refuses_an_opening_takes_no_part_and_a_refused_lead_stays(lc: Story) -> None:
    case, opening = lc.opened()
    state = evolve(lc.cases["police", case], refusal(lc, case, "vnpt", opening), "police")
    assert set(state.parties) == {"police", "dic", "customs"}
    assert evolve(state, refusal(lc, case, "trade", opening), "police") == state
    passed = told(lc, "police", "LeadTransferred", "dic customs", case, to="customs")
    state = evolve(state, passed, "police")
    assert state.lead == "customs"
    state = evolve(state, refusal(lc, case, "customs", passed), "police")
    assert state.lead == "police"


def test_a_recall_takes_back_what_its_own_sender_opened(lc: Story) -> None:
    case, _ = lc.opened()
    request = lc.given("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    state = lc.cases["police", case]
    assert evolve(state, told(lc, "customs", "EventRecalled", "police", case, event=request.id)) == state
    assert not evolve(state, told(lc, "police", "EventRecalled", "vnpt", case, event=request.id)).requests


def test_a_protocol_message_begins_no_case(lc: Story) -> None:
    case = lc.case()
    report = told(lc, "vnpt", "SuspicionReported", "dic police", case)
    assert after(None, refusal(lc, case, "dic", report), "vnpt") is None
    assert after(None, replace(report, refused=True), "dic") is None


def test_a_snapshot_keeps_what_steers(lc: Story) -> None:
    case, _ = lc.opened()
    state = lc.cases["police", case]
    old = state_to_json(state)
    assert not {"disagreements", "supports", "notices"} & set(old)  # a snapshot of before reads as it did
    for event in (
        told(lc, "customs", "DisagreementRaised", "police", case),
        told(lc, "police", "SupportProposed", "ppc dic", case),
        told(lc, "dic", "EmergencyNoticeGiven", "police", case),
    ):
        state = evolve(state, event, "police")
    assert state_from_json(parse_canonical(canonical_json(state_to_json(state)))) == state
    assert {"disagreements", "supports", "notices"} <= set(state_to_json(state))
