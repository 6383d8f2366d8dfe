"""Focal points as they are named and replaced: nothing is overwritten, and every moment can be asked about."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from events.signed_event import SignedEvent
from events.types.correction import CorrectionGround, EventRecalled
from events.types.focal_point import FocalPointDesignated
from events.values.matter import Field
from events.values.person import Officer
from projections.focal_points import FocalPoint, FocalStanding
from projections.rebuild import rebuild
from projections.views import Views
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, START, Town, roles_of

DAY = timedelta(days=1)


def unit(name: str, since: datetime = START, replaces: SignedEvent | None = None) -> FocalPointDesignated:
    return FocalPointDesignated(
        subject="Cử đầu mối", unit=name, since=since, replaces=replaces.envelope.id if replaces else None
    )


def person(name: str, since: datetime = START, replaces: SignedEvent | None = None) -> FocalPointDesignated:
    officer = Officer(name=name, position="Trưởng phòng", unit="Phòng Kỹ thuật", phone="+84912345678")
    return FocalPointDesignated(
        subject="Cử người phụ trách", officer=officer, fields=(Field.TELECOM,), since=since,
        replaces=replaces.envelope.id if replaces else None,
    )  # fmt: skip


def recall(event: SignedEvent) -> EventRecalled:
    return EventRecalled(
        subject="Thu hồi", event=event.envelope.id, ground=CorrectionGround.FACTS_DIFFER, explanation="Nhầm.",
    )  # fmt: skip


def units(points: tuple[FocalPoint, ...]) -> list[tuple[str | None, FocalStanding]]:
    return [(point.unit, point.standing) for point in points]


@pytest.mark.clause("LC-5.3")
def test_a_unit_is_replaced_from_a_day_on_and_stays_in_the_history(town: Town, views_of: ViewsOf) -> None:
    old = town.tell("police", unit("Phòng PA04"), "dic", clause="LC-5.3")
    new = town.tell("police", unit("Phòng PC03", START + DAY, old), "dic", clause="LC-5.3")
    for side in ("police", "dic"):  # sent and received
        views = views_of(side)
        before, after = START + DAY / 2, START + DAY
        assert units(views.focal_points(now=before)) == [
            ("Phòng PA04", FocalStanding.IN_FORCE),
            ("Phòng PC03", FocalStanding.TO_COME),
        ]
        assert units(views.focal_points(now=after)) == [("Phòng PC03", FocalStanding.IN_FORCE)]
        first, second = views.focal_points(now=after, history=True)
        assert (first.agency, first.clause, first.since) == ("police", "LC-5.3", START)
        assert (first.standing, first.replaced_at) == (FocalStanding.REPLACED, START + DAY)
        assert (first.event_id, first.replaced_by) == (old.envelope.id, new.envelope.id)
        assert (second.replaces, second.replaced_at, second.replaced_by) == (old.envelope.id, None, None)
        # Before the second was signed, nobody knew of it.
        assert len(views.focal_points(now=old.envelope.time, history=True)) == 1


@pytest.mark.clause("DL-11.2")
def test_a_person_is_shown_with_position_and_telephone(town: Town, views_of: ViewsOf) -> None:
    old = town.tell("vnpt", person("Trần Văn B"), "dic", clause="DL-11.2")
    town.tell("vnpt", person("Lê Thị C", replaces=old), "dic", clause="DL-11.2")
    (named,) = views_of("dic").focal_points(now=town.now)
    assert (named.agency, named.officer, named.officer_position) == ("vnpt", "Lê Thị C", "Trưởng phòng")
    assert (named.unit, named.phone, named.fields) == ("Phòng Kỹ thuật", "+84912345678", ("telecom",))
    everyone = views_of("dic").focal_points(now=town.now, history=True)
    assert {(point.officer, point.past) for point in everyone} == {("Trần Văn B", True), ("Lê Thị C", False)}


def test_a_successor_has_its_predecessors_focal_point_until_it_names_its_own(town: Town, views_of: ViewsOf) -> None:
    heirs = {"dic": "customs"}
    old = town.tell("dic", unit("Phòng CNTT"), "police", clause="LC-5.3")
    views = views_of("police")
    (inherited,) = views.focal_points(now=town.now, heirs=heirs)
    assert (inherited.agency, inherited.inherited_from, inherited.standing) == (
        "customs", "dic", FocalStanding.IN_FORCE
    )  # fmt: skip
    for of in ("customs", "dic"):
        assert views.focal_points(now=town.now, agency=of, heirs=heirs) == (inherited,)
    assert views.focal_points(now=town.now, agency="vnpt", heirs=heirs) == ()

    telecom = town.tell("customs", person("Lê Thị C"), "police", clause="LC-5.3")
    shown = views_of("police").focal_points(now=town.now, heirs=heirs)
    assert {point.event_id for point in shown} == {telecom.envelope.id, old.envelope.id}  # for telecommunications alone
    own = town.tell("customs", unit("Phòng Chuyển đổi số"), "police", clause="LC-5.3")
    shown = views_of("police").focal_points(now=town.now, heirs=heirs)
    assert {point.event_id for point in shown} == {telecom.envelope.id, own.envelope.id}
    history = views_of("police").focal_points(now=town.now, heirs=heirs, history=True)
    passed = next(point for point in history if point.event_id == old.envelope.id)
    assert (passed.agency, passed.inherited_from, passed.standing) == ("dic", None, FocalStanding.SUCCEEDED)
    # Before the date nobody stands in its place.
    assert {point.agency for point in views_of("police").focal_points(now=town.now)} == {"dic", "customs"}


def test_a_successor_replaces_its_predecessors_designation(town: Town, views_of: ViewsOf) -> None:
    old = town.tell("dic", unit("Phòng CNTT"), "police", clause="LC-5.3")
    town.tell("customs", unit("Phòng Bưu chính", START + DAY, old), "police", clause="LC-5.3")
    (first, second) = views_of("police").focal_points(now=START + DAY, heirs={"dic": "customs"}, history=True)
    assert {(p.unit, p.standing) for p in (first, second)} == {
        ("Phòng CNTT", FocalStanding.REPLACED), ("Phòng Bưu chính", FocalStanding.IN_FORCE)
    }  # fmt: skip
    stranger = views_of("police").focal_points(now=START + DAY, history=True)
    assert {p.standing for p in stranger} == {FocalStanding.IN_FORCE}


def test_without_replacing_both_stand_and_one_agency_can_be_asked_for(town: Town, views_of: ViewsOf) -> None:
    town.tell("police", unit("Phòng PA04"), "dic")
    town.tell("police", unit("Phòng PC03"), "dic")
    town.tell("customs", unit("Đội 2"), "dic")
    views = views_of("dic")
    assert [point.agency for point in views.focal_points(now=town.now)] == ["customs", "police", "police"]
    assert [point.unit for point in views.focal_points(now=town.now, agency="customs")] == ["Đội 2"]


def test_nobody_replaces_another_agencys(town: Town, views_of: ViewsOf) -> None:
    of_police = town.tell("police", unit("Phòng PA04"), "dic", "customs")
    town.tell("customs", unit("Đội 2", replaces=of_police), "dic")
    assert [p.standing for p in views_of("dic").focal_points(now=town.now)] == [FocalStanding.IN_FORCE] * 2


def test_a_recalled_replacement_leaves_the_earlier_one_in_force(town: Town, views_of: ViewsOf) -> None:
    old = town.tell("police", unit("Phòng PA04"), "dic")
    new = town.tell("police", unit("Phòng PC03", replaces=old), "dic")
    then = town.now
    town.tell("police", recall(new), "dic")
    views = views_of("dic")
    assert [point.unit for point in views.focal_points(now=town.now)] == ["Phòng PA04"]
    assert [point.unit for point in views.focal_points(now=then)] == ["Phòng PC03"]
    recalled = views.focal_points(now=town.now, history=True)[-1]
    assert (recalled.unit, recalled.standing, recalled.replaced_by) == ("Phòng PC03", FocalStanding.RECALLED, None)


def test_what_every_recipient_refused_names_nobody(town: Town, views_of: ViewsOf) -> None:
    old = town.tell("police", unit("Phòng PA04"), "dic")
    new = town.send("police", unit("Phòng PC03", replaces=old), "dic")
    town.arrive(new, refusal=REFUSAL)
    town.arrive(town.receipt("dic", "police"), "police")
    for side in ("police", "dic"):
        assert [point.unit for point in views_of(side).focal_points(now=town.now, history=True)] == ["Phòng PA04"]


def test_it_does_not_matter_which_of_the_two_comes_first_and_a_rebuild_gives_the_same(
    town: Town, views_of: ViewsOf, tmp_path: Path
) -> None:
    old = town.send("police", unit("Phòng PA04"), "dic")
    new = town.send("police", unit("Phòng PC03", replaces=old), "dic")
    town.arrive(new)
    town.arrive(old)
    views = views_of("dic")
    assert units(views.focal_points(now=town.now)) == [("Phòng PC03", FocalStanding.IN_FORCE)]
    assert b'"Ph\xc3\xb2ng PA04"' in views.canonical_dump()
    again = tmp_path / "again.sqlite"
    rebuild(town.records["dic"], again, me="dic", roles_of=roles_of)
    with Views(again, roles_of=roles_of) as rebuilt:
        assert rebuilt.canonical_dump() == views.canonical_dump()
