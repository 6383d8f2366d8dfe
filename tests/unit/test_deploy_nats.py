"""The reference configuration in deploy/nats, started as it stands: three nodes, TLS throughout, durable writes."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import ssl
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import nats
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nats.js.api import StreamConfig

from services.broker.claims import (
    Account,
    KeyKind,
    Nkey,
    User,
    encode_account,
    encode_credentials,
    encode_operator,
    encode_user,
)

REFERENCE = Path(__file__).resolve().parents[2] / "deploy" / "nats"
SERVER = Path(sysconfig.get_path("scripts")) / "nats-server"
START_SECONDS = 30

pytestmark = [pytest.mark.broker, pytest.mark.slow]


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def write_certificates(folder: Path) -> None:
    """An authority and one certificate for 127.0.0.1, good for the server's and the client's side."""
    folder.mkdir()
    now = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    for name, key, is_authority in (("ca", keys[0], True), ("node", keys[1], False)):
        subject = authority if is_authority else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
            .sign(keys[0], hashes.SHA256())
        )
        (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def write_identity(folder: Path) -> Path:
    """operator.jwt and identity.conf after the example; returns the credentials of a user of the hub's account."""
    operator, system, hub, user = (
        Nkey.from_entropy(kind, secrets.token_bytes(32))
        for kind in (KeyKind.OPERATOR, KeyKind.ACCOUNT, KeyKind.ACCOUNT, KeyKind.USER)
    )
    issued_at = int(time.time())
    (folder / "operator.jwt").write_text(encode_operator("test", operator, system.public, issued_at))
    system_jwt = encode_account(Account("SYS"), system.public, operator, issued_at)
    hub_jwt = encode_account(Account("HUB", jetstream=True), hub.public, operator, issued_at)
    example = (REFERENCE / "identity.conf.example").read_text(encoding="utf-8")
    placeholder = 'A_PUBLIC_KEY_OF_THE_SYSTEM_ACCOUNT: "JWT_OF_THE_SYSTEM_ACCOUNT"'
    assert placeholder in example
    example = example.replace(placeholder, f'{system.public}: "{system_jwt}"\n  {hub.public}: "{hub_jwt}"')
    example = example.replace("A_PUBLIC_KEY_OF_THE_SYSTEM_ACCOUNT", system.public)
    (folder / "identity.conf").write_text(example.replace("/etc/phoihop/nats", str(folder)), encoding="utf-8")
    creds = folder / "hub.creds"
    everything = User("provisioner", publish=[">"], subscribe=[">"])
    creds.write_text(encode_credentials(encode_user(everything, user.public, hub, issued_at), user))
    return creds


