"""Messages of the protocol itself: by the service's key, between any two agencies of the directory."""

from __future__ import annotations

import pytest

from events.catalogue import PROTOCOL_TYPES
from events.regulation.verdict import Lawful, Unlawful
from tests.scenarios.story import Story


@pytest.mark.parametrize("event_type", sorted(PROTOCOL_TYPES))
def test_the_service_sends_and_the_head_does_not(lc: Story, dl: Story, event_type: str) -> None:
    for story in (lc, dl):
        told = story.when("vnpt", event_type, "police", None)
        told.allowed(f"protocol/{event_type}")
        told = story.when("vnpt", event_type, "police", None, capacity="head")
        assert isinstance(told.sender, Unlawful)
        assert told.sender.reason == told.receivers["police"].reason == "signatory"  # type: ignore[union-attr]


def test_the_auditor_hears_the_protocol_but_no_document(lc: Story) -> None:
    assert isinstance(lc.when("vnpt", "HeadsAnnounced", "auditor", None).sender, Lawful)
    told = lc.when("auditor", "InfoShared", "police", "LC-4.4")
    assert isinstance(told.sender, Unlawful)


def test_a_protocol_message_goes_to_the_directorys_agencies(lc: Story) -> None:
    verdict = lc.when("vnpt", "HeadsAnnounced", "nobody", None).sender
    assert isinstance(verdict, Unlawful)
    assert verdict.reason == "unknown-party"


def test_one_event_is_asked_for_by_id_and_given_or_said_not_to_be_addressed(lc: Story) -> None:
    _, opening = lc.opened()
    asked = lc.when("viettel", "RepairRequested", "police", None, of="police", addressed_to="viettel", event=opening.id)
    asked.allowed("protocol/RepairRequested")
    denied = lc.when(
        "police", "RepairProvided", "viettel", None, of="police", addressed_to="viettel", not_addressed=(opening.id,)
    )
    denied.allowed("protocol/RepairProvided")
