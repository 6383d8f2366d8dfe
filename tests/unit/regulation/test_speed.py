"""Judging is cheap, and its cost does not grow with what is open in the case."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from events.case import CaseState, evolve
from events.facts import Facts
from events.regulation.lawfulness import judge
from events.regulation.verdict import Lawful
from tests.scenarios.story import Story

BOUND_MICROSECONDS = 100
"""A quarter of it is the aim on an idle machine; the bound leaves room for a busy one and still catches a scan."""


def microseconds(act: Callable[[], object], times: int = 300) -> float:
    """The best of several rounds, a call."""
    rounds = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(times):
            act()
        rounds.append((time.perf_counter() - start) / times * 1e6)
    return min(rounds)


@pytest.mark.parametrize("open_requests", [0, 3000])
def test_judging_and_folding_an_answer_is_cheap(open_requests: int) -> None:
    lc = Story("lao-cai-29-2008")
    case, opening = lc.opened()
    request = lc.given("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    more = lc.when("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later()).event
    state: CaseState = lc.cases["police", case]
    one = evolve(state, more, "police").requests[more.id]
    requests = state.requests
    for number in range(open_requests):
        requests = requests.set(f"request-{number}", one)
    state = CaseState(**{**state.__dict__, "requests": requests})
    answer = lc.when("vnpt", "InfoProvided", "police", "LC-2.2b", case=case, cause=request, request=request.id).event
    facts = Facts("police", lc.clock, lc.directory, lc.rules, state, opening, request)
    assert isinstance(judge(answer.envelope, answer.content, "head", facts, "receiver"), Lawful)
    judging = microseconds(lambda: judge(answer.envelope, answer.content, "head", facts, "receiver"))
    folding = microseconds(lambda: evolve(state, answer, "police"))
    print(f"judge {judging:.1f} µs, evolve {folding:.1f} µs with {open_requests} requests open")
    assert judging < BOUND_MICROSECONDS
    assert folding < BOUND_MICROSECONDS
