"""Lào Cai, Article 10."""

from __future__ import annotations

import pytest

from events.types.technical import TechnicalMeasure, TechnicalMeasureKind
from events.values.matter import Category
from events.values.service import Service, ServiceKind, ServiceTarget
from tests.scenarios.samples import SOME_MOMENT
from tests.scenarios.story import Story, waits


@pytest.mark.clause("LC-10.1")
def test_dic_and_the_competent_are_told(lc: Story) -> None:
    lc.when("vnpt", "SuspicionReported", "dic police", "LC-10.1").allowed("LC-10.1/SuspicionReported")


@pytest.mark.clause("LC-10.1")
def test_dic_alone_is_not_enough(lc: Story) -> None:
    told = lc.when("vnpt", "SuspicionReported", "dic", "LC-10.1")
    told.refused("LC-10.1/SuspicionReported", "competent-not-addressed")


@pytest.mark.clause("LC-10.1")
def test_every_competent_authority_is_told(lc: Story) -> None:
    post = {"category": Category.CONTRABAND_BY_POST}
    told = lc.when("vnpt", "SuspicionReported", "dic police customs", "LC-10.1", **post)
    told.refused("LC-10.1/SuspicionReported", "competent-not-addressed")
    lc.given("vnpt", "SuspicionReported", "dic police customs trade", "LC-10.1", **post)


@pytest.mark.clause("LC-10.1")
def test_dic_is_not_left_out(lc: Story) -> None:
    told = lc.when("vnpt", "SuspicionReported", "police", "LC-10.1")
    told.refused("LC-10.1/SuspicionReported", "not-addressed")


@pytest.mark.clause("LC-10.1")
def test_the_service_key_reports_nothing(lc: Story) -> None:
    told = lc.when("vnpt", "SuspicionReported", "dic police", "LC-10.1", capacity="service")
    told.refused("LC-10.1/SuspicionReported", "signatory", "LC-2.4a")
    lc.when("vnpt", "SuspicionReported", "dic police", "LC-10.1", capacity="deputy").allowed(
        "LC-10.1/SuspicionReported"
    )


@pytest.mark.clause("LC-10.1")
def test_documents_on_the_suspicion_follow(lc: Story) -> None:
    lc.when("vnpt", "InfoProvided", "police", "LC-10.1").allowed("LC-10.1/InfoProvided")


@pytest.mark.clause("LC-10.1")
def test_they_go_to_authorities_alone(lc: Story) -> None:
    lc.when("vnpt", "InfoProvided", "viettel", "LC-10.1").refused("LC-10.1/InfoProvided", "recipient")


@pytest.mark.clause("LC-10.3")
@pytest.mark.parametrize("orderer", ["police", "dic"])
def test_police_and_dic_order_suspensions(lc: Story, orderer: str) -> None:
    case, _ = lc.opened()
    to = "viettel" if orderer == "police" else "viettel police"
    lc.when(orderer, "SuspensionOrdered", to, "LC-10.3", case=case).allowed("LC-10.3/SuspensionOrdered")


@pytest.mark.clause("LC-10.3")
@pytest.mark.parametrize("orderer", ["customs", "vnpt"])
def test_nobody_else_does(lc: Story, orderer: str) -> None:
    case, _ = lc.opened()
    told = lc.when(orderer, "SuspensionOrdered", "viettel police", "LC-10.3", case=case)
    told.refused("LC-10.3/SuspensionOrdered", "forbidden")


@pytest.mark.clause("LC-10.3")
def test_only_an_enterprise_is_ordered(lc: Story) -> None:
    told = lc.when("police", "SuspensionOrdered", "customs vnpt", "LC-10.3")
    told.refused("LC-10.3/SuspensionOrdered", "recipient", by="sender")


@pytest.mark.clause("LC-10.3")
def test_the_lead_hears_of_an_order_in_its_case(lc: Story) -> None:
    case, _ = lc.opened()
    told = lc.when("dic", "SuspensionOrdered", "viettel", "LC-10.3", case=case)
    told.refused("LC-10.3/SuspensionOrdered", "lead-not-addressed", by="sender")


@pytest.mark.clause("LC-10.3")
def test_the_provider_that_is_named_is_addressed(lc: Story) -> None:
    targets = (ServiceTarget(service=Service(kind=ServiceKind.MOBILE, provider="vnpt")),)
    told = lc.when("police", "SuspensionOrdered", "viettel", "LC-10.3", targets=targets)
    told.refused("LC-10.3/SuspensionOrdered", "provider-not-addressed")


