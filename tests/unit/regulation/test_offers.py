"""What is offered is what the judge lets go; what is not offered names its clause."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from events.case import CaseState
from events.regulation.offers import NotOffered, Offer, Standpoint, offer, offers
from events.regulation.verdict import Lawful
from tests.scenarios import test_dl_art_03, test_dl_art_10, test_lc_art_02, test_lc_art_06, test_lc_art_10
from tests.scenarios.story import Story, Told


@pytest.fixture
def lc() -> Story:
    return Story("lao-cai-29-2008")


@pytest.fixture
def dl() -> Story:
    return Story("dak-lak-39-2010")


def standpoint(story: Story, me: str, case: str | None = None) -> Standpoint:
    state: CaseState | None = story.cases.get((me, case)) if case else None
    return Standpoint(me, story.directory, story.rules, state, story.clock)


def test_customs_order_no_suspension_and_are_told_why(lc: Story) -> None:
    made = offer(standpoint(lc, "customs"), "SuspensionOrdered")
    assert isinstance(made, NotOffered)
    assert (made.obstacle, made.clause) == ("forbidden", "LC-10.3")
    assert made.text("vi") != made.text("en")


def test_an_enterprise_may_report_to_dic_and_the_competent_and_must_tell_dic(lc: Story) -> None:
    made = offer(standpoint(lc, "vnpt"), "SuspicionReported")
    assert isinstance(made, Offer)
    assert "dic" in made.must
    assert {"dic", "police", "customs"} <= set(made.recipients)
    assert "vnpt" not in made.recipients


def test_every_type_is_offered_or_refused_with_a_clause(lc: Story, dl: Story) -> None:
    for story in (lc, dl):
        for me in story.directory.agencies:
            if not story.directory.roles_of(me, story.clock) & story.rules.named_roles:
                continue
            open_types, closed = offers(standpoint(story, me))
            names = [one.event_type for one in open_types] + [one.event_type for one in closed]
            assert len(names) == len(set(names)) > 30
            assert all(one.text("vi") and one.text("en") for one in closed)


def test_nobody_may_order_a_suspension_in_dak_lak(dl: Story) -> None:
    for me in dl.directory.agencies:
        made = offer(standpoint(dl, me), "SuspensionOrdered")
        assert isinstance(made, NotOffered)


@pytest.mark.parametrize("leads", [True, False])
def test_only_the_lead_closes_a_case(lc: Story, leads: bool) -> None:
    opened, _ = lc.opened("police", "dic vnpt")
    made = offer(standpoint(lc, "police" if leads else "dic", opened), "CaseClosed")
    assert isinstance(made, Offer) is leads
    if isinstance(made, Offer):
        assert set(made.must) == {"dic", "vnpt"}
    else:
        assert made.obstacle == "lead"


def test_without_a_case_nothing_that_needs_one_is_offered(lc: Story) -> None:
    made = offer(standpoint(lc, "police"), "CaseClosed")
    assert isinstance(made, NotOffered)
    assert made.obstacle == "case"


def test_whatever_the_judge_let_go_in_the_scenarios_had_been_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every lawful event of an article full of rows, told again with the offer asked just before."""
    asked: list[str] = []
    put = Story._put

    def watched(story: Story, sender: str, event_type: str, to: str, clause: str | None, /, **more: Any) -> Told:
        before = standpoint(story, sender, more.get("case"))
        told = put(story, sender, event_type, to, clause, **more)
        if (
            isinstance(told.sender, Lawful)
            and not told.event.envelope.is_protocol
            and not told.sender.row.outside_roles
        ):
            made = offer(before, event_type)
            assert isinstance(made, Offer), f"{sender} could send {event_type}, and was told {made}"
            assert set(to.split()) <= set(made.recipients), f"{event_type} to {to}, offered {made.recipients}"
            assert told.sender.row in made.rows
            asked.append(event_type)
        return told

    monkeypatch.setattr(Story, "_put", watched)
    for module in (test_lc_art_02, test_lc_art_06, test_lc_art_10, test_dl_art_03, test_dl_art_10):
        for name, function in vars(module).items():
            wanted = list(inspect.signature(function).parameters) if name.startswith("test_") else []
            if wanted in (["lc"], ["dl"]):
                function(Story("lao-cai-29-2008" if wanted == ["lc"] else "dak-lak-39-2010"))
    assert len(set(asked)) > 15
