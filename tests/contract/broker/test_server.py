"""The embedded broker: starts, refuses what it must with a reason, and never outlives its parent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from services.broker import process
from services.broker.accounts import PROVISIONER
from services.broker.connection import connect
from services.broker.endpoint import read_endpoint
from services.broker.errors import (
    BinaryMissing,
    BrokerUnreachable,
    ConfigurationDiffers,
    ConfigurationRefused,
    DiskFull,
    FolderLocked,
    NetworkDiffers,
    NetworkMissing,
    PortTaken,
    UnknownAgency,
)
from services.broker.health import broker_health
from services.broker.monitor import monitor_get
from services.broker.network import BrokerFolder
from services.broker.provision import durable_configuration, provision
from services.broker.requests import api_request
from services.broker.server import EmbeddedBroker
from tests.contract.broker.network_under_test import credentials, make_network

pytestmark = pytest.mark.broker


async def test_it_syncs_before_it_acknowledges_and_listens_on_loopback_only(broker: EmbeddedBroker) -> None:
    server = await monitor_get(broker.monitor_url, "/varz")
    assert server["jetstream"]["config"]["sync_always"] is True
    listening = {one.laddr.ip for one in psutil.Process(broker.pid).net_connections("inet") if one.status == "LISTEN"}
    assert listening == {"127.0.0.1"}


async def test_other_processes_find_it_until_it_stops(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    async with EmbeddedBroker(folder, "lao-cai") as broker:
        assert read_endpoint(folder.path).url == broker.url
        pid = broker.pid
    assert not psutil.pid_exists(pid)
    with pytest.raises(BrokerUnreachable):
        read_endpoint(folder.path)


async def test_a_second_start_takes_the_same_port(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    async with EmbeddedBroker(folder, "lao-cai") as broker:
        first = broker.url
    async with EmbeddedBroker(folder, "lao-cai") as broker:
        assert broker.url == first
        await provision(broker.url, folder)  # a third time changes nothing and complains of nothing


async def test_two_processes_on_one_folder(broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LOCK_PATIENCE_SECONDS", 0.1)
    with pytest.raises(FolderLocked, match="in use by another broker"):
        async with EmbeddedBroker(broker.folder, "lao-cai"):
            pass
    assert (await monitor_get(broker.monitor_url, "/healthz"))["status"] == "ok"


async def test_port_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            async with EmbeddedBroker(make_network(tmp_path), "lao-cai", port=port):
                pass


async def test_a_remembered_port_that_is_taken_now_is_replaced(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (folder.path / "port").write_text(str(port))
        async with EmbeddedBroker(folder, "lao-cai") as broker:
            assert not broker.url.endswith(f":{port}")


async def test_disk_full(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="bytes free"):
        async with EmbeddedBroker(make_network(tmp_path), "lao-cai", min_free_bytes=1 << 62):
            pass


async def test_no_binary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOIHOP_NATS_SERVER", str(tmp_path / "absent"))
    with pytest.raises(BinaryMissing, match="absent"):
        async with EmbeddedBroker(make_network(tmp_path), "lao-cai"):
            pass


async def test_a_spoilt_trust_anchor_is_found_before_the_start(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    (folder.path / "operator.jwt").write_text("not a JWT")
    with pytest.raises(ConfigurationRefused, match=r"nats\.conf"):
        async with EmbeddedBroker(folder, "lao-cai"):
            pass


async def test_another_provinces_folder(tmp_path: Path) -> None:
    with pytest.raises(NetworkDiffers, match="lao-cai, not of dak-lak"):
        async with EmbeddedBroker(make_network(tmp_path), "dak-lak"):
            pass


def test_no_network_yet(tmp_path: Path) -> None:
    with pytest.raises(NetworkMissing, match="phoihop init"):
        BrokerFolder(tmp_path / "broker").add_agency("dic", tmp_path / "nats.creds")
    with pytest.raises(UnknownAgency):
        make_network(tmp_path).membership("nobody")


async def test_a_changed_durable_is_reported_with_what_differs(broker: EmbeddedBroker) -> None:
    async with await connect(broker.url, broker.folder.provisioner_creds, PROVISIONER) as nc:
        config = {**durable_configuration("lao-cai", "police"), "ack_wait": 1_000_000_000}
        payload = json.dumps({"stream_name": "COORD_lao-cai", "config": config}).encode()
        subject = "$JS.API.CONSUMER.CREATE.COORD_lao-cai.police.coord.lao-cai.*.police.>"
        await api_request(nc, subject, payload)
    with pytest.raises(ConfigurationDiffers, match="ack_wait is 1000000000, expected 60000000000"):
        await provision(broker.url, broker.folder)


async def test_health_is_sound_and_says_what_is_not(broker: EmbeddedBroker, tmp_path: Path) -> None:
    async with await connect(broker.url, credentials(tmp_path, "police"), "police") as police:
        assert (await broker_health(police, "lao-cai", "police", broker.monitor_url)).sound
        blind = await broker_health(police, "lao-cai", "police", None)
        assert blind.sound
        assert len(blind.unchecked) == 2
        wrong_province = await broker_health(police, "dak-lak", "police", broker.monitor_url)
        assert any("COORD_dak-lak" in problem for problem in wrong_province.problems)


async def test_health_notices_a_server_that_syncs_later(broker: EmbeddedBroker, tmp_path: Path) -> None:
    configuration = broker.folder.path / "nats.conf"
    careless = configuration.read_text().replace("sync_interval: always", "sync_interval: 2m")
    assert "sync_interval: 2m" in careless
    (broker.folder.path / "careless.conf").write_text(
        careless.replace(str(broker.folder.path / "jetstream"), str(tmp_path / "other-store")).replace(
            broker.url.removeprefix("nats://"), "127.0.0.1:-1"
        )
    )
    ports = tmp_path / "ports"
    ports.mkdir()
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    server = await process.start_server(
        process.server_binary(), broker.folder.path / "careless.conf", ports, tmp_path / "log", lock
    )
    try:
        monitor = await monitor_of(ports)
        async with await connect(broker.url, credentials(tmp_path, "police"), "police") as police:
            health = await broker_health(police, "lao-cai", "police", monitor)
        assert any("sync_interval: always" in problem for problem in health.problems)
    finally:
        server.terminate()
        await server.wait()
        os.close(lock)


async def monitor_of(ports: Path) -> str:
    async with asyncio.timeout(10):
        while not (told := [path.read_text() for path in ports.iterdir()]) or not told[0]:  # noqa: ASYNC110, ASYNC240 - a file
            await asyncio.sleep(0.02)
    monitor: str = json.loads(told[0])["monitoring"][0]
    return monitor


def test_the_server_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from services.broker.server import EmbeddedBroker\n"
        "async def main():\n"
        "    async with EmbeddedBroker(Path(sys.argv[1]), 'lao-cai') as broker:\n"
        "        print('pid', broker.pid, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "broker")], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        line = next(line for line in parent.stdout if line.startswith("pid "))
        server = psutil.Process(int(line.split()[1]))
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    assert stat.S_IMODE((tmp_path / "broker" / "nats.conf").stat().st_mode) == 0o600
