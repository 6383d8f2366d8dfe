"""What keeps a service from starting, each provoked for real: exit code 3, and words that a person can act on."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from services.broker.accounts import PROVISIONER
from services.broker.connection import connect
from services.broker.endpoint import read_endpoint
from services.broker.network import BrokerFolder
from services.broker.process import server_binary
from services.broker.provision import durable_configuration
from services.broker.requests import api_request
from tests.unit.cli.office import SUSPICION, Office, Running

pytestmark = pytest.mark.broker


@pytest.fixture
def small(office: Office) -> Office:
    office.environment["PHOIHOP_LANG"] = "en"
    return office


@contextmanager
def broker(office: Office) -> Iterator[Running]:
    with office.running("broker", "run", says="The broker runs at") as running:
        yield running


def refused(office: Office, *arguments: str, code: int = 3) -> str:
    done = office.forked(*(arguments or ("agency", "run", "--as", "vnpt")))
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Error: " in done.stderr
    assert "Next: " in done.stderr
    return done.stderr


def test_port_taken(small: Office) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        said = refused(small, "agency", "run", "--as", "vnpt", "--with-broker", "--broker-port", port)
        assert f"Port {port} on 127.0.0.1 is in use" in said
        assert f"Port {port}" in refused(small, "broker", "run", "--port", port)


def test_broker_unreachable(small: Office) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        free = taken.getsockname()[1]
    assert "phoihop broker run" in refused(small)
    said = refused(small, "agency", "run", "--as", "vnpt", "--broker-url", f"nats://127.0.0.1:{free}")
    assert f"nats://127.0.0.1:{free} cannot be reached" in said


@pytest.mark.parametrize("name", ["service.key", "nats.creds"])
def test_key_file_missing(small: Office, name: str) -> None:
    (small.folder / "agencies/vnpt/keys" / name).unlink()
    with broker(small):
        said = refused(small)
    assert f"{name} is missing" in said


@pytest.mark.parametrize("name", ["service.key", "nats.creds"])
def test_key_file_world_readable(small: Office, name: str) -> None:
    key = small.folder / "agencies/vnpt/keys" / name
    key.chmod(0o644)
    with broker(small):
        said = refused(small)
    assert "is open to others" in said
    assert f"chmod 600 {key}" in said


def test_key_file_locked(small: Office) -> None:
    """A service key must open alone; one under a passphrase cannot serve."""
    keys = small.folder / "agencies/vnpt/keys"
    (keys / "service.key").unlink()
    (keys / "head.key").rename(keys / "service.key")
    with broker(small):
        said = refused(small)
    assert "is locked" in said


def test_directory_with_a_wrong_signature(small: Office) -> None:
    note = small.folder / "directory/000001.note"
    text = note.read_text("utf-8")
    note.chmod(0o644)
    note.write_text(text.replace('"symbol":"CAT"', '"symbol":"CAX"'), "utf-8")
    assert text != note.read_text("utf-8")
    said = refused(small)
    assert "cannot be trusted" in said
    assert "000001.note" in said


def test_directory_older_than_the_record(small: Office) -> None:
    added = small.run("agency", "add", "viettel", "--demo-keys")
    assert added.exit_code == 0, added.stderr
    small.send("vnpt", SUSPICION)
    (small.folder / "directory/000002.note").unlink()
    with broker(small):
        said = refused(small)
    assert "older (version 1)" in said
    assert "under (version 2)" in said
    assert "older" in refused(small, "cases", "--as", "vnpt")


def test_store_of_a_newer_version(small: Office) -> None:
    with closing(sqlite3.connect(small.folder / "agencies/vnpt/record.sqlite")) as record:
        record.execute("UPDATE about SET value = '99' WHERE name = 'format'")
        record.commit()
    said = refused(small, "status", "--as", "vnpt")
    assert "newer version of phoihop" in said
    with broker(small):
        assert "newer version of phoihop" in refused(small)


def test_views_of_a_newer_version(small: Office) -> None:
    small.json("cases", "--as", "vnpt")
    views = small.folder / "agencies/vnpt/views.sqlite"
    with closing(sqlite3.connect(views)) as store:
        store.execute("PRAGMA user_version = 99")
        store.commit()
    said = refused(small, "cases", "--as", "vnpt")
    assert "newer" in said
    assert "phoihop rebuild" in said


def test_record_missing(small: Office) -> None:
    (small.folder / "agencies/vnpt/record.sqlite").unlink()
    said = refused(small, "status", "--as", "vnpt")
    assert "is missing" in said
    assert "agency recover" in said
    # Setting up again must not quietly make an empty one.
    assert small.run("init", "--province", "lao-cai").exit_code == 2
    assert not (small.folder / "agencies/vnpt/record.sqlite").exists()


def test_two_processes_on_one_folder(small: Office) -> None:
    with broker(small), small.running("agency", "run", "--as", "vnpt", says="VNPT Lào Cai runs"):
        assert "another service of vnpt" in refused(small).lower()
        assert "Another broker uses" in refused(small, "broker", "run")


def test_broker_that_does_not_sync(small: Office) -> None:
    """The same network under a server that acknowledges before it syncs."""
    with broker(small):
        pass  # makes configuration, stream and durables
    folder = small.folder / "broker"
    configuration = folder / "nats.conf"
    text = configuration.read_text("utf-8")
    assert "always" in text
    configuration.write_text(text.replace("sync_interval: always", 'sync_interval: "2m"')
                             .replace('"sync_interval": "always"', '"sync_interval": "2m"'), "utf-8")  # fmt: skip
    assert configuration.read_text("utf-8") != text
    for stale in (folder / "ports").glob("*.ports"):
        stale.unlink()
    with careless_server(folder, configuration) as (url, monitor_url):
        arguments = ("agency", "run", "--as", "vnpt", "--broker-url", url, "--monitor-url", monitor_url)
        said = refused(small, *arguments)
    assert "before they are on disk" in said
    assert "sync_interval: always" in said


@contextmanager
def careless_server(folder: Path, configuration: Path) -> Iterator[tuple[str, str]]:
    from tests.unit.cli.office import wait_for  # noqa: PLC0415 - beside its only use

    process = subprocess.Popen(
        [server_binary(), "-c", configuration, "--ports_file_dir", folder / "ports"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: any((folder / "ports").glob("*.ports")), "the server's ports")
        ports = json.loads(next((folder / "ports").glob("*.ports")).read_text("utf-8"))
        yield ports["nats"][0], ports["monitoring"][0]
    finally:
        process.terminate()
        process.wait(timeout=20)


async def test_durable_that_was_altered(small: Office) -> None:
    with broker(small):
        folder = BrokerFolder(small.folder / "broker")
        altered = durable_configuration("lao-cai", "vnpt") | {"max_ack_pending": 3}
        async with await connect(read_endpoint(folder.path).url, folder.provisioner_creds, PROVISIONER) as client:
            body = json.dumps({"stream_name": "COORD_lao-cai", "config": altered, "action": "update"}).encode()
            subject = f"$JS.API.CONSUMER.CREATE.COORD_lao-cai.vnpt.{altered['filter_subject']}"
            await api_request(client, subject, body)
        said = refused(small)
    assert "max_ack_pending" in said
    assert "not fit to carry" in said


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system needs more rights than this machine gives")
    yield place
    subprocess.run(["/bin/umount", "-l", place], check=True)


def test_disk_full(small: Office, tiny_disk: Path) -> None:
    small.folder = tiny_disk / "state"
    small.environment["PHOIHOP_PASSPHRASE_FILE"] = str(tiny_disk.parent / "passphrase")
    arguments = ("--province", "lao-cai", "--agencies", "dic,police,vnpt", "--demo-keys")
    assert small.forked("init", *arguments).returncode == 0
    said = refused(small, "broker", "run")
    assert "is full" in said
    filler = tiny_disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    before = small.folder / "agencies/vnpt/record.sqlite"
    said = refused(small, "send", "--as", "vnpt", *_settings())
    assert "free space" in said.lower() or "full" in said
    filler.unlink()
    assert before.exists()
    assert small.json("status", "--as", "vnpt")["position"] == 0
    assert small.send("vnpt", SUSPICION)["number"] == "01"


def _settings() -> list[str]:
    content = SUSPICION["content"]
    found = ["--type", "SuspicionReported", "--to", "dic,police"]
    for name, value in content.items():
        found += ["--set", f"{name}={value}" if isinstance(value, str) else f"{name}:={json.dumps(value)}"]
    return found
