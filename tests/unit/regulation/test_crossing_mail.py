"""Mail that crosses on its way: what one agency answers or ends may reach a third before what it answers."""

from __future__ import annotations

import pytest

from events.known_event import KnownEvent
from events.regulation.verdict import Lawful, Unlawful
from events.types.direction import DirectionKind, Settlement
from events.types.disagreement import Position
from events.values.handling import HandlingMethod, ViolationDegree
from events.values.matter import Category
from tests.scenarios.samples import SOMETHING, briefing
from tests.scenarios.story import Story, waits


@pytest.fixture
def lc() -> Story:
    return Story("lao-cai-29-2008")


def _waits_and_goes_on(story: Story, late: KnownEvent, sooner: KnownEvent, agency: str) -> None:
    """The agency takes in neither before the other, whatever it is told of what is missing."""
    assert waits(story.judged(sooner, agency), late)
    story.untold[agency] = frozenset({late.id})
    assert isinstance(story.judged(sooner, agency), Lawful), "it was never told: the others check"
    story.untold[agency] = frozenset()
    story.hold(late, agency)
    assert isinstance(story.judged(sooner, agency), Lawful)
    story.hold(sooner, agency)


@pytest.mark.clause("LC-2.6")
def test_what_lifts_anothers_order_may_reach_the_enterprise_first(lc: Story) -> None:
    case, _ = lc.opened("police", "customs dic viettel")
    order = lc.when("dic", "SuspensionOrdered", "police viettel", "LC-10.3", case=case).event
    lc.hold(order, "dic", "police")
    lifted = lc.when(
        "police", "SuspensionLifted", "dic viettel", "LC-10.3", case=case, cause=order, suspension=order.id
    )
    assert isinstance(lifted.sender, Lawful)
    assert isinstance(lifted.receivers["dic"], Lawful)
    _waits_and_goes_on(lc, order, lifted.event, "viettel")
    assert not lc.cases["viettel", case].suspensions


@pytest.mark.clause("LC-2.6")
def test_a_lead_lifts_before_the_enterprise_hears_that_it_leads_again(lc: Story) -> None:
    case, _ = lc.opened("police", "customs dic viettel", category=Category.CONTRABAND_BY_POST)
    order = lc.given("dic", "SuspensionOrdered", "police viettel", "LC-10.3", case=case)
    lc.given("police", "LeadTransferred", "customs dic viettel", "LC-2.2a", case=case, to="customs")
    back = lc.when("customs", "LeadTransferred", "dic police viettel", "LC-2.2a", case=case, to="police").event
    lc.hold(back, "customs", "dic", "police")
    lifted = lc.when(
        "police", "SuspensionLifted", "dic viettel", "LC-10.3", case=case, cause=order, suspension=order.id
    )
    assert isinstance(lifted.sender, Lawful)
    assert isinstance(lifted.receivers["dic"], Lawful)
    assert waits(lifted.receivers["viettel"], back)
    lc.hold(back, "viettel")
    assert isinstance(lc.judged(lifted.event, "viettel"), Lawful)


@pytest.mark.clause("LC-2.6")
def test_a_lead_lifts_anothers_order_only_where_it_is_known_to_lead(lc: Story) -> None:
    case, opening = lc.opened()
    order = lc.given("dic", "SuspensionOrdered", "police viettel", "LC-10.3", case=case)
    told = lc.when("police", "SuspensionLifted", "dic viettel", "LC-10.3", case=case, cause=order, suspension=order.id)
    told.refused("LC-10.3/SuspensionLifted", "lead-not-told", "LC-2.6", by="sender")
    assert waits(told.receivers["viettel"], opening), "it may yet hear that police lead"
    lc.untold["viettel"] = frozenset({opening.id})
    verdict = lc.judged(told.event, "viettel")
    assert isinstance(verdict, Unlawful)
    assert verdict.reason == "lifts-nothing"


@pytest.mark.clause("LC-6.1")
def test_a_dismissal_may_come_before_the_report(lc: Story) -> None:
    case = lc.case()
    report = lc.when("vnpt", "SuspicionReported", "dic police", "LC-10.1", case=case).event
    lc.hold(report, "vnpt", "dic")
    dismissed = lc.when(
        "dic", "SuspicionDismissed", "police vnpt", "LC-6.1", case=case, cause=report, suspicion=report.id
    ).event
    _waits_and_goes_on(lc, report, dismissed, "police")
    assert not lc.cases["police", case].suspicions