class Cluster:
    """Three nodes from the reference files; only paths, addresses and ports are changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ports = free_ports(9)
        self.client_ports, self.monitor_ports, self.route_ports = ports[:3], ports[3:6], ports[6:]
        self.nodes: list[subprocess.Popen[bytes]] = []
        write_certificates(folder / "tls")
        self.creds = write_identity(folder)
        routes = (REFERENCE / "routes.conf.example").read_text(encoding="utf-8")
        for number, port in enumerate(self.route_ports, start=1):
            example = f"broker-{number}.example.internal:6222"
            assert example in routes
            routes = routes.replace(example, f"127.0.0.1:{port}")
        (folder / "routes.conf").write_text(routes, encoding="utf-8")
        for index in range(3):
            self._write_node(index)

    def _write_node(self, index: int) -> None:
        text = (REFERENCE / "node.conf").read_text(encoding="utf-8")
        for old, new in (
            ("/etc/phoihop/nats", str(self.folder)),
            ("/var/lib/phoihop-broker", str(self.folder / f"state-{index}")),
            ("127.0.0.1:8222", f"127.0.0.1:{self.monitor_ports[index]}"),
            ("port: 4222", f"port: {self.client_ports[index]}"),
            ("port: 6222", f"port: {self.route_ports[index]}"),
        ):
            assert old in text
            text = text.replace(old, new)
        (self.folder / f"node-{index}.conf").write_text(text, encoding="utf-8")

    def command(self, index: int) -> list[str]:
        return [str(SERVER), "-c", str(self.folder / f"node-{index}.conf")]

    def environment(self, index: int) -> dict[str, str]:
        values = {}
        for line in (REFERENCE / "node.env.example").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                values[name] = value.strip("'")
        values |= {"PHOIHOP_NODE": f"lao-cai-{index + 1}", "PHOIHOP_HOST": "127.0.0.1"}
        return {**os.environ, **values}

    def start(self) -> None:
        for index in range(3):
            log = (self.folder / f"node-{index}.log").open("wb")
            with log:
                node = subprocess.Popen(
                    self.command(index), env=self.environment(index), stdout=log, stderr=subprocess.STDOUT
                )
            self.nodes.append(node)
        deadline = time.monotonic() + START_SECONDS
        while not all(self.healthy(index) for index in range(3)):
            logs = "\n".join((self.folder / f"node-{index}.log").read_text()[-2000:] for index in range(3))
            assert all(node.poll() is None for node in self.nodes), logs
            assert time.monotonic() < deadline, logs
            time.sleep(0.05)  # between two questions to the monitoring port, which has nothing to wait on

    def monitor(self, index: int, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.monitor_ports[index]}{path}", timeout=2) as answer:
            document: dict[str, Any] = json.load(answer)
            return document

    def healthy(self, index: int) -> bool:
        try:
            return bool(self.monitor(index, "/healthz")["status"] == "ok")
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()
        for node in self.nodes:
            node.wait(10)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def test_the_server_finds_the_configuration_valid(cluster: Cluster) -> None:
    command = [*cluster.command(0), "-t"]
    checked = subprocess.run(
        command, env=cluster.environment(0), capture_output=True, text=True, timeout=20, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "is valid" in checked.stderr + checked.stdout


def test_every_node_syncs_each_write_and_sees_the_two_others(cluster: Cluster) -> None:
    for index in range(3):
        jetstream = cluster.monitor(index, "/jsz")
        assert jetstream["config"]["sync_always"] is True
        routes = cluster.monitor(index, "/routez")["routes"]
        assert len({route["remote_id"] for route in routes}) == 2


async def test_a_stream_of_three_replicas_is_read_on_another_node_than_it_was_written(cluster: Cluster) -> None:
    trust = ssl.create_default_context(cafile=str(cluster.folder / "tls" / "ca.crt"))
    trust.load_cert_chain(cluster.folder / "tls" / "node.crt", cluster.folder / "tls" / "node.key")
    one, other = [
        await nats.connect(f"tls://127.0.0.1:{port}", tls=trust, user_credentials=str(cluster.creds))
        for port in cluster.client_ports[:2]
    ]
    try:
        stream = StreamConfig(name="COORD_lao-cai", subjects=["coord.lao-cai.>"], num_replicas=3)
        await one.jetstream(timeout=20).add_stream(stream)
        stored = await one.jetstream().publish("coord.lao-cai.dic.police.SuspicionReferred", b"signed bytes")
        answer = await other.jetstream().get_msg("COORD_lao-cai", stored.seq)
        assert answer.data == b"signed bytes"
        info = await other.jetstream().stream_info("COORD_lao-cai")
        assert info.cluster is not None
        assert len(info.cluster.replicas or []) == 2
    finally:
        await one.close()
        await other.close()


async def test_a_client_without_a_certificate_gets_no_connection(cluster: Cluster) -> None:
    trust = ssl.create_default_context(cafile=str(cluster.folder / "tls" / "ca.crt"))
    with pytest.raises((nats.errors.Error, OSError, asyncio.TimeoutError)):
        await nats.connect(
            f"tls://127.0.0.1:{cluster.client_ports[0]}",
            tls=trust,
            user_credentials=str(cluster.creds),
            allow_reconnect=False,
            connect_timeout=3,
        )
