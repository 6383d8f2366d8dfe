"""Lào Cai, Articles 1 and 2 and the decision itself: scope, parties, principles, the life of a case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.regulation.verdict import Lawful
from events.types.information import InfoKind
from events.types.suspension import SuspensionEnd
from events.values.document import Channel, DocumentReference, Secrecy
from events.values.matter import Category
from tests.scenarios.samples import briefing
from tests.scenarios.story import ImpossiblePremise, Story, waits


@pytest.mark.clause("LC-D3")
def test_nothing_is_dated_before_the_regulation_is_in_force(lc: Story) -> None:
    told = lc.when("sa-pa", "SuspicionReported", "dic", "LC-6.1", at=datetime(2008, 7, 26, 16, 59, tzinfo=UTC))
    told.refused("LC-6.1/SuspicionReported", "not-in-force", "LC-D3")
    told = lc.when("sa-pa", "SuspicionReported", "dic", "LC-6.1", at=datetime(2008, 7, 26, 17, 0, tzinfo=UTC))
    told.allowed("LC-6.1/SuspicionReported")


@pytest.mark.clause("LC-1.2")
@pytest.mark.parametrize(("role", "reason"), [("radio", "role-not-named"), ("police", "role-not-held")])
def test_a_role_is_named_by_the_regulation_and_held(lc: Story, role: str, reason: str) -> None:
    told = lc.when("radio", "SuspicionReported", "dic", "LC-6.1", role=role)
    told.refused("LC-6.1/SuspicionReported", reason, "LC-1.2")


@pytest.mark.clause("LC-1.2")
def test_nobody_outside_the_directory_hears_or_speaks(lc: Story) -> None:
    told = lc.when("guest", "SuspicionReported", "dic", "LC-6.1", role="police")
    told.refused("LC-6.1/SuspicionReported", "unknown-party", "LC-1.2")
    for stranger in ("guest", "radio", "auditor", "nobody"):
        told = lc.when("police", "InfoShared", stranger, "LC-4.4")
        told.refused("LC-4.4/InfoShared", "unknown-party", "LC-1.2")


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
