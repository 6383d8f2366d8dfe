"""What a successor reports: its own work, and of its predecessor's what nobody has reported yet, each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from events.calendar.duties import duties_of
from events.calendar.falling_due import FallingDue, falling_due
from events.record_entry import EntryKind
from events.signed_event import SignedEvent
from events.types.case import CaseOutcome
from events.types.figures import CaseStanding, ReportFigures
from events.types.information import InfoOutcome
from events.types.report import InheritedWork, ReportConsolidated, ReportOccasion, ReportSubmitted
from events.values.matter import Category
from events.values.period import half_year
from services.identity.directory_changes import next_version, role_passed
from services.reports.writing import LOOKED_AHEAD, Desk, Words, consolidated_report, own_report
from services.succession.inheriting import take_over
from tests.unit.agency.correspondence import tell
from tests.unit.agency.houses import FOUNDED, Houses, carry, use_directory

OLD, NEW = "customs", "police"
PERIOD = half_year(2026, 2)
NOTHING = {"open": 0, "closed": 0, "received": 0, "answered": 0}
CASES = tuple(f"018f3a00-0000-7000-8000-{n:012x}" for n in (1, 2, 3))


@pytest.fixture
def houses(network: Path, tmp_path: Path) -> Iterator[Houses]:
    made = Houses(network, tmp_path)
    yield made
    made.close()


def play(houses: Houses, sender: str, event_type: str, to: str, clause: str, /, **more: object) -> SignedEvent:
    event = tell(houses, sender, event_type, to, clause, **more)  # type: ignore[arg-type]
    carry(houses, [houses[sender].documents(EntryKind.SENT)[-1]])
    return event


def opens(houses: Houses, case: str) -> None:
    play(
        houses, OLD, "CaseOpened", "dic vnpt", "LC-8.1", case=case, participants=("dic", "vnpt"),
        discovered_by_sender=True, category=Category.CONTRABAND_BY_POST,
    )  # fmt: skip


def closes(houses: Houses, case: str, agency: str = OLD) -> None:
    outcome = CaseOutcome.MEASURES_TAKEN
    play(houses, agency, "CaseClosed", "dic vnpt", "LC-2.2a", case=case, outcome=outcome)


def asks(houses: Houses, of: str = OLD) -> SignedEvent:
    return play(houses, "dic", "InfoRequested", of, "LC-4.1a", due_days=1)


def answers(houses: Houses, request: SignedEvent, by: str = OLD) -> None:
    play(
        houses, by, "InfoProvided", "dic", "LC-5.2", cause=request, request=request.envelope.id,
        outcome=InfoOutcome.NOTHING_HELD,
    )  # fmt: skip


def lives(houses: Houses) -> SignedEvent:
    """Of two cases the old agency closes one; of two requests it answers one. Gives the other."""
    opens(houses, CASES[0])
    opens(houses, CASES[1])
    closes(houses, CASES[0])
    answers(houses, asks(houses))
    return asks(houses)


def reports(houses: Houses, agency: str) -> ReportSubmitted:
    for each in houses:
        each.now += timedelta(seconds=1)
    house = houses[agency]
    content = own_report(desk(houses, agency), PERIOD, Words()).content
    assert isinstance(content, ReportSubmitted)
    assert content.figures.counted_until == house.now
    return content


def desk(houses: Houses, agency: str) -> Desk:
    house = houses[agency]
    return Desk(agency, house.context.directory, house.views, (), house.now)


def submits(houses: Houses, agency: str) -> SignedEvent:
    content = reports(houses, agency)
    return play(
        houses, agency, "ReportSubmitted", "dic", "LC-13.2", period=PERIOD, figures=content.figures, request=None,
        occasion=ReportOccasion.PERIODIC, inherited=(), incident=None,
    )  # fmt: skip


def hand_over(houses: Houses) -> None:
    moment = houses[OLD].now + timedelta(minutes=1)
    directory = next_version(houses[OLD].context.directory, role_passed(OLD, NEW, "customs", moment), moment)
    for house in houses:
        house.now = moment + timedelta(minutes=1)
        use_directory(house, directory)
    new = houses[NEW]
    before = new.record.last_position
    take_over(new.record, houses[OLD].record, new.context, new.now)
    new.views.apply(list(new.record.all_entries(before)), NEW)


def numbers(figures: ReportFigures) -> dict[str, int]:
    cases = {standing: sum(c.cases for c in figures.cases if c.standing is standing) for standing in CaseStanding}
    return {
        "open": cases[CaseStanding.OPEN],
        "closed": cases[CaseStanding.CLOSED],
        "received": figures.requests.received,
        "answered": figures.requests.answered_in_time + figures.requests.answered_late,
    }


def test_what_nobody_reported_counts_with_the_successors_own_work(houses: Houses) -> None:
    lives(houses)
    answers(houses, asks(houses, of=NEW), by=NEW)
    hand_over(houses)
    content = reports(houses, NEW)
    assert numbers(content.figures) == {"open": 1, "closed": 1, "received": 3, "answered": 2}
    assert content.inherited == (InheritedWork(agency=OLD, counted_from=content.figures.counted_from),)


def test_before_the_record_is_taken_over_nothing_of_it_is_counted_and_none_is_named(houses: Houses) -> None:
    lives(houses)
    moment = houses[OLD].now + timedelta(minutes=1)
    use_directory(
        houses[NEW], next_version(houses[OLD].context.directory, role_passed(OLD, NEW, "customs", moment), moment)
    )
    houses[NEW].now = moment
    content = reports(houses, NEW)
    assert (numbers(content.figures), content.inherited) == (NOTHING, ())


def test_what_the_old_agency_reported_is_not_counted_again(houses: Houses) -> None:
    left_open = lives(houses)
    own = submits(houses, OLD)
    assert numbers(ReportSubmitted.from_bytes(own.content_bytes).figures) == {
        "open": 1, "closed": 1, "received": 2, "answered": 1
    }  # fmt: skip
    late = asks(houses)
    hand_over(houses)
    content = reports(houses, NEW)
    # What came after its report, and what stood open at the end.
    assert numbers(content.figures) == {"open": 1, "closed": 0, "received": 1, "answered": 0}
    counted_from = ReportSubmitted.from_bytes(own.content_bytes).figures.counted_until
    assert content.inherited == (InheritedWork(agency=OLD, counted_from=counted_from, report=own.envelope.id),)

    for request in (left_open, late):
        answers(houses, request, by=NEW)
    closes(houses, CASES[1], NEW)
    content = reports(houses, NEW)
    assert numbers(content.figures) == {"open": 0, "closed": 1, "received": 1, "answered": 2}


def test_a_recalled_report_counts_nothing(houses: Houses) -> None:
    lives(houses)
    own = submits(houses, OLD)
    play(houses, OLD, "EventRecalled", "dic", "LC-2.4a", cause=own, event=own.envelope.id)
    hand_over(houses)
    content = reports(houses, NEW)
    assert numbers(content.figures) == {"open": 1, "closed": 1, "received": 2, "answered": 1}


def test_a_period_that_the_old_agency_counted_to_its_end_is_its_own(houses: Houses) -> None:
    lives(houses)
    period_over = houses[OLD].now + timedelta(days=40)
    for house in houses:
        house.now = period_over
    content = own_report(desk(houses, OLD), PERIOD, Words()).content
    assert isinstance(content, ReportSubmitted)
    play(
        houses, OLD, "ReportSubmitted", "dic", "LC-13.2", period=PERIOD, figures=content.figures, request=None,
        occasion=ReportOccasion.PERIODIC, inherited=(), incident=None,
    )  # fmt: skip
    hand_over(houses)
    succeeding = own_report(desk(houses, NEW), PERIOD, Words()).content
    assert isinstance(succeeding, ReportSubmitted)
    assert (numbers(succeeding.figures), succeeding.inherited) == (NOTHING, ())


def consolidated(houses: Houses) -> ReportConsolidated:
    house = houses["dic"]
    directory = house.context.directory
    duties = falling_due(directory.regulation, directory, since=FOUNDED, until=house.now + LOOKED_AHEAD)
    # The province of these tests has no people's committee that could be owed it.
    (row,) = (each for each in duties_of(directory.regulation) if each.kind == "consolidate_report")
    owed = FallingDue(row, "dic", "ppc", house.now, PERIOD)
    written = Desk("dic", directory, house.views, (*duties, owed), house.now)

    def read(event_id: str) -> ReportSubmitted:
        (entry,) = (e for e in house.documents(EntryKind.ADMITTED) if e.event.envelope.id == event_id)
        return ReportSubmitted.from_bytes(entry.event.content_bytes)

    content = consolidated_report(written, PERIOD, Words(), read).content
    assert isinstance(content, ReportConsolidated)
    return content


@pytest.mark.parametrize("taken_over", [False, True])
def test_what_stands_with_the_old_agency_is_consolidated_once(houses: Houses, *, taken_over: bool) -> None:
    lives(houses)
    submits(houses, OLD)
    if taken_over:
        hand_over(houses)
    else:
        moment = houses[OLD].now + timedelta(minutes=1)
        directory = next_version(houses[OLD].context.directory, role_passed(OLD, NEW, "customs", moment), moment)
        for house in houses:
            house.now = moment + timedelta(minutes=1)
            use_directory(house, directory)
    content = reports(houses, NEW)
    assert [part.agency for part in content.inherited] == ([OLD] if taken_over else [])
    play(
        houses, NEW, "ReportSubmitted", "dic", "LC-13.2", period=PERIOD, figures=content.figures, request=None,
        occasion=ReportOccasion.PERIODIC, inherited=content.inherited, incident=None,
    )  # fmt: skip
    assert {one.agency for one in consolidated(houses).included} == {OLD, NEW}
    assert numbers(consolidated(houses).figures) == {"open": 1, "closed": 1, "received": 2, "answered": 1}
