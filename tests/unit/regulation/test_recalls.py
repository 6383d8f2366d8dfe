"""What a recall takes back of a case: whatever its own sender had opened, or had done on what another opened."""

from __future__ import annotations

import pytest

from events.known_event import KnownEvent
from events.types.disagreement import Position
from events.types.suspension import SuspensionEnd, SuspensionScope
from events.values.handling import ViolationDegree
from tests.scenarios.samples import told
from tests.scenarios.story import Story


def _recalled(story: Story, event: KnownEvent, clause: str) -> None:
    to = " ".join(event.envelope.agencies)
    about = {"cause": event, "event": event.id, "replaced_by": None}
    story.given(event.envelope.sender, "EventRecalled", to, clause, case=event.envelope.case, **about)


@pytest.mark.clause("DL-10.4b")
def test_an_enterprise_that_never_stopped_takes_its_word_back() -> None:
    story = Story("dak-lak-39-2010")
    case, _ = story.opened("police", "dic vnpt")
    stopped = story.given(
        "vnpt", "SuspensionExecuted", "dic police", "DL-10.4b", case=case, order=None, reason="Ngăn chặn.",
        ends=SuspensionEnd(at=story.later(days=9)), scope=SuspensionScope.ENTIRE,
    )  # fmt: skip
    assert set(story.cases["dic", case].suspensions) == {stopped.id}
    _recalled(story, stopped, "DL-11.1")
    for agency in ("dic", "police", "vnpt"):
        assert not story.cases[agency, case].suspensions


@pytest.mark.clause("LC-2.4b")
def test_a_notice_that_was_recalled_awaits_no_confirmation() -> None:
    story = Story("lao-cai-29-2008")
    case, _ = story.opened("police", "dic vnpt")
    notice = story.given(
        "police", "EmergencyNoticeGiven", "dic", "LC-2.4b", case=case, told=told("dic"), given_at=story.clock
    )
    assert dict(story.cases["dic", case].notices) == {notice.id: "police"}
    _recalled(story, notice, "LC-2.4a")
    assert not story.cases["dic", case].notices


@pytest.mark.clause("LC-2.5")
def test_a_disagreement_whose_escalation_was_recalled_is_open_as_before() -> None:
    story = Story("lao-cai-29-2008")
    case, _ = story.opened()
    raised = story.given("customs", "DisagreementRaised", "police dic", "LC-2.5", case=case)
    before = story.cases["dic", case].disagreements
    position = Position(agency="customs", degree=ViolationDegree.NONE, reasons="Vì.")
    escalated = story.given(
        "police", "DisagreementEscalated", "customs dic ppc", "LC-2.5", case=case, cause=raised,
        disagreement=raised.id, positions=(position,),
    )  # fmt: skip
    assert story.cases["dic", case].disagreements[raised.id].escalation == escalated.id
    _recalled(story, escalated, "LC-2.4a")
    assert story.cases["dic", case].disagreements == before


@pytest.mark.clause("LC-2.3")
def test_a_proposal_whose_letter_was_recalled_awaits_another() -> None:
    story = Story("lao-cai-29-2008")
    case, _ = story.opened()
    proposed = story.given("police", "SupportProposed", "ppc dic", "LC-2.3", case=case)
    before = story.cases["dic", case].supports
    asked = story.given(
        "ppc", "SupportRequested", "outside dic police", "LC-2.3", case=case, cause=proposed, proposal=proposed.id
    )
    _recalled(story, asked, "LC-2.4a")
    assert story.cases["dic", case].supports == before
