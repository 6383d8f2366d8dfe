"""The broker behind TLS: same network, certificates on both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.broker.configuration import TlsFiles
from services.broker.connection import connect
from services.broker.errors import BrokerError
from services.broker.live import enrol
from services.broker.publish import publish_batch
from services.broker.server import EmbeddedBroker
from tests.contract.broker.network_under_test import credentials, make_network, message

pytestmark = pytest.mark.broker


def self_signed(folder: Path) -> TlsFiles:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker under test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    files = TlsFiles(folder / "broker.pem", folder / "broker.key", folder / "broker.pem")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    files.key.chmod(0o600)
    return files


async def test_members_talk_through_tls_and_nobody_without_a_certificate(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    tls = self_signed(tmp_path / "tls")
    async with EmbeddedBroker(folder, "lao-cai", tls=tls) as broker:
        await enrol(folder, "customs", credentials(tmp_path, "customs"), tls=tls)
        async with await connect(broker.url, credentials(tmp_path, "customs"), "customs", tls=tls) as customs:
            outcome = await publish_batch(customs, [message("customs", "police", "m")])
            assert outcome.stored[0].sequence == 1
        with pytest.raises(BrokerError):
            await connect(broker.url, credentials(tmp_path, "dic"), "dic")
