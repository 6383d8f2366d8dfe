"""What a draft can be filled with: the recipients a row demands, DIC's routing proposal."""

from __future__ import annotations

from typing import Any, cast

import pytest

from events.decision import decide
from events.draft import Draft
from events.facts import Facts
from events.regulation.addressees import required_recipients
from events.regulation.routing import propose_routing
from events.types.document import Matter
from events.values.matter import Category
from tests.scenarios.samples import sample
from tests.scenarios.story import Story


def facts(story: Story, me: str, **more: Any) -> Facts:
    return Facts(me, story.clock, story.directory, story.rules, **more)


def test_a_suspicion_goes_to_dic_and_every_competent_authority() -> None:
    lc = Story("lao-cai-29-2008")
    content = sample("SuspicionReported", category=Category.CONTRABAND_BY_POST)
    row = lc.rules.row("LC-10.1/SuspicionReported")
    assert required_recipients(row, facts(lc, "vnpt"), content) == {"dic", "police", "customs", "trade"}


def test_what_closes_a_case_goes_to_every_party() -> None:
    lc = Story("lao-cai-29-2008")
    case, _ = lc.opened()
    row = lc.rules.row("LC-2.2a/CaseClosed")
    demanded = required_recipients(row, facts(lc, "police", case=lc.cases["police", case]))
    assert demanded == {"dic", "customs", "vnpt"}


def test_an_answer_goes_to_who_asked() -> None:
    lc = Story("lao-cai-29-2008")
    request = lc.given("customs", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    row = lc.rules.row("LC-4.1a/InfoProvided")
    assert required_recipients(row, facts(lc, "vnpt", cause=request)) == {"customs"}


@pytest.mark.parametrize(
    ("regulation", "category", "expected"),
    [
        ("lao-cai-29-2008", Category.CHARGE_THEFT, ("SuspicionReferred", "LC-7.1", ("police",))),
        ("lao-cai-29-2008", Category.CROSS_BORDER_GOODS, ("SuspicionReferred", "LC-6.1", ("customs",))),
        (
            "lao-cai-29-2008",
            Category.CONTRABAND_BY_POST,
            ("SuspicionReferred", "LC-6.1", ("customs", "police", "trade")),
        ),
        ("lao-cai-29-2008", Category.BROADCASTING_VIOLATION, ("CaseOpened", "LC-6.1", ())),
        ("dak-lak-39-2010", Category.CHARGE_THEFT, ("SuspicionReferred", "DL-5.3", ("police",))),
        ("dak-lak-39-2010", Category.CROSS_BORDER_GOODS, ("SuspicionReferred", "DL-11.1", ("customs",))),
        ("dak-lak-39-2010", Category.POSTAL_PROCEDURE, ("CaseOpened", "DL-3.2a", ())),
    ],
)
def test_dics_proposal_follows_competence(regulation: str, category: Category, expected: tuple[object, ...]) -> None:
    story = Story(regulation)
    suspicion = cast(Matter, sample("SuspicionReported", category=category))
    proposal = propose_routing(suspicion, facts(story, "dic"))
    assert proposal is not None
    assert (proposal.event_type, proposal.clause, proposal.recipients) == expected


def test_who_may_not_pass_on_proposes_nothing() -> None:
    story = Story("lao-cai-29-2008")
    assert propose_routing(cast(Matter, sample("SuspicionReported")), facts(story, "vnpt")) is None


def test_an_answer_goes_by_the_clause_about_answers() -> None:
    lc = Story("lao-cai-29-2008")
    request = lc.given("police", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    answer = Draft(sample("InfoProvided", request=request.id), ("police",), cause=request.id)
    assert decide(answer, "head", facts(lc, "vnpt", cause=request)).clause == "LC-5.2"
    unasked = Draft(sample("InfoProvided"), ("police",))
    assert decide(unasked, "head", facts(lc, "vnpt")).clause == "LC-10.1"
