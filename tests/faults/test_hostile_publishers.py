"""What an agency with valid credentials can still do at the broker: others' mail flows all the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from nats.aio.client import Client

from events.draft import draft_from_json
from events.regulation.regulations import load_rules
from events.signed_event import SignedEvent
from services.agency.context import Context
from services.agency.copies import copies
from services.agency.issuing import issue
from services.agency.record import Record
from services.agency.wake import wake
from services.broker.connection import connect
from services.broker.publish import publish_batch
from services.broker.wire import OutMessage
from services.identity.directory_folder import DirectoryFolder
from services.identity.signer import FileSigner
from tests.faults.agency_process import PASSPHRASE
from tests.faults.comparison import all_faults, walk
from tests.faults.network import Network, report

pytestmark = pytest.mark.broker

_OPEN_BATCHES = 60


async def attacker(network: Network) -> Client:
    folder = network["viettel"].folder
    return await connect(network.broker.url, folder.credentials, "viettel")


def sign_unseen(network: Network) -> SignedEvent:
    """Signed by the command line; the running service has not been told yet."""
    directory = DirectoryFolder.of(network.folder).load()
    head = FileSigner.of(network.folder, "vnpt", "head")
    head.unlock(PASSPHRASE)
    record = Record(network["vnpt"].folder.record, "vnpt", directory.province)
    context = Context("vnpt", directory, load_rules(directory.regulation))
    draft = draft_from_json(report("dic", "police"))
    with record.writing() as transaction:
        entry = issue(transaction, draft, head, context, datetime.now(UTC))
    record.close()
    return entry.event


async def test_message_ids_that_somebody_used_first(network: Network) -> None:
    """Nobody can guess them; if one could, the broker would call the true message a duplicate and not store it."""
    await network["vnpt"].ask("issue", draft=report("dic", "police"))
    await network.settled()
    event = await asyncio.to_thread(sign_unseen, network)
    squatted = [message.msg_id for message in copies(event)]
    async with await attacker(network) as viettel:
        mine = [OutMessage("coord.lao-cai.viettel.dic.InfoShared", b"x", {}, msg_id) for msg_id in squatted]
        await publish_batch(viettel, mine)
    wake(network["vnpt"].folder.path)
    await network.settled()
    status = await network["vnpt"].ask("status")
    assert status["publish"]["suspicious"] == len(squatted), "it is counted, for people to be alarmed"
    await network.end()
    assert len(walk(network.folder, "police").taken_from("vnpt")) == 2
    assert all_faults(network.folder) == []


async def test_a_flood_of_open_batches(network: Network) -> None:
    """The server then refuses everybody's batches for some seconds; single messages still go."""
    async with await attacker(network) as viettel:
        for number in range(_OPEN_BATCHES):
            headers = {"Nats-Batch-Id": f"flood-{number}", "Nats-Batch-Sequence": "1"}
            await viettel.publish("coord.lao-cai.viettel.dic.InfoShared", b"x", headers=headers)
        await viettel.flush()
        for _ in range(5):
            await network["vnpt"].ask("issue", draft=report("dic", "police"))
        await network.settled()
    status = await network["vnpt"].ask("status")
    assert status["publish"]["fallbacks"] > 0
    await network.end()
    assert len(walk(network.folder, "police").taken_from("vnpt")) == 5
    assert all_faults(network.folder) == []
