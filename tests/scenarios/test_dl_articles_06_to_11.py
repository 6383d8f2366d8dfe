"""Đắk Lắk, Articles 6, 7, 9, 10 and 11: customs, trade, districts, enterprises, exchange of information."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.types.suspension import SuspensionEnd, SuspensionScope
from events.values.document import Attachment, Channel, PaperOriginal, Secrecy
from events.values.matter import Category
from tests.scenarios.story import Story

STOPPED = {
    "scope": SuspensionScope.ENTIRE,
    "reason": "Bị lợi dụng xâm phạm an ninh",
    "ends": SuspensionEnd(condition="Khi chấm dứt hành vi"),
}


@pytest.mark.clause("DL-6.2")
def test_customs_join_when_asked_and_do_not_decline(dl: Story) -> None:
    case, _ = dl.opened()
    request = dl.given("police", "CoordinationRequested", "customs", "DL-3.2a", case=case)
    answer = {"case": case, "cause": request, "request": request.id}
    dl.when("customs", "CoordinationAccepted", "police", "DL-6.2", **answer).allowed("DL-6.2/CoordinationAccepted")
    told = dl.when("customs", "CoordinationDeclined", "police", "DL-6.2", **answer)
    told.refused("DL-6.2/CoordinationDeclined", "forbidden")
    told = dl.when("customs", "CoordinationAccepted", "police", "DL-6.2", case=case)
    told.refused("DL-6.2/CoordinationAccepted", "answers-nothing")


@pytest.mark.clause("DL-6.3")
def test_customs_tell_dic_of_contraband(dl: Story) -> None:
    goods = {"category": Category.CONTRABAND_BY_POST}
    told = dl.when("customs", "SuspicionReported", "dic police", "DL-6.3", **goods)
    told.allowed("DL-6.3/SuspicionReported")
    told = dl.when("customs", "SuspicionReported", "police", "DL-6.3", **goods)
    told.refused("DL-6.3/SuspicionReported", "not-addressed")


@pytest.mark.clause("DL-7.1")
def test_trade_takes_part(dl: Story) -> None:
    dl.when("trade", "CoordinationAccepted", "dic", "DL-7.1").allowed("DL-7.1/CoordinationAccepted")
    told = dl.when("trade", "CoordinationAccepted", "dic", "DL-7.1", case=dl.case())
    told.refused("DL-7.1/CoordinationAccepted", "outside-case", by="sender")


@pytest.mark.clause("DL-9.3")
@pytest.mark.parametrize("left_out", ["dic", "police"])
def test_districts_tell_both(dl: Story, left_out: str) -> None:
    dl.when("krong-pac", "SuspicionReported", "dic police", "DL-9.3").allowed("DL-9.3/SuspicionReported")
    told_one = {"dic": "police", "police": "dic"}[left_out]
    told = dl.when("krong-pac", "SuspicionReported", told_one, "DL-9.3")
    told.refused("DL-9.3/SuspicionReported", "not-addressed")


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


@pytest.mark.clause("DL-11.1")
@pytest.mark.parametrize("capacity", ["deputy", "service"])
def test_information_is_signed_by_the_head_and_no_other(dl: Story, capacity: str) -> None:
    dl.when("vnpt", "InfoShared", "police", "DL-11.1").allowed("DL-11.1/InfoShared")
    dl.when("vnpt", "InfoShared", "police", "DL-11.1", capacity=capacity).refused("DL-11.1/InfoShared", "signatory")
    dl.when("vnpt", "InfoProvided", "police", "DL-11.1").allowed("DL-11.1/InfoProvided")
    dl.when("vnpt", "InfoProvided", "police", "DL-11.1", capacity=capacity).refused("DL-11.1/InfoProvided", "signatory")


@pytest.mark.clause("DL-11.1")
def test_a_suspicion_is_passed_on_to_others_than_the_police(dl: Story) -> None:
    goods = {"category": Category.CONTRABAND_BY_POST}
    report = dl.given("vnpt", "SuspicionReported", "dic police", "DL-10.3", **goods)
    named = {"cause": report, "suspicion": report.id, **goods}
    dl.when("dic", "SuspicionReferred", "customs trade", "DL-11.1", **named).allowed("DL-11.1/SuspicionReferred")
    told = dl.when("dic", "SuspicionReferred", "customs market", "DL-11.1", **named)
    told.refused("DL-11.1/SuspicionReferred", "not-competent")


@pytest.mark.clause("DL-11.1")
def test_nobody_withholds(dl: Story) -> None:
    case, _ = dl.opened()
    request = dl.given("police", "InfoRequested", "customs", "DL-3.2a", case=case, due=dl.later())
    told = dl.when("customs", "InfoWithheld", "police", "DL-11.1", case=case, cause=request, request=request.id)
    told.refused("DL-11.1/InfoWithheld", "forbidden")
    told = dl.when("police", "InfoWithheld", "customs", "LC-7.2b", case=case, request=request.id)
    told.refused("DL-11.1/InfoWithheld", "forbidden")


@pytest.mark.clause("DL-11.1")
def test_no_phone_no_state_secret_no_paper_of_tomorrow(dl: Story) -> None:
    row = "DL-11.1/InfoShared"
    for channel in (Channel.PHONE, Channel.IN_PERSON, Channel.ONLINE_LOOKUP):
        dl.when("vnpt", "InfoShared", "police", "DL-11.1", channel=channel).refused(row, "channel")
    dl.when("vnpt", "InfoShared", "police", "DL-11.1", secrecy=Secrecy.MAT).refused(row, "secrecy")
    scan = Attachment(name="scan.pdf", media_type="application/pdf", size_bytes=10, sha256="a" * 64)
    today = dl.clock.date()
    for day, lawful in ((today, True), (today + timedelta(days=1), False)):
        paper = PaperOriginal(number="05", symbol="CV-VNPT", date=day, scan=scan)
        told = dl.when("vnpt", "InfoShared", "police", "DL-11.1", paper=paper)
        told.allowed(row) if lawful else told.refused(row, "paper-dated-later")
