"""A sender's key is revoked while a gap in its chain is being repaired.

What the broker stored before the revocation names what came before it, digest by digest: those events existed then,
whenever they come. What nothing names may have been made up with a stolen key, and is kept out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.arrival import Arrival
from events.directory import Directory
from events.instants import whole_milliseconds
from events.record_entry import EntryKind
from events.signed_event import SignedEvent
from tests.contract.registry_desk import RegistryDesk, Sender, make_province

NOW = whole_milliseconds(datetime.now(UTC))
SIGNED_AT = NOW - timedelta(hours=3)
STORED_IN_TIME = NOW - timedelta(hours=2)
REVOKED_AT = NOW - timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RegistryDesk]:
    """The police, with a directory in which the head's key of vnpt is still good."""
    made = RegistryDesk(tmp_path, "police", make_province(tmp_path, "lao-cai", ("dic", "police", "vnpt")))
    yield made
    made.record.close()


def reports(desk: RegistryDesk, folder: Path, number: int) -> list[SignedEvent]:
    vnpt = Sender(folder, "vnpt", desk.directory)
    at = [SIGNED_AT + timedelta(minutes=minute) for minute in range(number)]
    return [vnpt.sign("SuspicionReported", "dic police", "LC-10.1", at=moment) for moment in at]


def revoke(directory: Directory, agency: str) -> Directory:
    member = directory.agencies[agency]
    signatories = tuple(
        replace(s, keys=tuple(replace(key, revoked_at=REVOKED_AT) for key in s.keys)) if s.capacity == "head" else s
        for s in member.signatories
    )
    return replace(directory, agencies={**directory.agencies, agency: replace(member, signatories=signatories)})


def late(desk: RegistryDesk, event: SignedEvent, *, by_repair: bool) -> Arrival:
    """The event as it comes after the revocation: sent again through the broker, or given again by a peer."""
    if by_repair:
        return desk.arrival(event, stored_at=None, stream_sequence=None)
    return desk.arrival(event, stored_at=NOW)


@pytest.mark.parametrize("by_repair", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_what_a_later_link_names_is_admitted(
    desk: RegistryDesk, tmp_path: Path, by_repair: bool, together: bool
) -> None:
    sent = reports(desk, tmp_path, 4)
    assert desk.take(desk.arrival(sent[3], stored_at=STORED_IN_TIME)).parked == 1
    desk.directory = revoke(desk.directory, "vnpt")
    missing = [late(desk, event, by_repair=by_repair) for event in sent[:3]]
    for batch in [missing] if together else [[arrival] for arrival in missing]:
        desk.take(*batch, now=NOW)
    entries = [desk.entry(event) for event in sent]
    assert [entry.kind for entry in entries if entry] == [EntryKind.ADMITTED] * 4
    assert [entry.incoming_number for entry in entries if entry] == [1, 2, 3, 4]
    assert desk.record.rows("SELECT 1 FROM quarantine") == []


def test_what_nothing_names_is_kept_out_and_kept(desk: RegistryDesk, tmp_path: Path) -> None:
    sent = reports(desk, tmp_path, 3)
    desk.directory = revoke(desk.directory, "vnpt")
    arrivals = [late(desk, event, by_repair=False) for event in sent]
    desk.take(*arrivals, now=NOW)
    assert [desk.entry(event) for event in sent] == [None] * 3
    for arrival in arrivals:
        found = desk.quarantined(arrival)
        assert found is not None
        assert found[:2] == (7, "key-revoked")


def test_a_thief_cannot_put_events_before_the_true_ones(desk: RegistryDesk, tmp_path: Path) -> None:
    """A forged chain that ends at a true event's count is not what that event names."""
    sent = reports(desk, tmp_path, 3)
    assert desk.take(desk.arrival(sent[2], stored_at=STORED_IN_TIME)).parked == 1
    desk.directory = revoke(desk.directory, "vnpt")
    forged = reports(desk, tmp_path, 2)
    desk.take(*(late(desk, event, by_repair=False) for event in forged), now=NOW)
    assert [desk.entry(event) for event in forged] == [None, None]
    desk.take(*(late(desk, event, by_repair=False) for event in sent[:2]), now=NOW)
    assert [entry.kind for event in sent if (entry := desk.entry(event))] == [EntryKind.ADMITTED] * 3
