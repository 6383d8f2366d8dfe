"""Whole lives of cases in both provinces: lawful and unlawful acts in any order, with post that crosses on its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.types.overdue import ReplyOverdue
from events.values.matter import Category
from projections.obligations import ObligationFilter
from projections.views import Views
from services.agency.policies.overdue_replies import REQUESTS
from tests.properties.lives.acts import BEGINNING, CASES, Act, acts, perform
from tests.properties.lives.contents import resolution
from tests.properties.lives.town import PROVINCES, Town, make_province
from tests.properties.lives.watch import Watch
from tests.scenarios.samples import sample
from tests.unit.agency.houses import House

SLOW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
lawful: dict[str, Counter[str]] = {province: Counter() for province in PROVINCES}


@pytest.fixture(scope="module", params=sorted(PROVINCES))
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield make_province(tmp_path_factory.mktemp(request.param) / request.param, request.param)
    assert len(lawful[request.param]) >= 15, f"hardly anything was lawful: {lawful[request.param]}"


class Life:
    """One life: the town, and a second opinion on each of its agencies."""

    def __init__(self, network: Path, folder: Path) -> None:
        self.town = Town(network, folder)
        self._lawful = lawful[network.name]
        self._watches = {a: Watch(self.town, self.town[a], self._lawful) for a in self.town.agencies}

    def live(self, life: list[Act]) -> None:
        for act in (*BEGINNING, *life):
            perform(self.town, act)
            self.look()
        self.town.deliver_all()
        self.look()

    def look(self) -> None:
        for watch in self._watches.values():
            watch.look()

    def check_replay(self, folder: Path) -> None:
        """A fold and views made anew from each record are what the agency has."""
        roles_of = self.town.directory.roles_of
        for agency, watch in self._watches.items():
            watch.fold_agrees()
            house = self.town[agency]
            with Views(folder / f"{agency}.sqlite", roles_of=lambda _, who, at: roles_of(who, at)) as again:
                again.apply(list(house.record.all_entries()), house.me)
                assert again.canonical_dump() == house.views.canonical_dump()

    def check_requests(self) -> None:
        """After the time of all requests has run out and the services have said so, nobody's silence is left unsaid."""
        self.town.wait(timedelta(days=30))
        self.town.state_silences()
        self.look()
        for house in self.town:
            for request in house.documents(EntryKind.SENT):
                envelope = request.event.envelope
                if envelope.id not in self.town.rogue_events and envelope.due is not None:
                    check_request(house, request)


def check_request(house: House, request: RecordEntry) -> None:
    wanted = ObligationFilter(creditor=house.me, settled=True)
    owed = [
        o
        for o in house.views.obligations(now=house.now, wanted=wanted, receipts_limit=0)
        if o.event_id == request.event.envelope.id and o.kind in REQUESTS
    ]
    for one in owed:
        if one.settled_by is None:
            about = f"{one.debtor} owes {house.me} an answer to {request.event.envelope.event_type}: {one}"
            stated = [
                e
                for e in house.documents(EntryKind.SENT)
                if e.event.envelope.event_type == "ReplyOverdue" and e.event.envelope.cause == one.event_id
            ]
            assert stated, about
            named = {a for e in stated for a in ReplyOverdue.from_bytes(e.event.content_bytes).unanswered_by}
            assert one.debtor in named, about


@SLOW
@given(life=acts(rogue=True))
def test_no_life_of_a_case_leads_beyond_the_rules(network: Path, life: list[Act]) -> None:
    with TemporaryDirectory() as folder:
        lived = Life(network, Path(folder))
        try:
            lived.live(life)
            lived.check_requests()
            lived.check_replay(Path(folder))
        finally:
            lived.town.close()


@SLOW
@given(life=acts(rogue=False))
def test_among_the_lawful_two_leads_show_as_a_conflict_which_dic_resolves(network: Path, life: list[Act]) -> None:
    with TemporaryDirectory() as folder:
        lived = Life(network, Path(folder))
        try:
            lived.live(life)
            for case in CASES:
                resolve(lived, case)
            for agency in lived.town.agencies:
                assert lived.town.parked(agency) == []
        finally:
            lived.town.close()


def leads(town: Town, case: str) -> set[str]:
    """The agencies that hold that they lead."""
    states = {agency: town.state(agency, case) for agency in town.agencies}
    return {agency for agency, state in states.items() if state is not None and state.leads(agency)}


def resolve(lived: Life, case: str) -> None:
    """If two lead, DIC sees it, and ends it."""
    town = lived.town
    found = leads(town, case)
    opened = any(state is not None and state.openings for state in (town.state(a, case) for a in town.agencies))
    assert found or not opened, "a case without a lead"
    if len(found) < 2:
        return
    dic = town.state("dic", case)
    assert dic is not None
    assert dic.in_conflict, f"{found} lead, and DIC holds {dic.openings}"
    content = sample("ConflictResolved", attachments=(), **resolution(town, "dic", case, 0))
    parties = tuple(sorted(set(dic.parties) - {"dic"}))
    sent = town.say("dic", Draft(content, parties, case=case, basis=dic.basis_of("dic", parties)))
    assert sent is not None, f"DIC cannot resolve: {dic}"
    town.deliver_all()
    lived.look()
    assert len(leads(town, case)) == 1, leads(town, case)


def test_a_resolution_reaches_those_who_never_got_the_opening_that_it_rests_on(tmp_path: Path) -> None:
    town = Town(make_province(tmp_path / "network", "lao-cai"), tmp_path)
    try:
        for agency, others in (("police", ("dic", "viettel")), ("dic", ("customs",))):
            opening = sample(
                "CaseOpened", attachments=(), participants=others, discovered_by_sender=True, category=Category.OTHER
            )
            assert town.say(agency, Draft(opening, others, case=CASES[0])) is not None
        town.deliver_all()
        watches = [Watch(town, town[agency], Counter()) for agency in town.agencies]
        for watch in watches:
            watch.look()
        state = town.states["dic"][CASES[0]]
        content = sample("ConflictResolved", attachments=(), **resolution(town, "dic", CASES[0], 0))
        parties = tuple(sorted(set(state.parties) - {"dic"}))
        assert town.say("dic", Draft(content, parties, case=CASES[0], basis=state.basis_of("dic", parties))) is not None
        town.deliver_all()
        assert [town.parked(agency) for agency in parties] == [[] for _ in parties]
    finally:
        town.close()