@pytest.mark.clause("LC-10.3")
def test_the_service_answers_an_order_by_itself(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.given("dic", "SuspensionOrdered", "viettel police", "LC-10.3", case=case)
    told = lc.when(
        "viettel", "SuspensionExecuted", "dic police", "LC-10.3",
        case=case, cause=order, order=order.id, capacity="service",
    )  # fmt: skip
    told.allowed("LC-10.3/SuspensionExecuted")
    lc.hold(told.event)
    assert lc.cases["police", case].suspensions[order.id].executed == ("viettel",)


@pytest.mark.clause("LC-10.3")
def test_an_execution_answers_an_order(lc: Story) -> None:
    told = lc.when("viettel", "SuspensionExecuted", "police", "LC-10.3")
    told.refused("LC-10.3/SuspensionExecuted", "answers-nothing")


@pytest.mark.clause("LC-10.3")
def test_the_lead_waits_for_the_order_that_was_executed(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.when("dic", "SuspensionOrdered", "viettel police", "LC-10.3", case=case).event
    lc.hold(order, "dic", "viettel")
    told = lc.when("viettel", "SuspensionExecuted", "dic police", "LC-10.3", case=case, cause=order, order=order.id)
    assert waits(told.receivers["police"], order)


@pytest.mark.clause("LC-10.3")
def test_an_enterprise_that_cannot_act_says_why(lc: Story) -> None:
    order = lc.given("police", "SuspensionOrdered", "viettel", "LC-10.3")
    told = lc.when("viettel", "SuspensionImpossible", "police", "LC-10.3", cause=order, order=order.id)
    told.allowed("LC-10.3/SuspensionImpossible")


@pytest.mark.clause("LC-10.3")
def test_only_who_was_ordered_cannot(lc: Story) -> None:
    order = lc.given("police", "SuspensionOrdered", "viettel", "LC-10.3")
    lc.hold(order, "vnpt")
    told = lc.when("vnpt", "SuspensionImpossible", "police", "LC-10.3", cause=order, order=order.id)
    told.refused("LC-10.3/SuspensionImpossible", "not-asked")


@pytest.mark.clause("LC-10.3")
def test_who_ordered_lifts(lc: Story) -> None:
    case, _ = lc.opened()
    order = lc.given("police", "SuspensionOrdered", "viettel", "LC-10.3", case=case)
    told = lc.when("police", "SuspensionLifted", "viettel", "LC-10.3", case=case, cause=order, suspension=order.id)
    told.allowed("LC-10.3/SuspensionLifted")
    lc.hold(told.event)
    assert not lc.cases["police", case].suspensions


@pytest.mark.clause("LC-10.2")
def test_enterprises_tell_of_technical_measures(lc: Story) -> None:
    lc.when("vnpt", "TechnicalMeasureReported", "dic", "LC-10.2").allowed("LC-10.2/TechnicalMeasureReported")
    training = TechnicalMeasure(id="k1", kind=TechnicalMeasureKind.STAFF_TRAINING, text="Tập huấn", since=SOME_MOMENT)
    lc.when("vnpt", "TechnicalMeasureReported", "dic", "LC-10.2", measures=(training,)).refused(
        "LC-10.2/TechnicalMeasureReported", "measure-kind"
    )


@pytest.mark.clause("LC-10.3")
def test_services_are_provided_on_order(lc: Story) -> None:
    ordered = lc.when("branch", "ProvisionOrdered", "vnpt", "LC-10.3")
    ordered.allowed("LC-10.3/ProvisionOrdered")
    lc.when("customs", "ProvisionOrdered", "vnpt", "LC-10.3").refused("LC-10.3/ProvisionOrdered", "sender-role")
    lc.hold(ordered.event)
    about = {"cause": ordered.event, "order": ordered.event.id, "capacity": "service"}
    lc.when("vnpt", "ProvisionExecuted", "branch", "LC-10.3", **about).allowed("LC-10.3/ProvisionExecuted")
    lc.when("vnpt", "ProvisionImpossible", "branch", "LC-10.3", **about).allowed("LC-10.3/ProvisionImpossible")
    lc.hold(ordered.event, "viettel")
    lc.when("viettel", "ProvisionExecuted", "branch", "LC-10.3", **about).refused(
        "LC-10.3/ProvisionExecuted", "not-asked"
    )
    lc.when("viettel", "ProvisionImpossible", "branch", "LC-10.3", **about).refused(
        "LC-10.3/ProvisionImpossible", "not-asked"
    )


@pytest.mark.clause("LC-10.4")
def test_data_for_an_assessment_go_to_who_requisitioned_it(lc: Story) -> None:
    request = lc.given("court", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    about = {"cause": request, "request": request.id}
    lc.when("vnpt", "InfoProvided", "court", "LC-10.4", **about).allowed("LC-10.4/InfoProvided")
    lc.when("vnpt", "InfoProvided", "police", "LC-10.4", **about).refused("LC-10.4/InfoProvided", "recipient")


@pytest.mark.clause("LC-10.4")
def test_the_investigating_agency_gets_data_for_its_assessment(lc: Story) -> None:
    request = lc.given("pc", "InfoRequested", "vnpt", "LC-4.1a", due=lc.later())
    lc.when("vnpt", "InfoProvided", "pc", "LC-10.4", cause=request, request=request.id).allowed("LC-10.4/InfoProvided")
