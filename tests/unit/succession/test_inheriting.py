"""A successor takes over the record: open work is its own, repairs are served by it, the events stay as signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from events import base64url
from events.record_entry import EntryKind
from events.signed_event import SignedEvent
from events.types.information import InfoOutcome
from events.types.protocol import RepairProvided, RepairRequested
from events.values.matter import Category
from projections.obligations import ObligationFilter, ObligationKind
from services.agency.repair import relayed_arrivals
from services.identity.directory_changes import next_version, role_passed
from services.succession.inheriting import NotTheSuccessor, take_over
from services.verify.authenticity import check_signature, standing_of
from tests.unit.agency.correspondence import tell
from tests.unit.agency.houses import Houses, carry, rows, use_directory

CASE = "018f3a00-0000-7000-8000-000000000001"


@pytest.fixture
def houses(network: Path, tmp_path: Path) -> Iterator[Houses]:
    made = Houses(network, tmp_path)
    yield made
    made.close()


def play(houses: Houses, sender: str, event_type: str, to: str, clause: str, /, **more: object) -> SignedEvent:
    event = tell(houses, sender, event_type, to, clause, **more)  # type: ignore[arg-type]
    carry(houses, [houses[sender].documents(EntryKind.SENT)[-1]])
    return event


def opened(houses: Houses) -> SignedEvent:
    """Police lead, DIC and the enterprise take part, and police have asked DIC something."""
    play(
        houses, "police", "CaseOpened", "dic vnpt", "LC-7.2a", case=CASE, participants=("dic", "vnpt"),
        discovered_by_sender=True, category=Category.OTHER,
    )  # fmt: skip
    play(houses, "dic", "InfoShared", "police vnpt", "LC-4.1a", case=CASE)
    return play(houses, "police", "InfoRequested", "dic", "LC-3.3", case=CASE, due_days=3)


def dissolve_dic(houses: Houses) -> None:
    """DIC's role passes to customs, and everybody knows of it."""
    moment = houses["dic"].now + timedelta(minutes=1)
    directory = next_version(houses["dic"].context.directory, role_passed("dic", "customs", "dic", moment), moment)
    for house in houses:
        house.now = moment + timedelta(minutes=1)
        use_directory(house, directory)


def inherit(houses: Houses) -> tuple[int, int, int]:
    customs = houses["customs"]
    before = customs.record.last_position
    taken = take_over(customs.record, houses["dic"].record, customs.context, customs.now)
    customs.views.apply(list(customs.record.all_entries(before)), "customs")
    return taken.documents, taken.held_already, taken.cases


def test_the_successor_holds_what_the_old_agency_held_as_it_was_signed(houses: Houses) -> None:
    opened(houses)
    dissolve_dic(houses)
    assert inherit(houses) == (3, 0, 1)
    left = {e.event.envelope.id: (e.event.payload, e.event.signature) for e in houses["dic"].documents()}
    own = {e.event.envelope.id: (e.event.payload, e.event.signature) for e in houses["customs"].documents()}
    assert own == left
    assert rows(houses["customs"].record, "SELECT * FROM pair_links") == []
    assert rows(houses["customs"].record, "SELECT * FROM registers") == []


def test_taking_over_again_adds_nothing(houses: Houses) -> None:
    opened(houses)
    dissolve_dic(houses)
    inherit(houses)
    assert inherit(houses) == (0, 3, 0)


