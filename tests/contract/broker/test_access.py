"""Who gets in at all: no credentials, unknown, revoked and expired keys; joining while the network runs."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats.errors
import pytest
from nats.aio.client import Client

from services.broker.claims import KeyKind, Nkey, User, encode_credentials, encode_user
from services.broker.connection import ConnectionLog, connect
from services.broker.errors import AccessRefused, KeyFileOpen, UnknownAgency
from services.broker.files import write_private
from services.broker.live import enrol, revoke
from services.broker.network import BrokerFolder
from services.broker.publish import publish_batch
from services.broker.server import EmbeddedBroker
from tests.contract.broker.network_under_test import credentials, make_network, message

pytestmark = pytest.mark.broker


async def test_no_credentials_no_connection(broker: EmbeddedBroker) -> None:
    stranger = Client()

    async def ignore(_: Exception) -> None:
        pass

    with pytest.raises(nats.errors.Error):
        await stranger.connect(broker.url, allow_reconnect=False, error_cb=ignore)
    assert not stranger.is_connected
    await stranger.close()


async def test_a_key_that_no_account_signed_is_refused(broker: EmbeddedBroker, tmp_path: Path) -> None:
    account = Nkey.from_entropy(KeyKind.ACCOUNT, secrets.token_bytes(32))
    user = Nkey.from_entropy(KeyKind.USER, secrets.token_bytes(32))
    forged = encode_user(User("police", [">"], [">"]), user.public, account, 0)
    write_private(tmp_path / "forged.creds", encode_credentials(forged, user))
    with pytest.raises(AccessRefused, match="police"):
        await connect(broker.url, tmp_path / "forged.creds", "police")


async def test_anothers_jwt_without_its_seed_is_refused(broker: EmbeddedBroker, tmp_path: Path) -> None:
    stolen_jwt = credentials(tmp_path, "police").read_text().splitlines()[1]
    own = Nkey.from_entropy(KeyKind.USER, secrets.token_bytes(32))
    write_private(tmp_path / "mixed.creds", encode_credentials(stolen_jwt, own))
    with pytest.raises(AccessRefused):
        await connect(broker.url, tmp_path / "mixed.creds", "police")


async def test_an_expired_key_is_refused(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    folder.add_agency("customs", credentials(tmp_path, "customs"), expires_at=yesterday)
    async with EmbeddedBroker(folder, "lao-cai") as broker:
        with pytest.raises(AccessRefused, match="customs"):
            await connect(broker.url, credentials(tmp_path, "customs"), "customs")


async def test_a_revoked_key_is_cut_off_at_once_and_stays_out(broker: EmbeddedBroker, tmp_path: Path) -> None:
    cut_off = asyncio.Event()

    class Watched(ConnectionLog):
        async def lost(self) -> None:
            cut_off.set()

    trade = await connect(broker.url, credentials(tmp_path, "trade"), "trade", log=Watched("trade"))
    police = await connect(broker.url, credentials(tmp_path, "police"), "police")
    started = time.monotonic()
    await revoke(broker.folder, "trade")
    async with asyncio.timeout(5):
        await cut_off.wait()
    assert time.monotonic() - started < 1
    with pytest.raises(AccessRefused):
        await connect(broker.url, credentials(tmp_path, "trade"), "trade")
    assert police.is_connected
    await broker.restart()
    with pytest.raises(AccessRefused):
        await connect(broker.url, credentials(tmp_path, "trade"), "trade")
    await trade.close()
    await police.close()


async def test_an_agency_joins_while_others_wait_for_mail(broker: EmbeddedBroker, tmp_path: Path) -> None:
    hub_before = broker.folder.account_jwt(broker.folder.network.hub)
    async with await connect(broker.url, credentials(tmp_path, "police"), "police") as police:
        mail = await police.jetstream(prefix="JSC.API").pull_subscribe_bind(
            stream="COORD_lao-cai", durable="police", inbox_prefix=b"_INBOX_police."
        )
        waiting = asyncio.create_task(mail.fetch(1, timeout=5))
        await police.flush()
        await enrol(broker.folder, "customs", credentials(tmp_path, "customs"))
        async with await connect(broker.url, credentials(tmp_path, "customs"), "customs") as customs:
            await publish_batch(customs, [message("customs", "police", "first-words")])
        assert (await waiting)[0].subject == "coord.lao-cai.customs.police.Noted"
    assert broker.folder.account_jwt(broker.folder.network.hub) == hub_before


async def test_a_revoked_agency_that_is_added_again_finds_its_mail(broker: EmbeddedBroker, tmp_path: Path) -> None:
    await revoke(broker.folder, "police")
    async with await connect(broker.url, credentials(tmp_path, "dic"), "dic") as dic:
        await publish_batch(dic, [message("dic", "police", "kept")])
    await enrol(broker.folder, "police", credentials(tmp_path, "police"))
    async with await connect(broker.url, credentials(tmp_path, "police"), "police") as police:
        mail = await police.jetstream(prefix="JSC.API").pull_subscribe_bind(
            stream="COORD_lao-cai", durable="police", inbox_prefix=b"_INBOX_police."
        )
        assert len(await mail.fetch(1, timeout=5)) == 1


def test_adding_twice_changes_nothing(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    before = credentials(tmp_path, "dic").read_text()
    folder.add_agency("dic", credentials(tmp_path, "dic"))
    assert credentials(tmp_path, "dic").read_text() == before


def test_lost_credentials_are_replaced_and_revoked(tmp_path: Path) -> None:
    folder = make_network(tmp_path)
    lost = folder.membership("dic").user
    credentials(tmp_path, "dic").unlink()
    replaced = folder.add_agency("dic", credentials(tmp_path, "dic"))
    assert replaced.user != lost
    assert lost in replaced.revoked


def test_revoking_an_unknown_agency_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownAgency, match="agency add"):
        make_network(tmp_path).revoke_agency("nobody")


def test_all_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    make_network(tmp_path)
    open_files = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert open_files == []


async def test_a_key_file_that_others_can_read_is_not_used(broker: EmbeddedBroker, tmp_path: Path) -> None:
    credentials(tmp_path, "dic").chmod(0o644)
    with pytest.raises(KeyFileOpen, match="chmod 600"):
        await connect(broker.url, credentials(tmp_path, "dic"), "dic")


def test_the_network_of_a_folder_is_not_remade(tmp_path: Path) -> None:
    first = make_network(tmp_path).network
    assert BrokerFolder(tmp_path / "broker").init("lao-cai") == first
