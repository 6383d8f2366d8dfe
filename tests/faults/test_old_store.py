"""A record that comes back from an old backup, or not at all: nothing is signed twice, everything comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.comparison import Walk, all_faults, walk
from tests.faults.network import Agency, Network, Refused, report, tip

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


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