def test_the_successor_answers_what_was_asked_and_both_sides_see_it_settled(houses: Houses) -> None:
    request = opened(houses)
    dissolve_dic(houses)
    inherit(houses)
    with houses["customs"].record.writing() as transaction:
        state = transaction.case_state(CASE)
    assert state is not None
    assert state.requests[request.envelope.id].unanswered == ("customs",)
    play(
        houses, "customs", "InfoProvided", "police", "LC-5.2", case=CASE, cause=request,
        request=request.envelope.id, outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip
    assert [e.event.envelope.event_type for e in houses["police"].documents(EntryKind.ADMITTED)][-1] == "InfoProvided"
    for agency in ("police", "customs"):
        with houses[agency].record.writing() as transaction:
            state = transaction.case_state(CASE)
        assert state is not None
        assert request.envelope.id not in state.requests
        assert state.anomaly_count == 0
        wanted = ObligationFilter(kind=ObligationKind.ANSWER)
        owed = houses[agency].views.obligations(now=houses[agency].now, wanted=wanted)
        assert [one for one in owed if one.event_id == request.envelope.id and one.settled_at is None] == []


def test_what_the_old_agency_owed_and_was_owed_is_the_successors(houses: Houses) -> None:
    request = opened(houses)
    dissolve_dic(houses)
    inherit(houses)
    customs = houses["customs"]
    owed = customs.views.obligations(now=customs.now, wanted=ObligationFilter(kind=ObligationKind.ANSWER))
    assert [(one.event_id, one.debtor, one.creditor) for one in owed] == [(request.envelope.id, "customs", "police")]
    play(houses, "customs", "InfoShared", "police vnpt", "LC-4.1a", case=CASE)
    police = houses["police"]
    owed = police.views.obligations(now=police.now, wanted=ObligationFilter(kind=ObligationKind.ANSWER))
    assert [(one.event_id, one.debtor) for one in owed] == [(request.envelope.id, "customs")]


def test_what_is_open_outside_cases_passes_with_the_next_document(houses: Houses) -> None:
    asked = play(houses, "dic", "ReportRequested", "vnpt", "LC-13.2", due_days=30)
    dissolve_dic(houses)
    inherit(houses)
    wanted = ObligationFilter(kind=ObligationKind.SUBMIT_REPORT)

    def creditors(agency: str) -> list[tuple[str, str]]:
        views = houses[agency].views
        return [(o.event_id, o.creditor) for o in views.obligations(now=houses[agency].now, wanted=wanted)]

    assert creditors("customs") == [(asked.envelope.id, "customs")]
    assert creditors("vnpt") == [(asked.envelope.id, "dic")]
    play(houses, "police", "InfoShared", "vnpt", "LC-4.1a")
    assert creditors("vnpt") == [(asked.envelope.id, "customs")]


def test_the_successors_views_are_a_fold_of_its_record(houses: Houses, tmp_path: Path) -> None:
    opened(houses)
    dissolve_dic(houses)
    inherit(houses)
    play(houses, "customs", "InfoShared", "police vnpt", "LC-4.1a", case=CASE)
    again = houses.open("customs", tmp_path / "elsewhere")
    again.views.apply(list(houses["customs"].record.all_entries()), "customs")
    assert again.views.canonical_dump() == houses["customs"].views.canonical_dump()
    again.close()


def test_who_is_no_successor_takes_nothing_over(houses: Houses) -> None:
    opened(houses)
    with pytest.raises(NotTheSuccessor, match="does not stand in its place"):
        take_over(houses["customs"].record, houses["dic"].record, houses["customs"].context, houses["customs"].now)
    dissolve_dic(houses)
    with pytest.raises(NotTheSuccessor):
        take_over(houses["vnpt"].record, houses["dic"].record, houses["vnpt"].context, houses["vnpt"].now)
    assert houses["vnpt"].events(EntryKind.INHERITED) == []


def test_the_successor_serves_repairs_of_the_old_agencys_events_to_those_addressed_alone(houses: Houses) -> None:
    opened(houses)
    dissolve_dic(houses)
    inherit(houses)
    shared = houses["dic"].documents(EntryKind.SENT)[-1].event
    asked = RepairRequested(of="dic", addressed_to="vnpt", from_count=1, to_count=9)
    houses["customs"].now += timedelta(seconds=1)
    houses["vnpt"].now = houses["customs"].now
    carry_one = houses["vnpt"].say(asked, "customs")
    carry(houses, [carry_one])
    (given,) = houses["vnpt"].events(EntryKind.ADMITTED, event_type="RepairProvided")
    content = RepairProvided.from_bytes(given.event.content_bytes)
    assert [base64url.decode(event.payload) for event in content.events] == [shared.payload]
    assert len(relayed_arrivals(content, houses["vnpt"].context)) == 1
    strange = houses["auditor"].say(RepairRequested(of="dic", addressed_to="vnpt", from_count=1), "customs")
    carry(houses, [strange])
    assert houses["auditor"].events(EntryKind.ADMITTED, event_type="RepairProvided") == []


def test_inherited_events_are_verified_and_a_foreign_one_is_noticed(houses: Houses) -> None:
    opened(houses)
    dissolve_dic(houses)
    inherit(houses)
    directory = houses["customs"].context.directory
    for entry in houses["customs"].events(EntryKind.INHERITED):
        assert check_signature(entry, "customs", directory) is None
        assert standing_of(entry, directory).admits
        assert check_signature(entry, "auditor", directory) is not None
