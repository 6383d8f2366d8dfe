from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from events.case import CaseStatus
from events.record_entry import EntryKind
from projections.cases import CaseFilter
from projections.views import Views
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, START, Town

LATER = START + timedelta(days=2)


def test_a_case_from_report_to_closing_as_a_participant_sees_it(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    report = town.tell("vnpt", of.suspicion(), "dic", case=case_id)
    assert [c.status for c in views_of("dic").cases()] == [CaseStatus.REPORTED]
    town.tell("dic", of.referral(report), "police", case=case_id)
    opened = town.tell(
        "police", of.opening("dic", "vnpt", suspicions=(report.envelope.id,)), "dic", "vnpt", case=case_id
    )
    request = town.tell("police", of.question(), "vnpt", case=case_id, due=START + timedelta(days=1))
    order = town.tell("police", of.order(LATER), "dic", "vnpt", case=case_id)
    town.tell("vnpt", of.execution(order, town.now), "dic", "police", case=case_id)

    police = views_of("police").case(case_id, now=town.now)
    assert police is not None
    assert (police.status, police.lead, police.title) == (CaseStatus.OPEN, "police", "Vụ SIM box")
    assert police.participants == ("dic", "vnpt")
    assert (police.opened_at, police.closed_at) == (opened.envelope.time, None)
    assert [(r.event_id, r.unanswered, r.overdue) for r in police.requests] == [(request.envelope.id, ("vnpt",), False)]
    (suspension,) = police.suspensions
    assert (suspension.ordered_by, suspension.executed, suspension.in_force) == ("police", ("vnpt",), True)

    after_end = views_of("police").case(case_id, now=LATER + timedelta(seconds=1))
    assert after_end is not None
    assert [s.in_force for s in after_end.suspensions] == [False]
    assert [r.overdue for r in after_end.requests] == [True]

    town.tell("vnpt", of.answer(request), "police", case=case_id)
    town.tell("police", of.lifting(order, town.now), "dic", "vnpt", case=case_id)
    closed = town.tell("police", of.closing(), "dic", "vnpt", case=case_id)
    for side in ("police", "dic", "vnpt"):
        view = views_of(side).case(case_id, now=town.now)
        assert view is not None
        assert (view.status, view.closed_at, view.lead) == (CaseStatus.CLOSED, closed.envelope.time, "police")
        assert (view.requests, view.suspensions) == ((), ())


def test_the_timeline_holds_what_this_agency_holds_in_its_order(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    town.tell("police", of.shared(), "dic", "vnpt", case=case_id)
    refused = town.send("customs", of.order(None), "police", case=case_id)
    town.arrive(refused, refusal=REFUSAL)
    town.tell("police", of.shared(), "dic")  # of no case
    view = views_of("police").case(case_id, now=town.now)
    assert view is not None
    assert view.events == 3
    kinds = [(e.event_type, e.kind, e.recipients) for e in view.timeline]
    assert kinds == [
        ("CaseOpened", EntryKind.SENT, ("dic",)),
        ("InfoShared", EntryKind.SENT, ("dic", "vnpt")),
        ("SuspensionOrdered", EntryKind.REFUSED, ("police",)),
    ]
    assert [e.refusal_reason for e in view.timeline] == [None, None, "not-authorised"]
    assert view.suspensions == ()  # what was refused changes nothing
    page = views_of("police").case(case_id, now=town.now, after=view.timeline[0].position, limit=1)
    assert page is not None
    assert page.timeline == view.timeline[1:2]


def test_two_openings_are_a_visible_conflict_and_the_first_title_stays(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    town.tell("customs", of.opening("dic"), "dic", case=case_id)
    view = views_of("dic").case(case_id, now=town.now)
    assert view is not None
    assert (view.in_conflict, view.lead) == (True, "police")
    assert [a.reason for a in view.anomalies] == ["second-opening"]


def test_a_case_known_only_in_part_is_listed(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    event = town.tell("police", of.shared(), "vnpt", case=case_id)
    (line,) = views_of("vnpt").cases()
    assert (line.case_id, line.status, line.status_since) == (case_id, CaseStatus.KNOWN_IN_PART, event.envelope.time)
    view = views_of("vnpt").case(case_id, now=town.now)
    assert view is not None
    assert (view.lead, view.participants, view.events) == (None, (), 1)


def test_cases_are_listed_by_their_newest_event_and_filtered(town: Town, views_of: ViewsOf) -> None:
    first, second, third = (town.new_id() for _ in range(3))
    town.tell("police", of.opening("dic"), "dic", case=first)
    town.tell("police", of.opening("dic"), "dic", case=second)
    town.tell("vnpt", of.suspicion(), "dic", case=third)
    town.tell("police", of.shared(), "dic", case=first)
    views = views_of("dic")
    assert [c.case_id for c in views.cases()] == [first, third, second]
    assert [c.case_id for c in views.cases(CaseFilter(status=CaseStatus.OPEN))] == [first, second]
    assert [
        c.case_id for c in views.cases(CaseFilter(lead="police"), limit=1, before=views.cases(limit=1)[0].last_position)
    ] == [second]
    assert views.case(town.new_id(), now=town.now) is None


@pytest.mark.parametrize("side", ["police", "dic"])
def test_a_view_that_was_closed_in_mid_case_goes_on_from_its_rows(town: Town, views_of: ViewsOf, side: str) -> None:
    """The states kept in memory are only a cache: opened again, the rows alone carry the case."""
    case_id = town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    order = town.tell("police", of.order(LATER), "dic", "vnpt", case=case_id)
    path = views_of(side).path
    town.tell("vnpt", of.execution(order, town.now), "dic", "police", case=case_id)
    with Views(path, roles_of=of.roles_of) as again:
        again.apply(town.records[side], side)
        view = again.case(case_id, now=town.now)
    assert view is not None
    assert [s.executed for s in view.suspensions] == [("vnpt",)]
    town.tell("police", of.lifting(order, town.now), "dic", "vnpt", case=case_id)
    lifted = views_of(side).case(case_id, now=town.now)  # the first one's cache is stale by now
    assert lifted is not None
    assert lifted.suspensions == ()


def test_a_batch_that_failed_leaves_nothing_behind_in_memory(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = town.new_id()
    town.tell("police", of.shared(), "dic")
    town.tell("police", of.opening("dic", "vnpt"), "dic", "vnpt", case=case_id)
    with Views(tmp_path / "views.sqlite", roles_of=of.roles_of) as views:
        views.apply(town.records["dic"][:1], "dic")
        with monkeypatch.context() as patch:
            patch.setattr("projections.store.ViewStore.move_to", _fail)
            with pytest.raises(RuntimeError, match="killed"):
                views.apply(town.records["dic"], "dic")
        views.apply(town.records["dic"], "dic")
        view = views.case(case_id, now=town.now)
    assert view is not None
    assert view.participants == ("dic", "vnpt")


def test_what_another_writer_folded_is_not_undone_from_memory(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    town.tell("police", of.opening("dic"), "dic", case=case_id)
    views = views_of("dic")
    town.tell("police", of.closing(), "dic", case=case_id)
    with Views(views.path, roles_of=of.roles_of) as other:
        other.apply(town.records["dic"], "dic")
    town.tell("police", of.question(), "dic", case=case_id)
    view = views_of("dic").case(case_id, now=town.now)
    assert view is not None
    assert view.status is CaseStatus.CLOSED


def _fail(*_: object) -> None:
    raise RuntimeError("killed before the commit")
