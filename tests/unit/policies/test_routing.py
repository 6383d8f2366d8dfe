"""The focal point's proposal: a draft to whoever is competent, and to nobody where there is nothing to propose."""

from __future__ import annotations

from typing import Any

import pytest

from events.decision import decide
from events.draft import draft_from_json
from events.facts import Facts
from events.known_event import KnownEvent
from events.types.case import CaseOpened
from events.types.suspicion import SuspicionReferred
from events.values.document import Secrecy, Urgency
from events.values.matter import Category, Field
from services.agency.policies.routing import RoutingProposals
from services.agency.reactor import ProposeDraft
from tests.scenarios.story import Story


def admitted(story: Story, case: str, category: Category, to: str, clause: str, **members: Any) -> KnownEvent:
    return story.given("vnpt", "SuspicionReported", to, clause, case=case, category=category, **members)


def facts_of(story: Story, me: str, case: str, event: KnownEvent) -> Facts:
    state = story.cases.get((me, case))
    return Facts(me, story.clock, story.directory, story.rules, state, cause=event)


@pytest.mark.clause("LC-7.1")
def test_charge_theft_goes_to_the_police_under_the_special_clause_and_the_draft_is_lawful() -> None:
    story = Story("lao-cai-29-2008")
    case = story.case()
    event = admitted(story, case, Category.CHARGE_THEFT, "dic police", "LC-10.1", urgency=Urgency.KHAN)
    facts = facts_of(story, "dic", case, event)
    (wish,) = RoutingProposals().react(event, facts)
    assert isinstance(wish, ProposeDraft)
    draft = wish.draft
    assert isinstance(draft.content, SuspicionReferred)
    assert (draft.recipients, draft.clause, draft.cause, draft.case) == (("police",), "LC-7.1", event.id, case)
    assert draft.content.suspicion == event.id
    assert draft.content.urgency is Urgency.KHAN
    assert decide(draft, "head", facts).role == "dic"
    assert draft_from_json(draft.to_json()) == draft


@pytest.mark.clause("LC-6.3")
def test_what_only_the_focal_point_may_lead_is_drafted_as_an_opening() -> None:
    story = Story("lao-cai-29-2008")
    case = story.case()
    event = admitted(story, case, Category.BROADCASTING_VIOLATION, "dic", "LC-10.1", fields=(Field.BROADCASTING,))
    facts = facts_of(story, "dic", case, event)
    (wish,) = RoutingProposals().react(event, facts)
    assert isinstance(wish, ProposeDraft)
    assert isinstance(wish.draft.content, CaseOpened)
    assert wish.draft.content.suspicions == (event.id,)
    assert decide(wish.draft, "head", facts).clause == wish.draft.clause


@pytest.mark.clause("DL-5.3")
def test_in_dak_lak_the_proposal_goes_by_its_own_clause() -> None:
    story = Story("dak-lak-39-2010")
    case = story.case()
    event = admitted(story, case, Category.CHARGE_THEFT, "dic police", "DL-10.3")
    facts = facts_of(story, "dic", case, event)
    (wish,) = RoutingProposals().react(event, facts)
    assert isinstance(wish, ProposeDraft)
    assert wish.draft.clause == "DL-5.3"
    assert decide(wish.draft, "head", facts).role == "dic"


def test_nobody_but_the_focal_point_proposes_anything() -> None:
    story = Story("lao-cai-29-2008")
    case = story.case()
    event = admitted(story, case, Category.CHARGE_THEFT, "dic police", "LC-10.1")
    assert RoutingProposals().react(event, facts_of(story, "police", case, event)) == ()


def test_the_senders_secrecy_and_channel_are_not_taken_over() -> None:
    story = Story("lao-cai-29-2008")
    case = story.case()
    event = story.when("vnpt", "SuspicionReported", "dic police", "LC-10.1", case=case, secrecy=Secrecy.MAT).event
    (wish,) = RoutingProposals().react(event, facts_of(story, "dic", case, event))
    assert isinstance(wish, ProposeDraft)
    assert isinstance(wish.draft.content, SuspicionReferred)
    assert wish.draft.content.secrecy is Secrecy.NONE
