"""Lào Cai, Article 2."""

from __future__ import annotations

import pytest

from events.regulation.verdict import Lawful
from events.types.direction import DirectionKind, Settlement
from events.types.disagreement import Position
from events.types.information import InfoKind
from events.types.proposal import ProposalKind
from events.types.suspension import SuspensionEnd
from events.values.document import Channel, DocumentReference, Secrecy
from events.values.handling import ViolationDegree
from events.values.matter import Category
from tests.scenarios.samples import SOME_MOMENT, briefing
from tests.scenarios.story import ImpossiblePremise, Story, waits


@pytest.mark.clause("LC-2.6")
def test_an_order_says_when_it_ends(lc: Story) -> None:
    case, _ = lc.opened()
    for ends in (SuspensionEnd(), SuspensionEnd(at=lc.clock)):
        told = lc.when("police", "SuspensionOrdered", "viettel", "LC-10.3", case=case, ends=ends)
        told.refused("LC-10.3/SuspensionOrdered", "suspension-incomplete", "LC-2.6")


@pytest.mark.clause("LC-2.6")
def test_nobody_lifts_anothers_order(lc: Story) -> None:
    case, opening = lc.opened()
    order = lc.given("police", "SuspensionOrdered", "viettel", "LC-10.3", case=case)
    lc.hold(order, "dic")
    lc.untold["viettel"] = frozenset({opening.id})
    told = lc.when("dic", "SuspensionLifted", "viettel police", "LC-10.3", case=case, cause=order, suspension=order.id)
    told.refused("LC-10.3/SuspensionLifted", "lifts-nothing", "LC-2.6")


@pytest.mark.clause("LC-2.2a")
def test_the_lead_is_competent(lc: Story) -> None:
    told = lc.when(
        "dic", "CaseOpened", "police", "LC-2.2a",
        case=lc.case(), participants=("police",), category=Category.BROADCASTING_VIOLATION,
    )  # fmt: skip
    told.allowed("LC-2.2a/CaseOpened")
    told = lc.when("sa-pa", "CaseOpened", "dic", "LC-2.2a", case=lc.case(), participants=("dic",))
    told.refused("LC-2.2a/CaseOpened", "lead-not-competent")


@pytest.mark.clause("LC-2.2a")
def test_police_do_not_open_by_the_general_clause(lc: Story) -> None:
    told = lc.when("police", "CaseOpened", "dic", "LC-2.2a", case=lc.case(), participants=("dic",))
    told.refused("LC-2.2a/CaseOpened", "special-clause", "LC-7.1")


@pytest.mark.clause("LC-2.2a")
def test_an_opening_goes_to_everyone_it_names(lc: Story) -> None:
    told = lc.when(
        "dic", "CaseOpened", "police", "LC-2.2a",
        case=lc.case(), participants=("customs", "police"), category=Category.OTHER,
    )  # fmt: skip
    told.refused("LC-2.2a/CaseOpened", "parties-not-addressed", by="sender")


@pytest.mark.clause("LC-2.2a")
def test_a_newcomer_is_briefed_and_everyone_hears(lc: Story) -> None:
    case, opening = lc.opened()
    brief = briefing(opening.id, "police", ("customs", "dic", "vnpt"))
    more = {"case": case, "participant": "viettel", "reason": "Có thuê bao", "briefing": brief}
    told = lc.when("police", "ParticipantAdded", "customs dic viettel vnpt", "LC-2.2a", **more)
    told.allowed("LC-2.2a/ParticipantAdded")
    lc.hold(told.event)
    assert lc.cases["viettel", case].lead == "police"
    assert lc.cases["viettel", case].basis_of("viettel") == told.event.id
    assert lc.cases["dic", case].is_party("viettel")
    # and now it is asked, and answers
    request = lc.given("police", "InfoRequested", "viettel", "LC-3.3", case=case, due=lc.later())
    lc.given("viettel", "InfoProvided", "police", "LC-2.2b", case=case, cause=request, request=request.id)


