"""Whole lives of cases in both provinces: lawful and unlawful acts in any order, with post that crosses on its way.

A few lives here; `python -m tests.properties.lives_campaign` lives as many as one likes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from events.draft import Draft
from events.values.matter import Category
from tests.properties.lives.acts import CASES, Act, Kind, acts
from tests.properties.lives.contents import resolution
from tests.properties.lives.life import living
from tests.properties.lives.town import PROVINCES, Town, make_province
from tests.properties.lives.watch import Watch
from tests.scenarios.samples import sample

SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
lawful: dict[str, Counter[str]] = {province: Counter() for province in PROVINCES}


@pytest.fixture(scope="module", params=sorted(PROVINCES))
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield make_province(tmp_path_factory.mktemp(request.param) / request.param, request.param)
    assert len(lawful[request.param]) >= 15, f"hardly anything was lawful: {lawful[request.param]}"


@SLOW
@given(life=acts(Kind.ROGUE))
def test_no_life_of_a_case_leads_beyond_the_rules(network: Path, life: list[Act]) -> None:
    with living(network, lawful[network.name]) as lived:
        lived.live(life)
        lived.check_requests()
        lived.check_replay()


@SLOW
@given(life=acts(Kind.LAWFUL))
def test_among_the_lawful_two_leads_show_as_a_conflict_which_dic_resolves(network: Path, life: list[Act]) -> None:
    with living(network, lawful[network.name]) as lived:
        lived.live(life)
        lived.check_leads()
        lived.check_taken_in()


@SLOW
@given(life=acts(Kind.CONTESTED))
def test_however_openings_and_transfers_cross_all_follow_one_lead_in_the_end(network: Path, life: list[Act]) -> None:
    with living(network, lawful[network.name]) as lived:
        lived.live(life)
        lived.check_leads()
        lived.check_replay()


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
        draft = Draft(content, parties, case=CASES[0], basis=state.basis_of("dic", parties))
        assert town.say("dic", draft) is not None
        town.deliver_all()
        assert [town.parked(agency) for agency in parties] == [[] for _ in parties]
        for watch in watches:
            watch.look()
        for agency in parties:
            assert town.states[agency][CASES[0]].lead == town.states["dic"][CASES[0]].lead
    finally:
        town.close()
