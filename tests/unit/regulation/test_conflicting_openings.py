"""Two openings of one case may differ, and reach each agency in another order: all judge the lead's passing alike."""

from __future__ import annotations

import itertools

import pytest

from events.case import CaseStatus, evolve
from events.known_event import KnownEvent
from events.regulation.verdict import Lawful, Waiting
from events.values.document import Channel
from events.values.matter import Category
from tests.scenarios.samples import briefing
from tests.scenarios.story import Story, waits


@pytest.mark.parametrize("order", list(itertools.permutations((0, 1))))
def test_the_lead_passes_what_it_opened_whichever_opening_came_last(order: tuple[int, ...]) -> None:
    story = Story("lao-cai-29-2008")
    case = story.case()
    openings = [
        story.when(
            lead, "CaseOpened", f"dic vnpt {other}", clause, case=case, category=category, discovered_by_sender=True,
            participants=tuple(sorted(("dic", "vnpt", other))),
        ).event
        for lead, other, clause, category in (
            ("police", "trade", "LC-7.2a", Category.CONTRABAND_BY_POST),
            ("trade", "police", "LC-9.1", Category.COUNTERFEIT_GOODS),
        )
    ]  # fmt: skip
    story.hold(openings[0], "police")
    story.hold(openings[1], "police")
    for side in ("dic", "trade", "vnpt"):
        for number in order:
            story.hold(openings[number], side)
    passed = story.when("police", "LeadTransferred", "dic trade vnpt", "LC-2.2a", case=case, to="trade")
    for verdict in (passed.sender, *passed.receivers.values()):
        assert isinstance(verdict, Lawful)
    wrong = story.when("trade", "LeadTransferred", "dic police vnpt", "LC-2.2a", case=case, to="police")
    assert {getattr(verdict, "reason", None) for verdict in wrong.receivers.values()} == {"lead-not-competent"}


@pytest.mark.parametrize(("regulation", "clause"), [("lao-cai-29-2008", "LC-2.2a"), ("dak-lak-39-2010", "DL-3.2a")])
def test_a_conflict_is_resolved_though_one_of_the_leads_closed_the_case(regulation: str, clause: str) -> None:
    story = Story(regulation)
    case = story.case()
    first, second = (
        story.when(
            lead, "CaseOpened", f"dic {other}", by, case=case, category=Category.CONTRABAND_BY_POST,
            discovered_by_sender=True, participants=tuple(sorted(("dic", other))),
        ).event
        for lead, other, by in (
            ("police", "customs", {"LC-2.2a": "LC-7.2a"}.get(clause, "DL-5.2")),
            ("customs", "police", {"LC-2.2a": "LC-8.1"}.get(clause, clause)),
        )
    )  # fmt: skip
    story.hold(first)
    story.hold(second)
    story.given("police", "CaseClosed", "customs dic", clause, case=case)
    story.given(
        "dic", "ConflictResolved", "customs police", clause, case=case, upheld=second.id, lead="customs",
        openings=(first.id, second.id),
    )  # fmt: skip
    for side in ("customs", "dic", "police"):
        state = story.cases[side, case]
        assert not state.in_conflict
        assert state.lead == "customs"


def crossing(story: Story, *leads: tuple[str, str, str]) -> tuple[str, list[KnownEvent]]:
    """Openings of one case that cross: (lead, others, clause) each. Held by their senders alone."""
    case = story.case()
    openings = [
        story.when(
            lead, "CaseOpened", others, clause, case=case, category=Category.CONTRABAND_BY_POST,
            discovered_by_sender=True, participants=tuple(sorted(others.split())),
        ).event
        for lead, others, clause in leads
    ]  # fmt: skip
    for opening in openings:
        story.hold(opening, opening.envelope.sender)
    return case, openings


def post(story: Story, *events: KnownEvent) -> None:
    """They arrive at their recipients."""
    for event in events:
        story.hold(event, *event.envelope.agencies)


APART = (("police", "dic vnpt", "LC-7.2a"), ("customs", "dic viettel", "LC-8.1"))
"""DIC is told of both openings, each enterprise of one."""


@pytest.fixture
def lc() -> Story:
    return Story("lao-cai-29-2008")


def test_a_party_of_two_openings_rests_on_the_one_that_its_recipients_were_told_of(lc: Story) -> None:
    case, (first, second) = crossing(lc, *APART)
    post(lc, first, second)
    state = lc.cases["dic", case]
    assert (state.basis_of("dic", ["vnpt"]), state.basis_of("dic", ["viettel"])) == (first.id, second.id)
    lone = lc.when("dic", "LookupRequested", "viettel", "LC-4.1b", case=case, channel=Channel.ONLINE_LOOKUP)
    lone.allowed("LC-4.1b/LookupRequested")