@pytest.mark.clause("LC-2.2a")
def test_only_the_lead_brings_in_others(lc: Story) -> None:
    case, opening = lc.opened()
    brief = briefing(opening.id, "customs", ("police", "dic", "vnpt"))
    more = {"case": case, "participant": "viettel", "reason": "Có thuê bao", "briefing": brief}
    told = lc.when("customs", "ParticipantAdded", "dic police vnpt", "LC-2.2a", **more)
    told.refused("LC-2.2a/ParticipantAdded", "not-lead")


@pytest.mark.clause("LC-2.2a")
def test_the_lead_passes_to_a_competent_party(lc: Story) -> None:
    case, _ = lc.opened(category=Category.OTHER)
    told = lc.when("police", "LeadTransferred", "customs dic vnpt", "LC-2.2a", case=case, to="dic")
    told.allowed("LC-2.2a/LeadTransferred")
    lc.hold(told.event)
    assert {lc.cases[a, case].lead for a in ("police", "dic", "customs")} == {"dic"}
    late = lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case)
    late.refused("LC-2.2a/CaseClosed", "not-lead")
    lc.given("dic", "CaseClosed", "customs police vnpt", "LC-2.2a", case=case)


@pytest.mark.clause("LC-2.2a")
def test_the_lead_does_not_pass_to_the_incompetent(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "LeadTransferred", "customs dic vnpt", "LC-2.2a", case=case, to="customs")
    told.refused("LC-2.2a/LeadTransferred", "lead-not-competent")


@pytest.mark.clause("LC-2.2a")
def test_the_new_leads_first_word_waits_for_the_transfer(lc: Story) -> None:
    case, _ = lc.opened(category=Category.OTHER)
    passed = lc.when("police", "LeadTransferred", "customs dic vnpt", "LC-2.2a", case=case, to="dic").event
    lc.hold(passed, "police", "dic")
    told = lc.when("dic", "CaseClosed", "customs police vnpt", "LC-2.2a", case=case)
    assert waits(told.receivers["customs"], passed)


@pytest.mark.clause("LC-2.2a")
def test_the_lead_closes_and_reopens(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case)
    told.allowed("LC-2.2a/CaseClosed")
    lc.when("police", "CaseReopened", "customs dic vnpt", "LC-2.2a", case=case).refused(
        "LC-2.2a/CaseReopened", "case-status"
    )
    lc.hold(told.event)
    told = lc.when("police", "CaseReopened", "customs dic vnpt", "LC-2.2a", case=case)
    told.allowed("LC-2.2a/CaseReopened")
    lc.hold(told.event)
    assert lc.cases["dic", case].status == "open"
    assert lc.cases["dic", case].basis_of("dic") == told.event.id


