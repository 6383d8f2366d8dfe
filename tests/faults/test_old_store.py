"""A record that comes back from an old backup, or not at all: nothing is signed twice, everything comes back."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.case import CaseState, evolve, state_to_json
from services.agency.known_entries import known_event
from tests.faults.comparison import Walk, all_faults, walk
from tests.faults.network import Agency, Network, Refused, report, tip
from tests.scenarios.samples import sample

pytestmark = pytest.mark.broker


def put_back(agency: Agency, backup: Path) -> None:
    """As an operator does it: the damaged file and what belongs to it away, the backup in its place."""
    lose(agency)
    shutil.copy(backup, agency.folder.record)


def lose(agency: Agency) -> None:
    for name in ("record.sqlite", "record.sqlite-wal", "record.sqlite-shm"):
        (agency.folder.path / name).unlink(missing_ok=True)


async def talk(network: Network, rounds: int) -> None:
    """Mail in both directions, with events to one and to several."""
    for _ in range(rounds):
        await network["vnpt"].ask("issue", draft=report("dic", "police"))
        await network["vnpt"].ask("issue", draft=tip("police"))
        await network["police"].ask("issue", draft=tip("vnpt"))
        await network["dic"].ask("issue", draft=tip("vnpt", "viettel"))


async def test_signs_nothing_before_recovery_and_no_count_twice_after_it(network: Network, tmp_path: Path) -> None:
    await talk(network, 3)
    await network.settled()
    await network["vnpt"].ask("backup", to=str(tmp_path / "backup.sqlite"))
    await talk(network, 4)
    await network.settled()
    await network.end("vnpt")
    before = walk(network.folder, "vnpt")
    put_back(network["vnpt"], tmp_path / "backup.sqlite")

    await network.start("vnpt")
    with pytest.raises(Refused) as refused:
        await network["vnpt"].ask("issue", draft=tip("police"))
    assert refused.value.kind == "SigningHeld"
    assert "agency recover" in str(refused.value)
    # Mail of these days waits: its incoming number may have been given already.
    await network["police"].ask("issue", draft=tip("vnpt"))

    done = await network["vnpt"].ask("recover")
    assert done["gaps"] == {}
    assert done["contradicting"] == []
    signed = await network["vnpt"].ask("issue", draft=report("dic", "police"))
    assert signed["counts"] == {"dic": 8, "police": 15}
    assert signed["number"] == "15"
    await network.settled()
    await network.end()

    assert all_faults(network.folder) == []
    after = walk(network.folder, "vnpt")
    assert matters(after)[: len(matters(before))] == matters(before)


def matters(one: Walk) -> list[tuple[object, ...]]:
    """What stands in a record of documents, in its order: which event, its incoming number, when it was recorded."""
    documents = [entry for entry in one.entries if not entry.event.envelope.is_protocol]
    return [(e.event.envelope.id, e.kind, e.incoming_number, e.recorded_at) for e in documents]


async def test_a_case_stands_as_it_stood(network: Network, tmp_path: Path) -> None:
    """Requests and answers go both ways after the backup; put back in another order, answered ones would stay open."""
    vnpt, police = network["vnpt"], network["police"]
    opening = await police.ask("issue", draft=document("CaseOpened", "dic vnpt", participants=("dic", "vnpt"),
                                                       discovered_by_sender=True))  # fmt: skip
    await network.settled()
    await vnpt.ask("backup", to=str(tmp_path / "backup.sqlite"))
    standing = {"case": opening["case"], "basis": opening["event"]}
    due = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for _ in range(3):
        asked = await police.ask("issue", draft=document("InfoRequested", "vnpt") | standing | {"due": due})
        await network.settled()
        answer = document("InfoProvided", "police", request=asked["event"]) | standing | {"cause": asked["event"]}
        await vnpt.ask("issue", draft=answer)
        await network.settled()
    asked = await police.ask("issue", draft=document("InfoRequested", "vnpt") | standing | {"due": due})
    await network.settled()
    await network.end("vnpt")
    before = case_states(network, "vnpt")
    assert len(before[opening["case"]]["requests"]) == 1, "the last one is still open"
    put_back(vnpt, tmp_path / "backup.sqlite")

    await network.start("vnpt")
    await vnpt.ask("recover")
    await network.settled()
    await network.end()
    assert case_states(network, "vnpt") == before
    assert all_faults(network.folder) == []


def document(event_type: str, to: str, **members: object) -> dict[str, Any]:
    """A draft of a plain document of a type."""
    content = json.loads(sample(event_type, **members).to_bytes())
    return {"type": event_type, "recipients": to.split(), "content": content}


def case_states(network: Network, agency: str) -> dict[str, Any]:
    """Every case of a record, folded from its entries."""
    states: dict[str, CaseState | None] = {}
    for entry in walk(network.folder, agency).entries:
        if entry.event.envelope.case is not None and (known := known_event(entry)) is not None:
            case = entry.event.envelope.case
            states[case] = evolve(states.get(case), known, agency)
    return {case: state_to_json(state) for case, state in states.items() if state is not None}


async def test_a_record_that_is_lost_altogether_comes_back_from_the_peers(network: Network) -> None:
    await talk(network, 4)
    await network.settled()
    await network.end("vnpt")
    before = walk(network.folder, "vnpt")
    lose(network["vnpt"])

    with pytest.raises(Refused) as refused:
        await network.start("vnpt")
    assert refused.value.kind == "RecordMissing"

    network["vnpt"].begin_anew()
    await network.start("vnpt")
    with pytest.raises(Refused):
        await network["vnpt"].ask("issue", draft=tip("police"))
    await network["vnpt"].ask("recover")
    await network["vnpt"].ask("issue", draft=tip("police"))
    await network.settled()
    await network.end()

    assert all_faults(network.folder) == []
    after = walk(network.folder, "vnpt")
    assert matters(after)[: len(matters(before))] == matters(before)