def test_nothing_rests_on_what_a_recipient_was_not_told(lc: Story) -> None:
    case, (first, second) = crossing(lc, *APART)
    post(lc, first, second)
    lc.given("police", "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
    lc.hold(second, "police")  # now they know its parties, who were not told that police lead
    wrong = lc.when("police", "CaseClosed", "customs dic viettel vnpt", "LC-2.2a", case=case)
    wrong.refused("LC-2.2a/CaseClosed", "basis-not-told", by="sender")
    assert isinstance(wrong.receivers["viettel"], Waiting)


def test_whoever_knows_of_a_closed_opening_alone_is_not_written_to_as_of_an_open_case(lc: Story) -> None:
    case, (first, second) = crossing(lc, ("police", "dic vnpt", "LC-7.2a"), ("customs", "police", "LC-8.1"))
    post(lc, first)
    lc.given("police", "CaseClosed", "dic vnpt", "LC-2.2a", case=case)
    post(lc, second)
    assert [lc.cases[side, case].status for side in ("police", "vnpt")] == [CaseStatus.OPEN, CaseStatus.CLOSED]
    asked = lc.when("police", "InfoRequested", "vnpt", "LC-7.3", case=case, due=lc.later())
    asked.refused("LC-7.3/InfoRequested", "basis-not-told", by="sender")
    assert getattr(asked.receivers["vnpt"], "reason", None) == "case-status"
    lc.when("police", "InfoRequested", "customs", "LC-7.3", case=case, due=lc.later()).allowed("LC-7.3/InfoRequested")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_resolution_ends_the_same_whatever_came_before_it(lc: Story, order: tuple[int, ...]) -> None:
    case, (first, second) = crossing(lc, *APART)
    post(lc, first, second)
    about = {"openings": (first.id, second.id), "upheld": second.id, "lead": "customs"}
    said = lc.when("dic", "ConflictResolved", "customs police viettel vnpt", "LC-2.2a", case=case, **about)
    said.allowed("LC-2.2a/ConflictResolved")
    resolved = said.event
    states = []
    for agency in ("dic", "police", "customs", "viettel", "vnpt", "trade"):
        state = None
        for number in order:
            event = (first, second, resolved)[number]
            if agency in (event.envelope.sender, *event.envelope.agencies):
                state = evolve(state, event, agency)
        if state is not None:
            states.append((state.lead, state.status, state.in_conflict, dict(state.parties)))
    parties = dict.fromkeys(("customs", "dic", "police", "viettel", "vnpt"), resolved.id)
    assert states == [("customs", CaseStatus.OPEN, False, parties)] * 5


def test_after_a_resolution_its_lead_reaches_everybody(lc: Story) -> None:
    case, (first, second) = crossing(lc, *APART)
    post(lc, first, second)
    about = {"openings": (first.id, second.id), "upheld": second.id, "lead": "customs"}
    lc.given("dic", "ConflictResolved", "customs police viettel vnpt", "LC-2.2a", case=case, **about)
    lc.given("customs", "InfoRequested", "dic police viettel vnpt", "LC-3.3", case=case, due=lc.later())
    lc.given("customs", "CaseClosed", "dic police viettel vnpt", "LC-2.2a", case=case)


def test_transfers_that_cross_leave_a_conflict_that_everybody_sees(lc: Story) -> None:
    both = (("police", "customs dic", "LC-7.2a"), ("customs", "dic police", "LC-8.1"))
    case, (first, second) = crossing(lc, *both)
    post(lc, first, second)
    one = lc.when("police", "LeadTransferred", "customs dic", "LC-2.2a", case=case, to="customs").event
    other = lc.when("customs", "LeadTransferred", "dic police", "LC-2.2a", case=case, to="police").event
    lc.hold(one, "police", "dic")
    lc.hold(other, "customs", "police")
    lc.hold(one, "customs")
    lc.hold(other, "dic")
    for agency in ("customs", "dic", "police"):
        state = lc.cases[agency, case]
        assert state.in_conflict
        assert {opening.event: opening.lead for opening in state.openings.values()} == {
            first.id: "customs", second.id: "police",
        }  # fmt: skip


def test_an_opening_that_crosses_the_lead_given_to_its_sender_is_taken_in(lc: Story) -> None:
    both = (("police", "customs dic", "LC-7.2a"), ("customs", "dic viettel", "LC-8.1"))
    case, (first, second) = crossing(lc, *both)
    post(lc, first)
    passed = lc.given("police", "LeadTransferred", "customs dic", "LC-2.2a", case=case, to="customs")
    assert isinstance(lc.judged(second, "dic"), Lawful), "customs had not heard of the lead when they signed"
    lc.hold(second, "dic", "viettel")
    for agency in ("customs", "dic", "police", "viettel"):
        state = lc.cases[agency, case]
        assert (state.lead, state.in_conflict) == ("customs", False)
    # It leads by both, and reaches the parties of both.
    asked = lc.when("customs", "InfoRequested", "dic police viettel", "LC-3.3", case=case, due=lc.later())
    assert isinstance(asked.sender, Lawful)
    assert waits(asked.receivers["viettel"], passed)
    lc.untold["viettel"] = frozenset({passed.id})
    assert isinstance(lc.judged(asked.event, "viettel"), Lawful), "told that it was not told, it judges by what it has"


def test_a_lead_of_several_openings_reaches_the_parties_of_each(lc: Story) -> None:
    """Customs are given the lead of two openings of which different enterprises were told."""
    both = (("police", "customs vnpt", "LC-7.2a"), ("trade", "customs dic viettel", "LC-9.1"))
    case, (first, second) = crossing(lc, *both)
    post(lc, first, second)
    gifts = [
        lc.given(lead, "LeadTransferred", others, "LC-2.2a", case=case, to="customs")
        for lead, others in (("police", "customs vnpt"), ("trade", "customs dic viettel"))
    ]
    for enterprise in ("vnpt", "viettel"):
        lc.given("customs", "InfoRequested", enterprise, "LC-3.3", case=case, due=lc.later())
    lc.given("customs", "CaseClosed", "police vnpt", "LC-2.2a", case=case, basis=gifts[0])
    assert lc.cases["customs", case].status is CaseStatus.OPEN
    lc.given("customs", "CaseClosed", "dic trade viettel", "LC-2.2a", case=case, basis=gifts[1])
    assert lc.cases["customs", case].status is CaseStatus.CLOSED


def test_each_lead_closes_what_it_opened(lc: Story) -> None:
    both = (("police", "customs dic", "LC-7.2a"), ("customs", "dic police", "LC-8.1"))
    case, (first, second) = crossing(lc, *both)
    post(lc, first, second)
    lc.given("police", "CaseClosed", "customs dic", "LC-2.2a", case=case)
    assert lc.cases["dic", case].status is CaseStatus.OPEN
    lc.when("police", "InfoRequested", "dic", "LC-3.3", case=case, due=lc.later()).refused(
        "LC-3.3/InfoRequested", "case-status"
    )
    lc.given("customs", "InfoRequested", "dic", "LC-3.3", case=case, due=lc.later())
    lc.given("customs", "CaseClosed", "dic police", "LC-2.2a", case=case)
    assert lc.cases["dic", case].status is CaseStatus.CLOSED


def test_while_a_dossier_passes_the_lead_the_old_lead_changes_nothing_of_who_leads(lc: Story) -> None:
    case, opening = lc.opened("dic", "pc police customs", category=Category.OTHER)
    to_all = "customs pc police"
    sent = lc.given("dic", "DossierTransferred", to_all, "LC-6.3", case=case)
    lc.when("dic", "LeadTransferred", to_all, "LC-2.2a", case=case, to="police").refused(
        "LC-2.2a/LeadTransferred", "lead-under-way", by="sender"
    )
    brief = briefing(opening.id, "dic", ("customs", "pc", "police"))
    joins = {"participant": "viettel", "reason": "Có thuê bao", "briefing": brief}
    lc.when("dic", "ParticipantAdded", f"{to_all} viettel", "LC-2.2a", case=case, **joins).refused(
        "LC-2.2a/ParticipantAdded", "lead-under-way", by="sender"
    )
    recall = lc.given("dic", "EventRecalled", to_all, "LC-2.4a", case=case, cause=sent, event=sent.id)
    lc.when("pc", "DossierReceived", "customs dic police", "LC-6.3", case=case, cause=sent, transfer=sent.id).refused(
        "LC-6.3/DossierReceived", "dossier-confirmation", by="sender"
    )
    lc.given("pc", "RecallConfirmed", "dic", "LC-2.4a", case=case, cause=recall, recall=recall.id)
    lc.given("dic", "LeadTransferred", to_all, "LC-2.2a", case=case, to="police")


def test_a_confirmation_that_crosses_the_recall_of_its_dossier_stands(lc: Story) -> None:
    case, _ = lc.opened("dic", "pc police", category=Category.OTHER)
    sent = lc.given("dic", "DossierTransferred", "pc police", "LC-6.3", case=case)
    back = lc.when("dic", "EventRecalled", "pc police", "LC-2.4a", case=case, cause=sent, event=sent.id).event
    got = lc.when("pc", "DossierReceived", "dic police", "LC-6.3", case=case, cause=sent, transfer=sent.id).event
    for agency, order in (("dic", (back, got)), ("pc", (got, back)), ("police", (back, got))):
        for event in order:
            lc.hold(event, agency)
        assert lc.cases[agency, case].lead == "pc"


def test_a_newcomer_needs_no_event_from_before_it_came(lc: Story) -> None:
    case, opening = lc.opened("police", "dic customs vnpt")
    brief = briefing(opening.id, "police", ("customs", "dic", "vnpt"))
    added = lc.when(
        "police", "ParticipantAdded", "customs dic viettel vnpt", "LC-2.2a", case=case, participant="viettel",
        reason="Có thuê bao", briefing=brief,
    ).event  # fmt: skip
    lc.hold(added, "police", "customs")
    early = lc.when("customs", "LookupRequested", "viettel", "LC-4.1b", case=case, channel=Channel.ONLINE_LOOKUP)
    assert early.event.envelope.basis == added.id
    assert waits(early.receivers["viettel"], added)
    lc.hold(added, "viettel")
    assert isinstance(lc.judged(early.event, "viettel"), Lawful)
    old = lc.when(
        "customs", "LookupRequested", "viettel", "LC-4.1b", case=case, channel=Channel.ONLINE_LOOKUP, basis=opening
    )
    assert isinstance(old.receivers["viettel"], Lawful), "it knows customs by its briefing"
