"""A report's figures are those that a slow count by hand gives, however a life goes and wherever it is cut."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.types.figures import ReportFigures
from projections.views import Views
from tests.properties.figures.counted_by_hand import HandCount, edges
from tests.properties.figures.counted_life import ACTS, AGENCIES, Act, CountedLife
from tests.unit.projections.town import START, roles_of

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def by_hand(count: HandCount) -> dict[str, Any]:
    return {
        "cases": count.cases(),
        "suspicions": count.suspicions(),
        "requests": count.requests(),
        "suspensions": count.suspensions(),
        "withheld": count.withheld(),
        "sanctions": count.sanctions(),
    }


def of_report(figures: ReportFigures) -> dict[str, Any]:
    """The same shape, from what a report states."""
    suspicions = {
        (s.category, name): number
        for s in figures.suspicions
        for name, number in s.model_dump().items()
        if name != "category"
    }
    return {
        "cases": Counter({(c.category, c.standing, c.outcome): c.cases for c in figures.cases}),
        "suspicions": +Counter(suspicions),
        "requests": figures.requests.model_dump(),
        "suspensions": figures.suspensions.model_dump(),
        "withheld": Counter({w.ground: w.requests for w in figures.withheld}),
        "sanctions": figures.sanctions.model_dump(),
    }


@SLOW
@given(ACTS, st.lists(st.integers(0, 200), max_size=3), st.sampled_from(AGENCIES))
def test_a_report_states_what_a_count_by_hand_gives(acts: list[Act], cuts: list[int], me: str) -> None:
    life = CountedLife()
    life.live(acts)
    times = [START, *(event.envelope.time for event in life.sent), life.town.tick() + timedelta(days=1)]
    record = life.town.records[me]
    with TemporaryDirectory() as folder, Views(Path(folder) / "views.sqlite", roles_of=roles_of) as views:
        views.apply(record, me)
        for since, until in pairwise(edges(times, cuts)):
            stated = of_report(views.report_figures(me, since=since, until=until))
            assert stated == by_hand(HandCount(record, me, since, until)), f"{me} from {since} until {until}"