@pytest.mark.clause("LC-2.2a")
def test_a_participant_does_not_close(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("customs", "CaseClosed", "dic police vnpt", "LC-2.2a", case=case)
    told.refused("LC-2.2a/CaseClosed", "not-lead")


@pytest.mark.clause("LC-2.2a")
def test_a_second_opening_is_a_conflict_that_everyone_sees(lc: Story) -> None:
    goods, case = {"category": Category.CONTRABAND_BY_POST}, lc.case()
    first = lc.when(
        "police", "CaseOpened", "dic trade", "LC-7.2a",
        case=case, participants=("dic", "trade"), discovered_by_sender=True, **goods,
    ).event  # fmt: skip
    second = lc.when(
        "customs", "CaseOpened", "dic trade", "LC-8.1", case=case, participants=("dic", "trade"), **goods
    ).event
    for event in (first, second):
        lc.hold(event, event.envelope.sender)
    lc.hold(first, "dic")
    assert isinstance(lc.judged(second, "dic"), Lawful)  # neither knew of the other: not refused, but shown
    lc.hold(second, "dic")
    lc.hold(second, "trade")
    lc.hold(first, "trade")
    assert lc.cases["dic", case].in_conflict
    assert lc.cases["dic", case].lead == lc.cases["trade", case].lead == "police"


@pytest.mark.clause("LC-2.2b")
def test_participants_tell_the_lead(lc: Story) -> None:
    case, _ = lc.opened()
    lc.when("vnpt", "InfoProvided", "police", "LC-2.2b", case=case).allowed("LC-2.2b/InfoProvided")


@pytest.mark.clause("LC-2.2b")
def test_strangers_have_no_standing(lc: Story) -> None:
    case, opening = lc.opened()
    told = lc.when("viettel", "InfoProvided", "police", "LC-2.2b", case=case, basis=opening.id)
    told.refused("LC-2.2b/InfoProvided", "basis-not-held", by="sender")
    assert getattr(told.receivers["police"], "reason", None) == "not-party"


@pytest.mark.clause("LC-2.2b")
def test_a_participants_word_waits_for_its_basis(lc: Story) -> None:
    case = lc.case()
    opening = lc.when(
        "police", "CaseOpened", "dic vnpt", "LC-7.2a",
        case=case, participants=("dic", "vnpt"), discovered_by_sender=True,
    ).event  # fmt: skip
    lc.hold(opening, "police", "vnpt")
    told = lc.when("vnpt", "InfoProvided", "police", "LC-2.2b", case=case)
    told.allowed("LC-2.2b/InfoProvided")
    assert waits(lc.judged(told.event, "dic"), opening)


@pytest.mark.clause("LC-2.4a")
def test_state_secrets_do_not_travel(lc: Story) -> None:
    for secrecy in (Secrecy.MAT, Secrecy.TOI_MAT, Secrecy.TUYET_MAT):
        told = lc.when("police", "InfoShared", "dic", "LC-4.4", secrecy=secrecy)
        told.refused("LC-4.4/InfoShared", "secrecy", "LC-2.4a")


@pytest.mark.clause("LC-2.4a")
def test_information_is_given_in_writing(lc: Story) -> None:
    told = lc.when("police", "InfoShared", "dic", "LC-4.1a", channel=Channel.PHONE, kind=InfoKind.CASE_INFORMATION)
    told.refused("LC-4.1a/InfoShared", "channel", "LC-2.4a")


@pytest.mark.clause("LC-2.6")
def test_no_case_closes_over_an_interim_suspension(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.given("dic", "SuspensionOrdered", "viettel police", "LC-10.3", case=case)
    told = lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case)
    told.refused("LC-2.2a/CaseClosed", "interim-suspension", "LC-2.6", by="sender")
    final = DocumentReference(
        number="12", symbol="QĐ-XPHC", date=lc.clock.date(), issuer="Công an tỉnh", title="Quyết định xử phạt"
    )
    made_final = {"suspensions_made_final": (order.id,), "decisions": (final,)}
    lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case, **made_final).allowed(
        "LC-2.2a/CaseClosed"
    )
    lc.given("dic", "SuspensionLifted", "viettel police", "LC-10.3", case=case, cause=order, suspension=order.id)
    lc.given("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case)


@pytest.mark.clause("LC-2.6")
def test_a_suspension_that_is_over_blocks_nothing(lc: Story) -> None:
    case, _ = lc.opened()
    ends = SuspensionEnd(at=lc.later(minutes=2))
    lc.given("police", "SuspensionOrdered", "viettel", "LC-10.3", case=case, ends=ends)
    lc.given("police", "InfoShared", "dic", "LC-4.1a", case=case)
    lc.given("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case)


def test_a_premise_that_could_not_have_been_fails_the_test(lc: Story) -> None:
    report = lc.given("vnpt", "SuspicionReported", "dic police", "LC-10.1")
    with pytest.raises(ImpossiblePremise, match="never held"):
        lc.when("customs", "InfoShared", "dic", "LC-4.4", cause=report)
    with pytest.raises(ImpossiblePremise, match="forbidden"):
        lc.given("customs", "SuspensionOrdered", "vnpt", "LC-10.3")


@pytest.mark.clause("LC-2.1")
def test_the_ppc_directs_and_ministries_in_their_profession(lc: Story) -> None:
    lc.when("ppc", "DirectionIssued", "dic police", "LC-2.1").allowed("LC-2.1/DirectionIssued")
    professional = {"kind": DirectionKind.PROFESSIONAL}
    lc.when("ministry", "DirectionIssued", "dic", "LC-2.1", **professional).allowed("LC-2.1/DirectionIssued/profession")
    said = lc.when("branch", "DirectionIssued", "dic", "LC-2.1")
    said.refused("LC-2.1/DirectionIssued/profession", "kind")
    lc.when("dic", "DirectionIssued", "police", "LC-2.1").refused("LC-2.1/DirectionIssued", "sender-role")


@pytest.mark.clause("LC-2.1")
def test_a_direction_refers_to_what_it_answers(lc: Story) -> None:
    proposal = lc.given("dic", "ProposalSubmitted", "ppc", "LC-3.4", kind=ProposalKind.SOLUTION)
    said = lc.when("ppc", "DirectionIssued", "dic", "LC-2.1", cause=proposal, answers=proposal.id)
    said.allowed("LC-2.1/DirectionIssued")
    said = lc.when("ppc", "DirectionIssued", "dic", "LC-2.1", answers=proposal.id)
    said.refused("LC-2.1/DirectionIssued", "cause-differs")


@pytest.mark.clause("LC-2.3")
def test_the_lead_proposes_and_the_ppc_asks_outside(lc: Story) -> None:
    case, _ = lc.opened()
    said = lc.when("police", "SupportProposed", "dic ppc", "LC-2.3", case=case)
    said.allowed("LC-2.3/SupportProposed")
    lc.hold(said.event)
    about = {"case": case, "cause": said.event, "proposal": said.event.id}
    asked = lc.when("ppc", "SupportRequested", "outside police", "LC-2.3", **about)
    asked.allowed("LC-2.3/SupportRequested")
    lc.when("ppc", "SupportRequested", "ministry police", "LC-2.3", **about).refused(
        "LC-2.3/SupportRequested", "authority-not-addressed"
    )
    lc.hold(asked.event)
    answer = {"case": case, "cause": asked.event, "request": asked.event.id}
    lc.when("outside", "SupportAnswered", "ppc police", "LC-2.3", **answer).allowed("LC-2.3/SupportAnswered")
    # What the authority answered to the PPC alone, or on paper, the PPC passes on.
    passed_on = lc.when("ppc", "SupportAnswered", "outside police", "LC-2.3", **answer)
    passed_on.allowed("LC-2.3/SupportAnswered")
    lc.when("police", "SupportAnswered", "ppc outside", "LC-2.3", **answer).refused(
        "LC-2.3/SupportAnswered", "sender-role"
    )
    lc.when("outside", "SupportAnswered", "ppc", "LC-2.3", case=case, request=asked.event.id).refused(
        "LC-2.3/SupportAnswered", "cause-differs"
    )


@pytest.mark.clause("LC-2.3")
def test_only_the_lead_proposes_and_after_consulting(lc: Story) -> None:
    case, _ = lc.opened()
    said = lc.when("dic", "SupportProposed", "police ppc", "LC-2.3", case=case, consulted=("police",))
    said.refused("LC-2.3/SupportProposed", "not-lead", by="sender")
    said = lc.when("police", "SupportProposed", "ppc", "LC-2.3", case=case)
    said.refused("LC-2.3/SupportProposed", "consulted-elsewhere")
    # The PPC does not ask on nobody's proposal.
    said = lc.when("ppc", "SupportRequested", "outside police", "LC-2.3")
    said.refused("LC-2.3/SupportRequested", "cause-differs")


@pytest.mark.clause("LC-2.4a")
def test_information_is_written_and_confidential(lc: Story) -> None:
    lc.when("sa-pa", "SuspicionReported", "police", "LC-2.4a").allowed("LC-2.4a/SuspicionReported")
    lc.when("sa-pa", "SuspicionReported", "police", "LC-2.4a", channel=Channel.PHONE).refused(
        "LC-2.4a/SuspicionReported", "channel"
    )
    lc.when("vnpt", "SuspicionReported", "police", "LC-2.4a").refused(
        "LC-2.4a/SuspicionReported", "special-clause", "LC-10.1"
    )
    lc.when("customs", "InfoProvided", "dic", "LC-2.4a").allowed("LC-2.4a/InfoProvided")
    lc.when("customs", "InfoProvided", "dic", "LC-2.4a", channel=Channel.IN_PERSON).refused(
        "LC-2.4a/InfoProvided", "channel"
    )
    case, _ = lc.opened()
    lc.when("police", "InfoShared", "customs", "LC-2.4a", case=case).allowed("LC-2.4a/InfoShared")
    lc.when("police", "InfoShared", "bao", "LC-2.4a", case=case).refused(
        "LC-2.4a/InfoShared", "outside-case", by="sender"
    )
    lc.when("market", "SeizureReported", "dic trade", "LC-2.4a").allowed("LC-2.4a/SeizureReported")
    lc.when("customs", "SeizureReported", "trade", "LC-2.4a").refused(
        "LC-2.4a/SeizureReported", "focal-point-left-out", "LC-8.2"
    )


@pytest.mark.clause("LC-2.4a")
def test_whoever_took_a_suspicion_in_passes_it_to_the_competent(lc: Story) -> None:
    report = lc.given("ta-van", "SuspicionReported", "sa-pa", "LC-12.1", informant_reference="NT-1")
    about = {"cause": report, "suspicion": report.id}
    lc.when("sa-pa", "SuspicionReferred", "police", "LC-2.4a", **about).allowed("LC-2.4a/SuspicionReferred")
    lc.when("sa-pa", "SuspicionReferred", "education", "LC-2.4a", **about).refused(
        "LC-2.4a/SuspicionReferred", "not-competent"
    )


@pytest.mark.clause("LC-2.4a")
def test_a_fault_is_put_right_in_the_open(lc: Story) -> None:
    shared = lc.given("customs", "InfoShared", "dic trade", "LC-2.4a")
    about = {"cause": shared, "event": shared.id}
    corrected = lc.when("customs", "EventCorrected", "dic trade", "LC-2.4a", **about)
    corrected.allowed("LC-2.4a/EventCorrected")
    lc.when("customs", "EventCorrected", "dic", "LC-2.4a", **about).refused(
        "LC-2.4a/EventCorrected", "hearers-not-addressed"
    )
    recalled = lc.when("customs", "EventRecalled", "dic trade", "LC-2.4a", **about)
    recalled.allowed("LC-2.4a/EventRecalled")
    lc.when("dic", "EventRecalled", "customs trade", "LC-2.4a", **about).refused(
        "LC-2.4a/EventRecalled", "not-own-event"
    )
    lc.hold(corrected.event)
    lc.hold(recalled.event)
    confirmed = {"cause": corrected.event, "correction": corrected.event.id}
    lc.when("dic", "CorrectionConfirmed", "customs", "LC-2.4a", **confirmed).allowed("LC-2.4a/CorrectionConfirmed")
    confirmed = {"cause": recalled.event, "recall": recalled.event.id}
    lc.when("dic", "RecallConfirmed", "customs", "LC-2.4a", **confirmed).allowed("LC-2.4a/RecallConfirmed")


@pytest.mark.clause("LC-2.4a")
def test_only_who_heard_of_a_fault_confirms(lc: Story) -> None:
    shared = lc.given("customs", "InfoShared", "dic trade", "LC-2.4a")
    about = {"cause": shared, "event": shared.id}
    corrected = lc.given("customs", "EventCorrected", "dic trade", "LC-2.4a", **about)
    recalled = lc.given("customs", "EventRecalled", "dic trade", "LC-2.4a", **about)
    for event in (corrected, recalled):
        lc.hold(event, "police")
    lc.when("police", "CorrectionConfirmed", "customs", "LC-2.4a", cause=corrected, correction=corrected.id).refused(
        "LC-2.4a/CorrectionConfirmed", "not-asked"
    )
    lc.when("police", "RecallConfirmed", "customs", "LC-2.4a", cause=recalled, recall=recalled.id).refused(
        "LC-2.4a/RecallConfirmed", "not-asked"
    )


@pytest.mark.clause("LC-2.4a")
def test_a_delegation_is_bounded_and_can_end(lc: Story) -> None:
    said = lc.when("trade", "DelegationGranted", "dic", "LC-2.4a")
    said.allowed("LC-2.4a/DelegationGranted")
    lc.when("trade", "DelegationGranted", "dic", "LC-2.4a", until=SOME_MOMENT).refused(
        "LC-2.4a/DelegationGranted", "delegation-unbounded"
    )
    lc.hold(said.event)
    about = {"cause": said.event, "delegation": said.event.id}
    lc.when("trade", "DelegationEnded", "dic", "LC-2.4a", **about).allowed("LC-2.4a/DelegationEnded")
    lc.when("dic", "DelegationEnded", "trade", "LC-2.4a", **about).refused("LC-2.4a/DelegationEnded", "not-own-event")


@pytest.mark.clause("LC-2.4b")
def test_in_an_emergency_the_head_tells_and_confirms(lc: Story) -> None:
    said = lc.when("sa-pa", "EmergencyNoticeGiven", "dic", "LC-2.4b")
    said.allowed("LC-2.4b/EmergencyNoticeGiven")
    lc.when("sa-pa", "EmergencyNoticeGiven", "dic", "LC-2.4b", channel=Channel.WRITTEN).refused(
        "LC-2.4b/EmergencyNoticeGiven", "emergency-notice"
    )
    lc.when("sa-pa", "EmergencyNoticeGiven", "dic", "LC-2.4b", capacity="deputy").refused(
        "LC-2.4b/EmergencyNoticeGiven", "signatory"
    )
    lc.hold(said.event)
    about = {"cause": said.event, "notice": said.event.id}
    lc.when("sa-pa", "EmergencyNoticeConfirmed", "dic", "LC-2.4b", **about).allowed("LC-2.4b/EmergencyNoticeConfirmed")
    lc.when("dic", "EmergencyNoticeConfirmed", "sa-pa", "LC-2.4b", **about).refused(
        "LC-2.4b/EmergencyNoticeConfirmed", "not-own-event"
    )


@pytest.mark.clause("LC-2.5")
def test_a_disagreement_is_raised_escalated_and_settled(lc: Story) -> None:
    case, _ = lc.opened()
    said = lc.when("customs", "DisagreementRaised", "police dic", "LC-2.5", case=case)
    said.allowed("LC-2.5/DisagreementRaised")
    lc.when("customs", "DisagreementRaised", "police", "LC-2.5", case=case, method=None).refused(
        "LC-2.5/DisagreementRaised", "position-missing"
    )
    lc.when("vnpt", "DisagreementRaised", "police", "LC-2.5", case=case).refused(
        "LC-2.5/DisagreementRaised", "forbidden"
    )
    lc.hold(said.event)
    assert said.event.id in lc.cases["police", case].disagreements
    positions = (Position(agency="customs", degree=ViolationDegree.SIGNS_OF_CRIME, reasons="Có tổ chức."),)
    about = {"case": case, "cause": said.event, "disagreement": said.event.id, "positions": positions}
    lc.when("dic", "DisagreementEscalated", "customs ppc", "LC-2.5", **about).refused(
        "LC-2.5/DisagreementEscalated", "not-lead", by="sender"
    )
    risen = lc.when("police", "DisagreementEscalated", "customs dic ppc", "LC-2.5", **about)
    risen.allowed("LC-2.5/DisagreementEscalated")
    lc.hold(risen.event)
    settled = {
        "case": case, "cause": risen.event, "answers": risen.event.id, "kind": DirectionKind.SETTLEMENT,
        "settlement": Settlement(degree=ViolationDegree.ADMINISTRATIVE, reason="Thiệt hại nhỏ."),
    }  # fmt: skip
    # What answers the report settles it: no general direction stands in for that.
    lc.when("ppc", "DirectionIssued", "customs dic police", "LC-2.1", **settled).refused(
        "LC-2.1/DirectionIssued", "answers-nothing"
    )
    said = lc.when("ppc", "DirectionIssued", "customs dic police", "LC-2.5", **settled)
    said.allowed("LC-2.5/DirectionIssued")
    lc.when("ppc", "DirectionIssued", "police", "LC-2.5", **{**settled, "settlement": None}).refused(
        "LC-2.5/DirectionIssued", "settles-nothing"
    )
    lc.hold(said.event)
    assert not lc.cases["police", case].disagreements


@pytest.mark.clause("LC-2.6")
def test_what_hits_people_names_its_end_and_ends(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.given("police", "SuspensionOrdered", "vnpt", "LC-10.3", case=case)
    lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case).refused(
        "LC-2.2a/CaseClosed", "interim-suspension", "LC-2.6", by="sender"
    )
    lc.given("police", "SuspensionLifted", "vnpt", "LC-10.3", case=case, cause=order, suspension=order.id)
    lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case).allowed("LC-2.2a/CaseClosed")


@pytest.mark.clause("LC-2.6")
def test_a_decision_makes_an_interim_suspension_final(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.given("police", "SuspensionOrdered", "vnpt", "LC-10.3", case=case)
    assert lc.cases["police", case].interim_suspensions(lc.later()) == (order.id,)
    lc.given("police", "ViolationDecided", "customs dic vnpt", "LC-3.2", case=case, suspensions_upheld=(order.id,))
    assert lc.cases["police", case].interim_suspensions(lc.later()) == ()
    lc.when("police", "CaseClosed", "customs dic vnpt", "LC-2.2a", case=case).allowed("LC-2.2a/CaseClosed")


@pytest.mark.clause("LC-2.2a")
def test_two_openings_are_a_conflict_that_dic_resolves(lc: Story) -> None:
    smuggled = {"category": Category.CONTRABAND_BY_POST}
    # Customs had not seen it yet when they opened by their own article.
    with lc.apart("customs"):
        case, first = lc.opened("police", "customs dic", **smuggled)
        second = lc.given(
            "customs", "CaseOpened", "dic police", "LC-8.1", case=case, participants=("dic", "police"), **smuggled
        )
    assert lc.cases["dic", case].in_conflict
    about = {"case": case, "openings": (first.id, second.id), "upheld": first.id, "basis": first}
    lc.when("dic", "ConflictResolved", "customs police", "LC-2.2a", **about, lead="customs").refused(
        "LC-2.2a/ConflictResolved", "resolves-nothing", by="sender"
    )
    said = lc.when("dic", "ConflictResolved", "customs police", "LC-2.2a", **about, lead="police")
    said.allowed("LC-2.2a/ConflictResolved")
    lc.hold(said.event)
    for agency in ("customs", "dic", "police"):
        assert not lc.cases[agency, case].in_conflict
        assert lc.cases[agency, case].lead == "police"
        assert not lc.cases[agency, case].leads("customs")


@pytest.mark.clause("LC-2.2a")
def test_an_opening_that_others_never_heard_of_carries_nothing_to_them(lc: Story) -> None:
    smuggled = {"category": Category.CONTRABAND_BY_POST}
    case, first = lc.opened("police", "dic vnpt", **smuggled)
    second = lc.when(
        "customs", "CaseOpened", "dic viettel", "LC-8.1", case=case, participants=("dic", "viettel"), **smuggled
    ).event
    lc.hold(second)
    # Police hear of the other opening, and would close the case for its parties too, who never heard that police lead.
    lc.hold(second, "police")
    lc.when("police", "CaseClosed", "customs dic viettel vnpt", "LC-2.2a", case=case).refused(
        "LC-2.2a/CaseClosed", "basis-not-told", by="sender"
    )
    about = {"case": case, "openings": (first.id, second.id), "upheld": first.id, "lead": "police"}
    lc.given("dic", "ConflictResolved", "customs police viettel vnpt", "LC-2.2a", **about)
    lc.when("police", "CaseClosed", "customs dic viettel vnpt", "LC-2.2a", case=case).allowed("LC-2.2a/CaseClosed")


@pytest.mark.clause("LC-2.2a")
def test_a_resolution_joins_the_parties_of_both_openings(lc: Story) -> None:
    smuggled = {"category": Category.CONTRABAND_BY_POST}
    case, first = lc.opened("police", "dic vnpt", **smuggled)
    second = lc.when(
        "customs", "CaseOpened", "dic viettel", "LC-8.1", case=case, participants=("dic", "viettel"), **smuggled
    ).event
    lc.hold(second)
    about = {"case": case, "openings": (first.id, second.id), "upheld": second.id, "lead": "customs"}
    said = lc.when("dic", "ConflictResolved", "customs police viettel vnpt", "LC-2.2a", **about)
    said.allowed("LC-2.2a/ConflictResolved")
    lc.hold(said.event)
    for agency in ("customs", "dic", "police", "viettel", "vnpt"):
        assert lc.cases[agency, case].lead == "customs"
        assert lc.cases[agency, case].basis_of(agency) == said.event.id
    lc.given("customs", "InfoRequested", "police viettel vnpt", "LC-3.3", case=case, due=lc.later())


@pytest.mark.clause("LC-2.2a")
def test_police_lead_what_dic_passed_on_outside_the_categories_of_their_notice_clause(lc: Story) -> None:
    service = {"category": Category.ILLEGAL_TELECOM_SERVICE}
    report = lc.given("sa-pa", "SuspicionReported", "dic", "LC-6.1", **service)
    lc.given("dic", "SuspicionReferred", "police", "LC-6.1", cause=report, suspicion=report.id, **service)
    opening = {"case": lc.case(), "participants": ("dic",), **service}
    lc.when("police", "CaseOpened", "dic", "LC-2.2a", **opening).allowed("LC-2.2a/CaseOpened")
    # What they found themselves they open by the clause that lets them keep it secret.
    lc.when("police", "CaseOpened", "dic", "LC-2.2a", **opening, discovered_by_sender=True).refused(
        "LC-2.2a/CaseOpened", "discovered", "LC-7.2a"
    )


@pytest.mark.clause("LC-2.5")
def test_the_lead_reports_a_disagreement_of_its_own_before_all_who_heard_it(lc: Story) -> None:
    case, _ = lc.opened()
    said = lc.given("police", "DisagreementRaised", "customs dic", "LC-2.5", case=case)
    positions = (Position(agency="police", degree=ViolationDegree.SIGNS_OF_CRIME, reasons="Có tổ chức."),)
    about = {"case": case, "cause": said, "disagreement": said.id, "positions": positions}
    lc.when("police", "DisagreementEscalated", "customs dic ppc", "LC-2.5", **about).allowed(
        "LC-2.5/DisagreementEscalated"
    )
    lc.when("police", "DisagreementEscalated", "dic ppc", "LC-2.5", **about).refused(
        "LC-2.5/DisagreementEscalated", "hearers-not-addressed", by="sender"
    )
