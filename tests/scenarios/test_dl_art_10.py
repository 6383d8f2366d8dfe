"""Đắk Lắk, Article 10."""

from __future__ import annotations

import pytest

from events.types.suspension import SuspensionEnd, SuspensionScope
from events.types.technical import TechnicalMeasure, TechnicalMeasureKind
from events.values.matter import Category, Field
from tests.scenarios.samples import SOME_MOMENT
from tests.scenarios.story import Story

STOPPED = {
    "scope": SuspensionScope.ENTIRE,
    "reason": "Bị lợi dụng xâm phạm an ninh",
    "ends": SuspensionEnd(condition="Khi chấm dứt hành vi"),
}


@pytest.mark.clause("DL-10.3")
@pytest.mark.parametrize("left_out", ["dic", "police"])
def test_enterprises_tell_both(dl: Story, left_out: str) -> None:
    dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.3").allowed("DL-10.3/SuspicionReported")
    told_one = {"dic": "police", "police": "dic"}[left_out]
    told = dl.when("vnpt", "SuspicionReported", told_one, "DL-10.3")
    told.refused("DL-10.3/SuspicionReported", "not-addressed")


@pytest.mark.clause("DL-10.4b")
def test_an_enterprise_stops_by_itself_and_lifts_it(dl: Story) -> None:
    told = dl.when("vnpt", "SuspensionExecuted", "dic police", "DL-10.4b", **STOPPED)
    told.allowed("DL-10.4b/SuspensionExecuted")
    dl.hold(told.event)
    ended = {"cause": told.event, "suspension": told.event.id}
    dl.when("vnpt", "SuspensionLifted", "dic police", "DL-10.4b", **ended).allowed("DL-10.4b/SuspensionLifted")
    some = dl.when("vnpt", "SuspensionLifted", "dic", "DL-10.4b", **ended)
    some.refused("DL-10.4b/SuspensionLifted", "lifts-nothing", "DL-3.1")


@pytest.mark.clause("DL-10.4b")
def test_a_stop_says_how_far_why_and_how_long(dl: Story) -> None:
    for missing in STOPPED:
        told = dl.when("vnpt", "SuspensionExecuted", "dic police", "DL-10.4b", **{**STOPPED, missing: None})
        told.refused("DL-10.4b/SuspensionExecuted", "suspension-incomplete", "DL-3.1")


@pytest.mark.clause("DL-10.4b")
@pytest.mark.parametrize("orderer", ["police", "dic", "customs", "security", "vnpt"])
def test_nobody_orders_a_suspension(dl: Story, orderer: str) -> None:
    for clause in ("DL-10.4b", "DL-3.2a"):
        told = dl.when(orderer, "SuspensionOrdered", "viettel", clause)
        told.refused("DL-10.4b/SuspensionOrdered", "forbidden")


@pytest.mark.clause("DL-10.4c")
def test_the_national_security_body_asks_and_alone_is_answered(dl: Story) -> None:
    due = dl.later()
    basis = "Điều 4 Nghị định 151/2005/NĐ-CP"
    told = dl.when("security", "InfoRequested", "vnpt", "DL-10.4c", due=due, legal_basis=basis)
    told.allowed("DL-10.4c/InfoRequested")
    dl.when("security", "InfoRequested", "vnpt", "DL-10.4c", due=due).refused(
        "DL-10.4c/InfoRequested", "legal-basis-missing"
    )
    dl.hold(told.event)
    answer = {"cause": told.event, "request": told.event.id}
    dl.when("vnpt", "InfoProvided", "security", "DL-10.4c", **answer).allowed("DL-10.4c/InfoProvided")
    told = dl.when("vnpt", "InfoProvided", "police security", "DL-10.4c", **answer)
    told.refused("DL-10.4c/InfoProvided", "recipient")


@pytest.mark.clause("DL-10.4d")
def test_room_and_means_are_asked_for_and_given(dl: Story) -> None:
    told = dl.when("police", "CoordinationRequested", "vnpt", "DL-10.4d")
    told.allowed("DL-10.4d/CoordinationRequested")
    dl.when("customs", "CoordinationRequested", "vnpt", "DL-10.4d").refused(
        "DL-10.4d/CoordinationRequested", "sender-role"
    )
    dl.hold(told.event)
    answer = {"cause": told.event, "request": told.event.id}
    dl.when("vnpt", "CoordinationAccepted", "police", "DL-10.4d", **answer).allowed("DL-10.4d/CoordinationAccepted")
    told = dl.when("vnpt", "CoordinationAccepted", "police", "DL-10.4d")
    told.refused("DL-10.4d/CoordinationAccepted", "answers-nothing")


@pytest.mark.clause("DL-10.4e")
def test_favourable_conditions_need_no_request(dl: Story) -> None:
    dl.when("vnpt", "CoordinationAccepted", "security", "DL-10.4e").allowed("DL-10.4e/CoordinationAccepted")
    dl.when("vnpt", "CoordinationAccepted", "police", "DL-10.4e").refused("DL-10.4e/CoordinationAccepted", "recipient")


