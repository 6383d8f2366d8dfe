"""Đắk Lắk, Article 11."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.values.document import Attachment, Channel, PaperOriginal, Secrecy
from events.values.matter import Category
from tests.scenarios.story import Story


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


@pytest.mark.clause("DL-11.1")
def test_information_takes_the_heads_own_signature(dl: Story) -> None:
    dl.when("health", "SuspicionReported", "police", "DL-11.1").allowed("DL-11.1/SuspicionReported")
    dl.when("health", "SuspicionReported", "police", "DL-11.1", capacity="deputy").refused(
        "DL-11.1/SuspicionReported", "signatory"
    )
    dl.when("vnpt", "SuspicionReported", "police", "DL-11.1").refused(
        "DL-11.1/SuspicionReported", "special-clause", "DL-10.3"
    )
    dl.when("market", "SeizureReported", "trade", "DL-11.1").allowed("DL-11.1/SeizureReported")
    dl.when("market", "SeizureReported", "trade", "DL-11.1", capacity="service").refused(
        "DL-11.1/SeizureReported", "signatory"
    )


@pytest.mark.clause("DL-11.1")
@pytest.mark.parametrize(
    "event_type", ["EmergencyNoticeGiven", "LookupRequested", "RecordConsulted", "DelegationGranted"]
)
def test_there_is_no_other_channel_and_no_other_signature(dl: Story, event_type: str) -> None:
    said = dl.when("police", event_type, "dic", "DL-11.1")
    said.refused(f"DL-11.1/{event_type}", "forbidden")


@pytest.mark.clause("DL-11.1")
def test_a_fault_is_put_right_in_the_open(dl: Story) -> None:
    shared = dl.given("customs", "InfoShared", "dic trade", "DL-11.1")
    about = {"cause": shared, "event": shared.id}
    corrected = dl.when("customs", "EventCorrected", "dic trade", "DL-11.1", **about)
    corrected.allowed("DL-11.1/EventCorrected")
    dl.when("customs", "EventCorrected", "dic", "DL-11.1", **about).refused(
        "DL-11.1/EventCorrected", "hearers-not-addressed"
    )
    recalled = dl.when("customs", "EventRecalled", "dic trade", "DL-11.1", **about)
    recalled.allowed("DL-11.1/EventRecalled")
    dl.when("dic", "EventRecalled", "customs trade", "DL-11.1", **about).refused(
        "DL-11.1/EventRecalled", "not-own-event"
    )
    dl.hold(corrected.event)
    dl.hold(recalled.event)
    confirmed = {"cause": corrected.event, "correction": corrected.event.id}
    dl.when("dic", "CorrectionConfirmed", "customs", "DL-11.1", **confirmed).allowed("DL-11.1/CorrectionConfirmed")
    confirmed = {"cause": recalled.event, "recall": recalled.event.id}
    dl.when("dic", "RecallConfirmed", "customs", "DL-11.1", **confirmed).allowed("DL-11.1/RecallConfirmed")


@pytest.mark.clause("DL-11.1")
def test_only_who_heard_of_a_fault_confirms(dl: Story) -> None:
    shared = dl.given("customs", "InfoShared", "dic trade", "DL-11.1")
    about = {"cause": shared, "event": shared.id}
    corrected = dl.given("customs", "EventCorrected", "dic trade", "DL-11.1", **about)
    recalled = dl.given("customs", "EventRecalled", "dic trade", "DL-11.1", **about)
    for event in (corrected, recalled):
        dl.hold(event, "police")
    dl.when("police", "CorrectionConfirmed", "customs", "DL-11.1", cause=corrected, correction=corrected.id).refused(
        "DL-11.1/CorrectionConfirmed", "not-asked"
    )
    dl.when("police", "RecallConfirmed", "customs", "DL-11.1", cause=recalled, recall=recalled.id).refused(
        "DL-11.1/RecallConfirmed", "not-asked"
    )


@pytest.mark.clause("DL-11.2")
def test_a_person_is_the_focal_point(dl: Story) -> None:
    dl.when("vnpt", "FocalPointDesignated", "dic", "DL-11.2").allowed("DL-11.2/FocalPointDesignated")
    dl.when("vnpt", "FocalPointDesignated", "dic", "DL-11.2", officer=None).refused(
        "DL-11.2/FocalPointDesignated", "focal-person-missing"
    )
