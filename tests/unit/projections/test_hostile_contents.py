"""Contents that are lawful in form and meant to break who folds them."""

from __future__ import annotations

import json

from events.types.violation import Sanction, SanctionedViolator, SanctionKind
from events.values.person import Involvement, Person
from tests.scenarios.samples import sample
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import START, Town

LARGEST_DONG = 10**15


def test_fines_beyond_all_measure_leave_the_views_whole(town: Town, views_of: ViewsOf) -> None:
    """Each amount is within its bound, their sum is no number that travels, that of some decisions none of SQLite."""
    fines = tuple(Sanction(id=f"s{n}", kind=SanctionKind.FINE, amount_dong=LARGEST_DONG) for n in range(100))
    violator = Person(name="A", involvement=Involvement.VIOLATOR)
    decision = sample(
        "ViolationDecided",
        violators=tuple(SanctionedViolator(violator=violator, sanctions=fines) for _ in range(40)),
        attachments=(),
    )
    for _ in range(3):
        town.tell("police", decision, "dic")
    views = views_of("dic")
    dumped = json.loads(views.canonical_dump())["tables"]["figure_fact"]
    assert len(dumped) == 3
    assert views.report_figures("dic", since=START, until=town.now).sanctions.decisions == 0