def _measure(kind: TechnicalMeasureKind) -> tuple[TechnicalMeasure, ...]:
    return (TechnicalMeasure(id="k1", kind=kind, text="Đã thực hiện", since=SOME_MOMENT),)


@pytest.mark.clause("DL-10.1")
def test_enterprises_protect_infrastructure(dl: Story) -> None:
    own = {"measures": _measure(TechnicalMeasureKind.INFRASTRUCTURE_PROTECTION)}
    dl.when("vnpt", "TechnicalMeasureReported", "dic", "DL-10.1", **own).allowed("DL-10.1/TechnicalMeasureReported")
    dl.when("vnpt", "TechnicalMeasureReported", "dic", "DL-10.1").refused(
        "DL-10.1/TechnicalMeasureReported", "measure-kind"
    )


@pytest.mark.clause("DL-10.2")
def test_enterprises_control_their_agents(dl: Story) -> None:
    own = {"measures": _measure(TechnicalMeasureKind.AGENT_CONTROL)}
    dl.when("vnpt", "TechnicalMeasureReported", "dic", "DL-10.2", **own).allowed("DL-10.2/TechnicalMeasureReported")
    dl.when("dic", "TechnicalMeasureReported", "police", "DL-10.2", **own).refused(
        "DL-10.2/TechnicalMeasureReported", "sender-role"
    )


@pytest.mark.clause("DL-10.4a")
def test_incidents_are_told_and_handled(dl: Story) -> None:
    incident = dl.when("vnpt", "TechnicalIncidentReported", "dic police", "DL-10.4a")
    incident.allowed("DL-10.4a/TechnicalIncidentReported")
    dl.when("vnpt", "TechnicalIncidentReported", "dic", "DL-10.4a").refused(
        "DL-10.4a/TechnicalIncidentReported", "not-addressed"
    )
    dl.hold(incident.event)
    done = {"measures": _measure(TechnicalMeasureKind.INCIDENT_HANDLING)}
    about = {"cause": incident.event, "incident": incident.event.id}
    dl.when("vnpt", "TechnicalMeasureReported", "dic police", "DL-10.4a", **done, **about).allowed(
        "DL-10.4a/TechnicalMeasureReported"
    )
    dl.when("vnpt", "TechnicalMeasureReported", "dic police", "DL-10.4a", **about).refused(
        "DL-10.4a/TechnicalMeasureReported", "measure-kind"
    )


@pytest.mark.clause("DL-10.4b")
def test_abuse_is_blocked_and_told(dl: Story) -> None:
    done = {"measures": _measure(TechnicalMeasureKind.BLOCKING)}
    dl.when("vnpt", "TechnicalMeasureReported", "dic police", "DL-10.4b", **done).allowed(
        "DL-10.4b/TechnicalMeasureReported"
    )
    dl.when("vnpt", "TechnicalMeasureReported", "dic", "DL-10.4b", **done).refused(
        "DL-10.4b/TechnicalMeasureReported", "not-addressed"
    )


@pytest.mark.clause("DL-10.4b")
def test_nobody_orders_services(dl: Story) -> None:
    dl.when("police", "ProvisionOrdered", "vnpt", "DL-10.4b").refused("DL-10.4b/ProvisionOrdered", "forbidden")


@pytest.mark.clause("DL-10.5")
def test_telecom_enterprises_watch_traffic(dl: Story) -> None:
    dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.5").allowed("DL-10.5/SuspicionReported")
    dl.when("vnpt", "SuspicionReported", "dic", "DL-10.5").refused("DL-10.5/SuspicionReported", "not-addressed")


@pytest.mark.clause("DL-10.6")
def test_post_enterprises_check_parcels(dl: Story) -> None:
    parcel = {"category": Category.CONTRABAND_BY_POST, "fields": (Field.POST,)}
    dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.6", **parcel).allowed("DL-10.6/SuspicionReported")
    dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.6").refused("DL-10.6/SuspicionReported", "category")


@pytest.mark.clause("DL-10.4c")
def test_no_general_clause_lets_others_hear_what_the_national_security_body_asked(dl: Story) -> None:
    basis = "Điều 4 Nghị định 151/2005/NĐ-CP"
    request = dl.given("security", "InfoRequested", "vnpt", "DL-10.4c", due=dl.later(), legal_basis=basis)
    answer = {"cause": request, "request": request.id}
    dl.when("vnpt", "InfoProvided", "police security", "DL-11.1", **answer).refused(
        "DL-11.1/InfoProvided", "asker-alone", "DL-10.4c", by="sender"
    )
    dl.when("vnpt", "InfoProvided", "security", "DL-11.1", **answer).allowed("DL-11.1/InfoProvided")
