"""The receiver's disk is full: nothing is acknowledged that is not stored, and the work resumes by itself."""

from __future__ import annotations

import resource

import pytest

from tests.faults.comparison import all_faults, walk
from tests.faults.network import Network, Refused, tip, until

pytestmark = pytest.mark.broker

_NO_ROOM = 4096


async def test_a_full_disk_at_the_receiver(network: Network) -> None:
    """A limit on the size of files stands in for a full disk: the system refuses the same writes."""
    await network["vnpt"].ask("issue", draft=tip("police"))
    await network.settled()
    pid = network["police"].pid
    limit = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (_NO_ROOM, limit[1]))
    for number in range(10):
        await network["vnpt"].ask("issue", draft=tip("police", text=f"Thủ đoạn {number}. " * 400))

    async def handed_over() -> bool:
        return bool((await network["police"].ask("health"))["unacknowledged"] >= 10)

    await until(handed_over, 30)
    assert (await network["vnpt"].ask("status"))["unreceipted"] == {"police": 10}
    with pytest.raises(Refused) as refused:
        await network["police"].ask("issue", draft=tip("vnpt"))
    assert refused.value.kind == "RecordUnavailable"
    health = await network["police"].ask("health")
    assert health["unacknowledged"] >= 10, "what could not be stored may not be acknowledged"

    resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)
    await network.settled()
    await network["police"].ask("issue", draft=tip("vnpt"))
    await network.settled()
    await network.end()
    assert len(walk(network.folder, "police").taken_from("vnpt")) == 11
    assert all_faults(network.folder) == []
