"""Own events that come back: which are believed, and the order in which they are placed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events import base64url
from events.arrival import Admitted, Parked, Refused
from events.record_entry import EntryKind, RecordEntry, Refusal
from events.signed_event import SignedEvent
from events.types.protocol import RelayedEvent, RepairProvided
from services.agency.own_events import Word, keep_brought
from services.agency.reinstating import place, steps_to_place
from services.identity.signer import FileSigner
from tests.contract.registry_desk import RegistryDesk, Sender, make_province
from tests.scenarios.samples import sample


@pytest.fixture
def vnpt(tmp_path: Path) -> Iterator[RegistryDesk]:
    desk = RegistryDesk(tmp_path, "vnpt", make_province(tmp_path, "lao-cai", ("dic", "police", "vnpt")))
    yield desk
    desk.record.close()


def given_back(desk: RegistryDesk, *events: SignedEvent) -> int:
    relayed = tuple(RelayedEvent(signature=e.signature, payload=base64url.encode(e.payload)) for e in events)
    content = RepairProvided(of="vnpt", addressed_to="police", events=relayed)
    with desk.record.writing() as transaction:
        return keep_brought(transaction, content, "police", desk.context, datetime.now(UTC))


def report(sender: Sender, to: str = "dic police", **more: object) -> SignedEvent:
    return sender.sign("SuspicionReported", to, "LC-10.1", **more)  # type: ignore[arg-type]


def test_an_own_event_that_is_missing_here_stops_the_signing(vnpt: RegistryDesk, tmp_path: Path) -> None:
    event = report(Sender(tmp_path, "vnpt", vnpt.directory))
    held = [vnpt.record.signing_held]
    assert given_back(vnpt, event) == 1
    held.append(vnpt.record.signing_held)
    assert held == [False, True]
    assert given_back(vnpt, event) == 0


def test_a_peer_can_give_back_and_not_make_up(vnpt: RegistryDesk, tmp_path: Path) -> None:
    mine = Sender(tmp_path, "vnpt", vnpt.directory)
    police = Sender(tmp_path, "police", vnpt.directory)
    event = report(mine)
    forged = [
        replace(event, content_bytes=event.content_bytes.replace(b"SIM box", b"SIM bax")),
        replace(event, salt=bytes(32)),
        report(mine, signer=police.key()),
        report(police, to="dic vnpt"),
    ]
    assert given_back(vnpt, *forged) == 0
    assert not vnpt.record.signing_held


def test_own_documents_are_placed_by_their_numbers(vnpt: RegistryDesk, tmp_path: Path) -> None:
    mine = Sender(tmp_path, "vnpt", vnpt.directory)
    start = datetime.now(UTC) - timedelta(hours=1)
    # The clock was set back by two minutes before the third.
    events = [report(mine, at=start + timedelta(minutes=minutes)) for minutes in (0, 3, 1, 4)]
    given_back(vnpt, *reversed(events))
    assert placed_order(vnpt, tmp_path) == [event.envelope.id for event in events]
    with vnpt.record.writing() as transaction:
        assert transaction.head("police", 0).count == 4
        assert transaction.next_number(0, start)[1] == 5


def test_a_count_that_was_signed_twice_stays_aside_and_is_shown(vnpt: RegistryDesk, tmp_path: Path) -> None:
    first, second = (report(Sender(tmp_path, "vnpt", vnpt.directory)) for _ in range(2))
    given_back(vnpt, first, second)
    assert len(placed_order(vnpt, tmp_path)) == 1
    left = vnpt.record.rows("SELECT payload FROM brought_back")
    assert len(left) == 1
    assert left[0][0] in {first.payload, second.payload}
    names = [entry.name for entry in vnpt.record.all_entries() if not isinstance(entry, RecordEntry)]
    assert "OwnEventContradicts" in names


def placed_order(desk: RegistryDesk, folder: Path) -> list[str]:
    """Place all that waits; the ids of own documents in the order of the record."""
    service = FileSigner.of(folder, desk.agency, "service")
    with desk.record.writing() as transaction:
        steps = steps_to_place(transaction, desk.agency)
        place(transaction, steps, desk.context, service, datetime.now(UTC), ())
    entries = [entry for entry in desk.record.all_entries() if isinstance(entry, RecordEntry)]
    return [entry.event.envelope.id for entry in entries if entry.kind is EntryKind.SENT]


def test_a_receipted_outcome_is_kept_whatever_the_rules_say_now() -> None:
    content = sample("SuspicionReported")
    said = Refusal(14, "secrecy", "LC-2.4a", "Mật")
    today = Refusal(13, "role", "LC-1.2", "không còn giữ vai trò")
    at = datetime.now(UTC)
    refused_then, admitted_then = Word("d", None, at, said), Word("d", 7, at, None)
    assert refused_then.kept_by(Admitted(content, late=False)) == Refused(said, content)
    assert refused_then.kept_by(Refused(today, content)) == Refused(said, content)
    assert admitted_then.kept_by(Refused(today, content)) == Admitted(content, late=False)
    waits = Parked("", range(1, 2), "")
    assert admitted_then.kept_by(waits) is waits