@pytest.mark.clause("LC-2.5")
@pytest.mark.parametrize("late", ["raised", "escalated"])
def test_a_disagreement_is_settled_in_whatever_order_it_is_heard(lc: Story, late: str) -> None:
    case, _ = lc.opened()
    raised = lc.when("customs", "DisagreementRaised", "police dic", "LC-2.5", case=case).event
    lc.hold(raised, "customs", "police", *(() if late == "raised" else ("dic",)))
    escalated = lc.when(
        "police", "DisagreementEscalated", "customs dic ppc", "LC-2.5", case=case, cause=raised, disagreement=raised.id,
        points=raised.content.points,  # type: ignore[attr-defined]
        positions=_positions("customs", "police"),
    )  # fmt: skip
    assert isinstance(escalated.sender, Lawful), escalated.sender
    lc.hold(escalated.event, "police", "ppc")
    settlement = Settlement(degree=ViolationDegree.NONE, method=HandlingMethod.OTHER, reason="Không vi phạm.")
    direction = lc.when(
        "ppc", "DirectionIssued", "dic police", "LC-2.5", case=case, cause=escalated.event,
        answers=escalated.event.id, kind=DirectionKind.SETTLEMENT, settlement=settlement,
    ).event  # fmt: skip
    if late == "raised":
        assert isinstance(lc.judged(escalated.event, "dic"), Lawful)
        lc.hold(escalated.event, "dic")
        lc.hold(raised, "dic")
        assert isinstance(lc.judged(direction, "dic"), Lawful)
        lc.hold(direction, "dic")
    else:
        _waits_and_goes_on(lc, escalated.event, direction, "dic")
    assert not lc.cases["dic", case].disagreements


@pytest.mark.clause("LC-6.3")
def test_the_confirmation_of_a_recall_may_come_before_the_recall(lc: Story) -> None:
    case, _ = lc.opened("dic", "police pc vnpt", category=Category.INFORMATION_SECURITY, discovered_by_sender=False)
    dossier = lc.given("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case, to="pc", passes_lead=False)
    recall = lc.when(
        "dic", "EventRecalled", "pc police vnpt", "LC-2.4a", case=case, cause=dossier, event=dossier.id,
        replaced_by=None,
    ).event  # fmt: skip
    lc.hold(recall, "dic", "pc", "vnpt")
    confirmed = lc.when(
        "pc", "RecallConfirmed", "dic police vnpt", "LC-2.4a", case=case, cause=recall, recall=recall.id, acted_on=(),
    ).event  # fmt: skip
    _waits_and_goes_on(lc, recall, confirmed, "police")
    assert not lc.cases["police", case].dossiers


@pytest.mark.clause("LC-2.3")
def test_help_that_is_answered_before_it_is_heard_of_is_done_with(lc: Story) -> None:
    case, _ = lc.opened()
    proposed = lc.given("police", "SupportProposed", "ppc dic", "LC-2.3", case=case)
    asked = lc.when(
        "ppc", "SupportRequested", "outside dic", "LC-2.3", case=case, cause=proposed, proposal=proposed.id
    ).event
    lc.hold(asked, "ppc", "outside")
    answered = lc.when(
        "outside", "SupportAnswered", "ppc dic", "LC-2.3", case=case, cause=asked, request=asked.id
    ).event
    _waits_and_goes_on(lc, asked, answered, "dic")
    assert not lc.cases["dic", case].supports


def test_a_stranger_lifts_nothing_that_it_only_names(lc: Story) -> None:
    lifted = lc.when("police", "SuspensionLifted", "viettel", "LC-10.3", suspension=SOMETHING)
    lifted.refused("LC-10.3/SuspensionLifted", "lifts-nothing", "LC-2.6")


def _positions(*agencies: str) -> tuple[Position, ...]:
    return tuple(Position(agency=a, degree=ViolationDegree.NONE, method=None, reasons="Vì.") for a in agencies)


@pytest.mark.clause("LC-2.2a")
def test_who_was_told_of_an_opening_and_joins_later_knows_the_others_by_the_briefing(lc: Story) -> None:
    case = lc.case()
    opening = lc.given(
        "police", "CaseOpened", "dic vnpt", "LC-7.2a", case=case, participants=("dic",), discovered_by_sender=True
    )
    added = {"briefing": briefing(opening.id, "police", ("dic",)), "case": case}
    lc.given("police", "ParticipantAdded", "customs dic", "LC-2.2a", participant="customs", **added)
    added["briefing"] = briefing(opening.id, "police", ("customs", "dic"))
    joins = lc.when("police", "ParticipantAdded", "customs dic vnpt", "LC-2.2a", participant="vnpt", **added)
    joins.allowed("LC-2.2a/ParticipantAdded")
