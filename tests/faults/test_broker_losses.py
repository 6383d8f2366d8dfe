"""The broker loses what it had acknowledged: the agencies notice by themselves, and everything flows again."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.faults.comparison import all_faults, walk
from tests.faults.network import Network, report, tip, until

pytestmark = pytest.mark.broker


async def published(network: Network, name: str) -> None:
    """Wait until the broker has stored all that an agency has signed."""

    async def done() -> bool:
        status = await network[name].ask("status")
        return bool(status["published"] >= status["position"])

    await until(done, 30)


async def test_the_last_message_is_lost_from_the_stream(network: Network, tmp_path: Path) -> None:
    await network["vnpt"].ask("issue", draft=tip("police", text="Thủ đoạn thứ nhất."))
    await network.settled()
    await network.end("police")
    await network.stop_broker()
    shutil.copytree(network.broker_store, tmp_path / "older")
    await network.start_broker()
    await network["vnpt"].ask("issue", draft=tip("police", text="Thủ đoạn bị mất."))
    await published(network, "vnpt")

    await network.stop_broker()
    shutil.rmtree(network.broker_store)
    shutil.copytree(tmp_path / "older", network.broker_store)
    await network.start_broker()
    await network.start("police")
    await network.settled()
    await network.end()

    assert len(walk(network.folder, "police").taken_from("vnpt")) == 2
    assert all_faults(network.folder) == []


async def test_the_disk_is_wiped(network: Network) -> None:
    """Received, receipted, published and unread, signed and unpublished: after a blank disk each is there once."""
    await network["vnpt"].ask("issue", draft=report("dic", "police"))
    await network["police"].ask("issue", draft=tip("vnpt", "viettel"))
    await network.settled()
    await network.end("police", "viettel")
    for _ in range(3):
        await network["vnpt"].ask("issue", draft=report("dic", "police"))
        await network["dic"].ask("issue", draft=tip("police", "viettel"))
    await published(network, "vnpt")
    await published(network, "dic")

    await network.stop_broker()
    shutil.rmtree(network.broker_store)
    await network["vnpt"].ask("issue", draft=tip("police"))
    await network.start_broker()
    await network.start("police", "viettel")
    await network.settled(90)
    await network["police"].ask("issue", draft=tip("vnpt", "viettel"))
    await network.settled()
    await network.end()

    assert len(walk(network.folder, "police").taken_from("vnpt")) == 5
    assert len(walk(network.folder, "viettel").taken_from("dic")) == 3
    assert all_faults(network.folder) == []


async def test_a_frozen_broker(network: Network) -> None:
    """Nothing answers and nothing breaks off: what is signed meanwhile waits, and goes out once."""
    await network["vnpt"].ask("issue", draft=report("dic", "police"))
    os.kill(network.broker.pid, signal.SIGSTOP)
    try:
        for _ in range(5):
            await network["vnpt"].ask("issue", draft=report("dic", "police"))
            await network["police"].ask("issue", draft=tip("vnpt"))
        status = await network["vnpt"].ask("status")
        assert status["unreceipted"] or status["published"] < status["position"]
    finally:
        os.kill(network.broker.pid, signal.SIGCONT)
    await network.settled()
    await network.end()
    assert len(walk(network.folder, "police").taken_from("vnpt")) == 6
    assert all_faults(network.folder) == []


async def test_signing_goes_on_without_a_broker(network: Network) -> None:
    await network["vnpt"].ask("issue", draft=report("dic", "police"))
    await network.stop_broker()
    for _ in range(20):
        await network["vnpt"].ask("issue", draft=report("dic", "police"))

    async def cut_off() -> bool:
        return not (await network["vnpt"].ask("status"))["connected"]

    await until(cut_off, 30)
    assert (await network["vnpt"].ask("health"))["problems"]
    await network.start_broker()
    await network.settled()
    await network.end()
    assert len(walk(network.folder, "dic").taken_from("vnpt")) == 21
    assert all_faults(network.folder) == []
